/// What the rewards of a training run are like, by one rubric. What has no score is counted, and enters nothing else.
struct RunStatistics: Sendable {
  /// How many rewards are the run's start, and how many its end.
  static let window = 1000

  /// A reward, with the length of its response in bytes of UTF-8.
  struct Reward: Sendable, Hashable {
    let score: Double
    let bytes: Int
  }

  /// Of all rewards.
  private(set) var all = Moments()
  /// Of the first ``window``.
  private(set) var first = Moments()
  /// Responses without a score.
  private(set) var unscored = 0
  /// The last groups.
  var groups = GroupWindow()
  private var recent: [Reward] = []
  /// Of the oldest in ``recent``, when that is full.
  private var oldest = 0

  /// Counts a response; one without a reward has nil.
  mutating func add(_ reward: Reward?) {
    guard let reward, reward.score.isFinite else {
      unscored += 1
      return
    }
    all.add(reward.score, Double(reward.bytes))
    if first.count < Self.window { first.add(reward.score, Double(reward.bytes)) }
    if recent.count < Self.window {
      recent.append(reward)
    } else {
      recent[oldest] = reward
      oldest = (oldest + 1) % Self.window
    }
  }

  /// Of the last ``window``.
  var last: Moments {
    recent.reduce(into: Moments()) { $0.add($1.score, Double($1.bytes)) }
  }

  /// How far the rewards have moved since the run began, in standard deviations of its start: Glass's delta (Glass 1976), the mean
  /// of the last ``window`` rewards less that of the first, over the standard deviation (n - 1) of the first. nil until there are
  /// twice ``window``, so that no reward is in both, and where the first are all the same.
  var drift: Double? {
    guard all.count >= 2 * Self.window, let deviation = first.deviationX, deviation > 0 else { return nil }
    return last.shiftX(from: first) / deviation
  }
}
