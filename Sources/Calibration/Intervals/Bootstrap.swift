/// Intervals by drawing the data again: whole groups of rows, because the rows of one item depend on each other, and treating them
/// as independent makes intervals too short.
public struct Bootstrap: Sendable, Hashable {
  /// How many data sets are drawn.
  public var resamples: Int
  /// Of the interval, above 0 and below 1.
  public var level: Double
  /// The same seed draws the same data sets.
  public var seed: UInt64
  /// `percentile` or bias-corrected and accelerated.
  public var isAccelerated: Bool

  /// A thousand data sets and 95 % by default.
  public init(
    resamples: Int = 1000, level: Double = 0.95, seed: UInt64 = 0, isAccelerated: Bool = true
  ) throws(CalibrationError) {
    guard (100...1_000_000).contains(resamples) else {
      throw CalibrationError("\(resamples) resamples; accepted: 100 to 1000000")
    }
    try requireLevel(level)
    (self.resamples, self.level, self.seed, self.isAccelerated) = (resamples, level, seed, isAccelerated)
  }

  /// The value of `measure` over all rows, with its interval. `groups` has the item of each row; `measure` is given the places of
  /// rows, some of them several times.
  ///
  /// There is no interval where fewer than two groups exist, or where more than one in twenty of the drawn data sets has no value:
  /// what is left over would be a biased choice.
  public func estimate(groups: [String], _ measure: ([Int]) -> Estimate) -> Estimate {
    let whole = measure(Array(groups.indices))
    guard let observed = whole.number else { return whole }
    let clusters = Self.clusters(groups)
    guard clusters.count > 1 else { return whole }
    var randomness = Randomness(seed: seed, purpose: "bootstrap")
    let drawn = (0..<resamples).compactMap { _ in
      measure((0..<clusters.count).flatMap { _ in clusters[randomness.index(below: clusters.count)] }).number
    }
    guard drawn.count * 20 >= resamples * 19 else { return whole }
    let distribution = drawn.sorted()
    guard isAccelerated else { return whole.with(Self.percentile(distribution, level: level)) }
    let without = clusters.indices.compactMap { left in
      measure(clusters.indices.filter { $0 != left }.flatMap { clusters[$0] }).number
    }
    guard without.count == clusters.count else { return whole.with(Self.percentile(distribution, level: level)) }
    return whole.with(Self.bca(distribution, observed: observed, jackknife: without, level: level))
  }

  /// ``estimate(groups:_:)`` with plain quantiles: the acceleration costs one more evaluation for each group.
  public func percentile(groups: [String], _ measure: ([Int]) -> Estimate) -> Estimate {
    var plain = self
    plain.isAccelerated = false
    return plain.estimate(groups: groups, measure)
  }

  /// The rows of each group, groups in the order of their first row.
  static func clusters(_ groups: [String]) -> [[Int]] {
    var places: [String: Int] = [:]
    var clusters: [[Int]] = []
    for (row, group) in groups.enumerated() {
      if let place = places[group] {
        clusters[place].append(row)
      } else {
        places[group] = clusters.count
        clusters.append([row])
      }
    }
    return clusters
  }

  /// Quantiles of the ascending bootstrap distribution.
  static func percentile(_ distribution: [Double], level: Double) -> Interval {
    let tail = (1 - level) / 2
    return Interval(
      distribution.quantile(tail), distribution.quantile(1 - tail), level: level, method: .percentile)
  }

  /// Efron 1987: quantiles moved by the bias of the median and by how the standard error changes with the value. Where the shift
  /// is infinite (every drawn value on one side of the observed one) it falls back on plain quantiles, and the method says so.
  static func bca(_ distribution: [Double], observed: Double, jackknife: [Double], level: Double) -> Interval {
    let below = Double(distribution.count { $0 < observed })
    let ties = Double(distribution.count { $0 == observed })
    let share = (below + ties / 2) / Double(distribution.count)
    let centre = jackknife.mean
    let cubes = jackknife.map { ($0 == centre ? 0 : (centre - $0) * (centre - $0) * (centre - $0)) }.sum
    let squares = jackknife.map { (centre - $0) * (centre - $0) }.sum
    guard share > 0, share < 1, squares > 0 else { return percentile(distribution, level: level) }
    let bias = Normal.quantile(share)
    let acceleration = cubes / (6 * squares * squares.squareRoot())
    func moved(_ z: Double) -> Double {
      Normal.cumulative(bias + (bias + z) / (1 - acceleration * (bias + z)))
    }
    let z = Normal.quantile(twoSided: level)
    return Interval(
      distribution.quantile(moved(-z)), distribution.quantile(moved(z)), level: level, method: .bca)
  }
}

/// Refuses levels that no interval can have.
func requireLevel(_ level: Double) throws(CalibrationError) {
  guard level > 0, level < 1 else {
    throw CalibrationError("the level \(level) is out of range; accepted: above 0 and below 1, such as 0.95")
  }
}
