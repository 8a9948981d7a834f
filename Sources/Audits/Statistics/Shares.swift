import Calibration

/// How often something happened, in trials of which those of one group depend on each other.
struct Shares: Sendable, Hashable {
  /// One trial.
  struct Trial: Sendable, Hashable {
    let group: Int
    let happened: Bool
  }

  private(set) var trials: [Trial] = []

  mutating func add(_ happened: Bool, group: Int) { trials.append(Trial(group: group, happened: happened)) }

  var count: Int { trials.count }
  var happened: Int { trials.count { $0.happened } }

  /// The share of trials. Its interval is Wilson's for as many trials as there are groups, which is as if the trials of a group were
  /// one: too wide where they are not, and never too narrow, and right where nothing at all happened.
  func estimate(level: Double) -> Estimate {
    guard !trials.isEmpty else { return .undefined(.tooFew(of: "trials", has: 0, needs: 1)) }
    let share = Double(happened) / Double(count)
    return .value(share, Self.wilson(share, of: Double(Set(trials.map(\.group)).count), level: level))
  }

  /// Wilson 1927 for a share of `n` trials, which need not be a whole number of them.
  static func wilson(_ share: Double, of n: Double, level: Double) -> Interval {
    let z = Normal.quantile(twoSided: level)
    let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return Interval(
      share == 0 ? 0 : centre - half, share == 1 ? 1 : centre + half, level: level, method: .wilson)
  }
}

/// A mean over trials, some of which belong together.
struct ClusteredMean: Sendable {
  private var sums: [Int: (sum: Double, count: Double)] = [:]

  mutating func add(_ value: Double, group: Int) {
    let (sum, count) = sums[group] ?? (0, 0)
    sums[group] = (sum + value, count + 1)
  }

  /// The mean of all values, with an interval from quantiles of the means of data sets in which whole groups were drawn again.
  func estimate(_ setting: AuditSetting, _ purpose: String) -> Estimate {
    guard !sums.isEmpty else { return .undefined(.tooFew(of: "trials", has: 0, needs: 1)) }
    let groups = sums.sorted { $0.key < $1.key }.map(\.value)
    let (total, count) = groups.reduce((0.0, 0.0)) { ($0.0 + $1.sum, $0.1 + $1.count) }
    guard groups.count > 1, setting.resamples > 0 else { return .value(total / count) }
    let drawn = Self.resampled(groups, times: setting.resamples, seed: setting.seed, purpose).sorted()
    let tail = (1 - setting.level) / 2
    return .value(
      total / count,
      Interval(drawn.quantile(tail), drawn.quantile(1 - tail), level: setting.level, method: .percentile))
  }

  /// Means of so many data sets of as many groups as there are, drawn with replacement.
  static func resampled(
    _ groups: [(sum: Double, count: Double)], times: Int, seed: UInt64, _ purpose: String
  ) -> [Double] {
    var randomness = Randomness(seed: seed, purpose: "audit \(purpose)")
    return (0..<times).map { _ in
      var (sum, count) = (0.0, 0.0)
      for _ in groups.indices {
        let group = groups[randomness.index(below: groups.count)]
        sum += group.sum
        count += group.count
      }
      return sum / count
    }
  }
}
