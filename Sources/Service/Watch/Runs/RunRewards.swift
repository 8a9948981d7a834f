import Wire

/// Rewards that a training run was given: what statistics are made of.
struct RunRewards: Sendable {
  /// Which group the rewards are of.
  enum Group: Sendable, Hashable {
    /// They are a group, all of it.
    case whole
    /// They are some of the rewards for the prompt with this digest; those that came within the window before are others.
    case prompt(String, within: Duration)
    /// There is no telling.
    case unknown
  }

  /// One for each response; nil for one without a score.
  let rewards: [RunStatistics.Reward?]
  let group: Group

  /// `scores`, one for each of `responses`.
  init(_ scores: [Double?], of responses: [Content], group: Group) {
    rewards = zip(scores, responses).map { score, response in
      score.map { RunStatistics.Reward(score: $0, bytes: response.textBytes) }
    }
    self.group = group
  }

  /// The scores of an item that was judged by itself. Responses to one prompt are one group, whether they come as one item or as
  /// several. nil where the judgment only names the better response.
  init?(_ judgment: Judgment, of item: Item) {
    let isWhole = judgment.scores.count == item.responses.count
    guard isWhole || judgment.status == .unscored else { return nil }
    let scores = isWhole ? judgment.scores : item.responses.map { _ in nil }
    let prompt = item.prompt.map { Group.prompt($0.digest, within: Self.window) } ?? .unknown
    self.init(scores, of: item.responses, group: item.responses.count > 1 ? .whole : prompt)
  }

  /// For how long responses that come by themselves are of one group.
  static let window = Duration.seconds(600)

  /// Takes them into the statistics of their run.
  func add(to statistics: inout RunStatistics, at now: ContinuousClock.Instant) {
    for reward in rewards { statistics.add(reward) }
    let scores = rewards.compactMap { $0?.score }.filter(\.isFinite)
    switch group {
    case .whole: statistics.groups.add(scores, at: now)
    case .prompt(let key, let window):
      for score in scores { statistics.groups.add(score, to: key, within: window, at: now) }
    case .unknown: break
    }
  }
}

extension Content {
  /// Of its texts, in UTF-8.
  fileprivate var textBytes: Int {
    turns.reduce(0) { sum, turn in
      turn.parts.reduce(sum) { sum, part in if case .text(let text) = part { sum + text.utf8.count } else { sum } }
    }
  }
}
