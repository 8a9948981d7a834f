import Wire

/// What the judgments of one group come to: a score for each response, or why there is none.
struct GroupScores: Sendable {
  typealias Outcome = Result<Double, Unscored>

  /// On the rubric's scale, one for each response; none where they are not all of one judge. Of pairs: the mean over the comparisons of a
  /// response, where these give scores.
  private(set) var scores: [Double?]
  /// The reward itself, where it is made of comparisons, or the score.
  private(set) var outcomes: [Outcome]
  /// What a training loop makes its own of: the rewards where they are made of comparisons, or the scores; nil where there is none.
  var rewards: [Double?] { outcomes.map { try? $0.get() } }
  /// What a calibration says of each response, where the rewards are made of it.
  private(set) var calibrated: [Calibrated.Outcome?]?
  /// Of pairs: how many comparisons of each response could be used.
  private(set) var comparisons: [Int]?

  /// Of responses that were judged by themselves, or all together.
  static func scored(_ count: Int, _ judged: [(part: RewardPlan.Part, judgment: Judgment)]) -> GroupScores {
    var outcomes = Array(repeating: Outcome.failure(.missing), count: count)
    for (part, judgment) in judged {
      switch part {
      case .one(let index): outcomes[index] = judgment.score(of: 0)
      case .all: for index in outcomes.indices { outcomes[index] = judgment.score(of: index) }
      case .pair: continue
      }
    }
    return GroupScores(scores: outcomes.map { try? $0.get() }, outcomes: outcomes, comparisons: nil)
  }

  /// The same, with the calibrated scores for rewards. What is scored and cannot be calibrated has none: its judgment lacks what its
  /// confidence would be taken from, such as one of its samples.
  static func calibrated(_ count: Int, _ judged: [(part: RewardPlan.Part, judgment: Judgment)]) -> GroupScores {
    var group = scored(count, judged)
    var known: [Calibrated.Outcome?] = Array(repeating: nil, count: count)
    for (part, judgment) in judged {
      guard case .responses(let outcomes)? = judgment.calibrated?.outcomes else { continue }
      switch part {
      case .one(let index): known[index] = outcomes.first.flatMap(\.self)
      case .all: for index in known.indices where outcomes.indices.contains(index) { known[index] = outcomes[index] }
      case .pair: continue
      }
    }
    group.outcomes = zip(group.outcomes, known).map { outcome, calibrated in
      outcome.flatMap { _ in calibrated?.score.map { .success($0) } ?? .failure(.withoutCalibration) }
    }
    group.calibrated = known
    return group.withoutMixedScores(judged)
  }

  /// Of responses that met in pairs: the mean, over the comparisons that could be read, of the share of verdicts that put a response first
  /// (a tie is half a verdict for each). Each comparison counts the same, whatever the number of verdicts behind it.
  static func winRates(_ count: Int, _ judged: [(part: RewardPlan.Part, judgment: Judgment)]) -> GroupScores {
    var wins = Array(repeating: RunningSum(), count: count)
    var scores = Array(repeating: RunningSum(), count: count)
    var failures: [Unscored?] = Array(repeating: nil, count: count)
    for (part, judgment) in judged {
      guard case .pair(let left, let right) = part else { continue }
      for (place, index) in [left, right].enumerated() {
        switch judgment.preference(of: place) {
        case .success(let share):
          wins[index].add(share)
          if case .success(let score) = judgment.score(of: place) { scores[index].add(score) }
        case .failure(let unscored): failures[index] = failures[index] ?? unscored
        }
      }
    }
    let alone = Unscored(.invalidInput, "the group has one response, and nothing to compare it with")
    let outcomes = wins.indices.map { index in
      wins[index].mean.map { Outcome.success($0) } ?? .failure(failures[index] ?? (count == 1 ? alone : .missing))
    }
    return GroupScores(scores: scores.map(\.mean), outcomes: outcomes, comparisons: wins.map(\.count))
      .withoutMixedScores(judged)
  }

  /// The same, without scores where judges of a cascade share the group: the place in it of the one that had the last word is the number of
  /// those before it.
  private func withoutMixedScores(_ judged: [(part: RewardPlan.Part, judgment: Judgment)]) -> GroupScores {
    guard Set(judged.map(\.judgment.earlier.count)).count > 1 else { return self }
    var group = self
    group.scores = scores.map { _ in nil }
    return group
  }
}

/// A mean in the making.
private struct RunningSum {
  var sum = 0.0
  var count = 0
  var mean: Double? { count == 0 ? nil : sum / Double(count) }
  mutating func add(_ value: Double) {
    sum += value
    count += 1
  }
}

extension Unscored {
  fileprivate static let missing = Unscored(.judgeError, "nothing was judged")

  /// Of a judgment that has a score and no calibrated one: it lacks what its confidence would be taken from.
  static let withoutCalibration = Unscored(
    .unparsed, "the judgment does not have what its calibrated score is made of")
}

extension Judgment {
  /// Why there is no score for a response: its own reason, or that of the whole item.
  private func obstacle(_ response: Int) -> Unscored? {
    let own = unscored.first { $0.response == response } ?? unscored.first { $0.response == nil }
    return (own ?? (status == .unscored ? unscored.first : nil))?.unscored
  }

  /// The score of a response; a failure where anything says that there is none.
  fileprivate func score(of response: Int) -> Result<Double, Unscored> {
    if let obstacle = obstacle(response) { return .failure(obstacle) }
    guard scores.indices.contains(response), let score = scores[response] else {
      let isNamed = scores.isEmpty && comparison != nil
      return .failure(
        isNamed
          ? Unscored(
            .invalidInput,
            "the rubric's style names the better response and gives no scores; ask for the reward win_rate")
          : .missing)
    }
    guard score.isFinite else { return .failure(Unscored(.outOfRange, "the score is not a finite number")) }
    return .success(score)
  }

  /// The share of verdicts that put a response first.
  fileprivate func preference(of response: Int) -> Result<Double, Unscored> {
    if let obstacle = obstacle(response) { return .failure(obstacle) }
    guard let preference = comparison?.preference, preference.indices.contains(response), preference[response].isFinite
    else { return .failure(.missing) }
    return .success(preference[response])
  }
}
