import Configuration
import JSON
import Wire

/// `POST /v1/reward`: groups of responses, and what to make of their scores.
struct RewardRequest: Sendable {
  var asking = Asking()
  var groups: [Item] = []
  var reward = RewardKind.score
  var pairs: Int?
  var showsJudgments = false

  static func shape(_ settings: ServeSettings) -> Shape<RewardRequest> {
    let limits = settings.limits
    let groups = Shape<[Item]>.list(of: ItemShape(limits: limits).group, max: limits.maxItems, limit: "max_items")
    let mostPairs = limits.maxResponses * (limits.maxResponses - 1) / 2
    let own: [Field<RewardRequest>] = [
      .must("groups", \.groups, groups, "One prompt with its responses each."),
      .may("reward", \.reward, .reward, "What the rewards are. Left out: `score`."),
      .may(
        "pairs", \.pairs, .integer(in: 1...max(1, mostPairs)),
        "With `win_rate`: how many pairs of a group are compared, each in both orders. Left out: every pair."),
      .may(
        "judgments", \.showsJudgments, Shape(.flag) { (reader) throws(JSONError) in try reader.bool() },
        "Whether the judgments behind the rewards are given as well."),
    ]
    return .object(RewardRequest(), Asking.fields(settings).map { $0.kept(at: \.asking) } + own)
  }

  /// What cannot go together is said before anything is judged.
  func check() throws(Fault) {
    try Method.refuseTwins(groups.map(\.id), in: "groups")
    guard reward == .winRate else {
      guard pairs == nil else { throw Fault(.invalidRequest, "is for the reward 'win_rate'", path: "pairs") }
      return
    }
    if let format = asking.format, format != .pairwise {
      throw Fault(.invalidRequest, "win_rate compares pairs; leave it out", path: "format")
    }
    if asking.order == .asGiven {
      throw Fault(.invalidRequest, "win_rate shows each pair in both orders; leave it out", path: "order")
    }
    guard let pairs else { return }
    for (index, group) in groups.enumerated() {
      let fewest = RoundRobin.fewestPairs(group.responses.count)
      guard group.responses.count < 2 || pairs >= fewest else {
        throw Fault(
          .invalidRequest,
          "\(pairs) pairs leave some of the \(group.responses.count) responses of groups[\(index)] without a comparison; at "
            + "least \(fewest) are needed", path: "pairs")
      }
    }
  }

  /// The terms of the judgments behind the rewards.
  var judging: Asking {
    guard reward == .winRate else { return asking }
    var asking = asking
    asking.format = .pairwise
    asking.order = asking.order ?? .both
    return asking
  }
}

extension Shape where Value == RewardKind {
  fileprivate static var reward: Shape {
    Shape(.choice(RewardKind.allCases.map(\.rawValue))) { (reader) throws(JSONError) in try reader.choice() }
  }
}
