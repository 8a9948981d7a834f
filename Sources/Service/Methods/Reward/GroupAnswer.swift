import JSON
import Wire

/// The rewards of one group, as they are answered.
struct GroupAnswer: Sendable {
  private let id: String
  private let scores: GroupScores
  private var rewards: [GroupScores.Outcome]
  private var normalized: GroupRewards.Normalized?

  init(_ id: String, _ scores: GroupScores, _ kind: RewardKind) {
    self.id = id
    self.scores = scores
    switch kind {
    case .score, .winRate, .calibrated: rewards = scores.outcomes
    case .rank: rewards = Self.filled(scores.outcomes, GroupRewards.ranks(scores.scores), Self.unknown)
    case .groupNormalized:
      let normalized = GroupRewards.normalized(scores.scores)
      self.normalized = normalized
      rewards = Self.filled(scores.outcomes, normalized.values, Self.unnormalized(scores))
    }
  }

  /// What is scored gets its value; what is scored and has none is unscored for `otherwise`.
  private static func filled(
    _ outcomes: [GroupScores.Outcome], _ values: [Double?], _ otherwise: Unscored
  ) -> [GroupScores.Outcome] {
    zip(outcomes, values).map { outcome, value in
      outcome.flatMap { _ in value.map { .success($0) } ?? .failure(otherwise) }
    }
  }

  private static let unknown = Unscored(.outOfRange, "the scores of the group are too large to be compared")

  /// Why a response that has a score has no place among those of its group. Where others failed, it is their reason: asking again
  /// helps if it helps them.
  private static func unnormalized(_ scores: GroupScores) -> Unscored {
    let scored = scores.scores.count { $0 != nil }
    guard scored < 2 else { return unknown }
    let failed = scores.outcomes.lazy.compactMap { if case .failure(let unscored) = $0 { unscored } else { nil } }.first
    return Unscored(
      failed?.reason ?? .invalidInput,
      "\(scored) of \(scores.scores.count) responses has a score; a group is normalised over 2 or more")
  }

  var json: JSONObject {
    var object = JSONObject([
      ("id", .string(id)), ("rewards", .array(rewards.map { Self.number(try? $0.get()) })),
      ("scores", .array(scores.scores.map(Self.number))),
    ])
    let unscored = rewards.enumerated().compactMap { index, outcome -> JSONValue? in
      guard case .failure(let unscored) = outcome else { return nil }
      return [
        "response": .int(Int64(index)), "reason": .string(unscored.reason.rawValue),
        "message": .string(unscored.message), "retryable": .bool(unscored.reason.isRetryable),
      ]
    }
    if !unscored.isEmpty { object["unscored"] = .array(unscored) }
    object["comparisons"] = scores.comparisons.map { .array($0.map { .int(Int64($0)) }) }
    if let calibrated = scores.calibrated, calibrated.contains(where: { $0?.interval != nil }) {
      object["intervals"] = .array(
        calibrated.map { one in one?.interval.map { [.number($0.lowerBound), .number($0.upperBound)] } ?? .null })
    }
    if let calibrated = scores.calibrated, calibrated.contains(where: { $0?.abstains != nil }) {
      object["abstain"] = .array(calibrated.map { one in one?.abstains.map { .bool($0) } ?? .null })
    }
    if let normalized {
      object["mean"] = Self.number(normalized.mean)
      object["std"] = Self.number(normalized.standardDeviation)
      object["zero_spread"] = .bool(normalized.isWithoutSpread)
    }
    return object
  }

  private static func number(_ value: Double?) -> JSONValue {
    guard let value, value.isFinite else { return .null }
    return .number(value)
  }
}

extension Schema {
  /// One group of the answer of `POST /v1/reward`.
  static var rewardGroup: Schema {
    Schema.object([
      .must("id", .text, "The group's."),
      .must(
        "rewards", .list(of: .number.orNull),
        "One for each response; null where there is none, and `unscored` says why."),
      .must(
        "scores", .list(of: .number.orNull),
        "The scores that the rewards are made of, on the rubric's scale; all null where judges of a cascade share the group."
      ),
      .may("unscored", .list(of: .object([.must("response", .integer())] + failure(isRequired: true)))),
      .may("comparisons", .list(of: .integer()), "`win_rate`: the comparisons of each response that could be used."),
      .may(
        "intervals", .list(of: .list(of: .number).orNull),
        "`calibrated`: holds the score of people as often as the calibration says."),
      .may("abstain", .list(of: .flag.orNull), "`calibrated`: whether the judge is too unsure to decide."),
      .may("mean", .number.orNull, "`group_normalized`: of the scores."),
      .may("std", .number.orNull, "`group_normalized`: of the scores, with n - 1 in the denominator."),
      .may("zero_spread", .flag, "`group_normalized`: all scores are equal, and every reward is 0."),
      .may("judgments", .list(of: .judgment), "What the rewards come from, where it was asked for."),
    ]).named("RewardedGroup")
  }
}
