import Glibc
import JSON

/// The ordinal logistic model of McCullagh 1980: P(level ≤ levels[k] | score) = σ(thresholds[k] - slope · score).
public struct ProportionalOdds: Sendable, Hashable {
  /// Above 0.
  public let slope: Double
  /// The human levels, strictly ascending, at least two.
  public let levels: [Double]
  /// Between the levels: one fewer, strictly ascending.
  public let thresholds: [Double]

  /// By maximum likelihood, starting from the shares of the levels and no slope.
  init(fitting data: PairedScores) throws(Undefined) {
    let levels = Set(data.human).sorted()
    let places = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($0.element, $0.offset) })
    let rows = zip(data.judge, data.human).map { (score: $0, level: places[$1] ?? 0) }
    // Scores are centred and scaled for the search, so that it does not depend on their unit.
    let centre = data.judge.mean
    let unit = data.judge.variance(ddof: 0).squareRoot()
    let ascending = data.human.sorted()
    let start = levels.dropLast().map { level in
      (Double(ascending.count { $0 <= level }) / Double(data.count)).logit
    }
    let place = try Newton.minimise("proportional odds", from: start + [0]) { place in
      var objective = Objective(dimension: place.count)
      for row in rows {
        objective.addOrdinal(level: row.level, score: (row.score - centre) / unit, at: place)
      }
      return objective
    }.place
    let scaled = place[place.count - 1]
    guard scaled > 1e-9 else { throw .inverted("human scores") }
    self.slope = scaled / unit
    self.levels = levels
    self.thresholds = place.dropLast().map { $0 + scaled * centre / unit }
  }

  /// The probability of each level, given a score of the judge.
  public func probabilities(_ score: Double) -> [Double] {
    let cumulative = [0] + thresholds.map { ($0 - slope * score).sigmoid } + [1]
    return zip(cumulative.dropFirst(), cumulative).map { $0 - $1 }
  }

  /// The mean level.
  func expected(_ score: Double) -> Double { zip(probabilities(score), levels).map { $0 * $1 }.sum }

  init(_ reader: JSONReader) throws(JSONError) {
    slope = try reader.positive("slope")
    levels = try reader.numbers("levels")
    thresholds = try reader.numbers("thresholds")
    guard levels.count >= 2, thresholds.count == levels.count - 1 else {
      throw reader.error(
        "\(levels.count) levels and \(thresholds.count) thresholds; one fewer than levels, which are two or more")
    }
    guard levels.isStrictlyAscending, thresholds.isStrictlyAscending else {
      throw reader.error("'levels' and 'thresholds' must ascend strictly")
    }
  }
}

extension Objective {
  /// Adds -ln P of one row: σ(u) - σ(v) with u and v its upper and lower threshold less slope · score.
  fileprivate mutating func addOrdinal(level: Int, score: Double, at place: [Double]) {
    let slope = place.count - 1
    func direction(_ threshold: Int) -> [Double] {
      var direction = [Double](repeating: 0, count: place.count)
      direction[threshold] = 1
      direction[slope] = -score
      return direction
    }
    addBand(
      upper: level < slope ? direction(level) : nil, lower: level > 0 ? direction(level - 1) : nil, at: place)
  }

  /// Adds -ln(σ(u) - σ(v)) with u = `upper`·x and v = `lower`·x; without one of them it is plus or minus infinity.
  mutating func addBand(upper: [Double]?, lower: [Double]?, at place: [Double], weight: Double = 1) {
    func chance(_ direction: [Double]) -> Double { zip(direction, place).map { $0 * $1 }.sum.sigmoid }
    let (above, below) = (upper.map(chance) ?? 1, lower.map(chance) ?? 0)
    let between = above - below
    guard between > 0 else {
      // Thresholds out of order: the search has to step back.
      value = .infinity
      return
    }
    let (up, low) = (above * (1 - above) / between, below * (1 - below) / between)
    let second = [
      [up * up - up * (1 - 2 * above), -up * low], [-up * low, low * low + low * (1 - 2 * below)],
    ].map { $0.map { weight * $0 } }
    let zero = [Double](repeating: 0, count: place.count)
    add(-weight * log(between), [-weight * up, weight * low], second, along: [upper ?? zero, lower ?? zero])
  }
}
