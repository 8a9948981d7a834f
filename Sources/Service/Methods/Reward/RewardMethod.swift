import Configuration
import JSON
import Rubrics
import Wire

extension Method {
  static func reward(_ engine: Engine, _ settings: ServeSettings) -> Method {
    let heading: [Schema.Member] = [
      .must("reward", .choice(RewardKind.allCases.map(\.rawValue))), .must("rubric", .text, "With its digest."),
      .may("judge", .text),
    ]
    var method = Method(
      "reward", .post, "/v1/reward", summary: "Rewards for groups of responses to one prompt",
      about: """
        Pointwise rubrics judge each response by itself, as an item called `group/index`; listwise ones all of a group at once; `win_rate` \
        each pair in both orders, as `group/i-j`. A response that could not be scored has null for its reward, with the reason; its \
        siblings keep theirs. Where a judge hands what it is unsure of on to others (`then`), `score`, `rank` and `group_normalized` are refused: they \
        would compare scores of different judges.
        """,
      takes: RewardRequest.shape(settings),
      gives: .object(
        [.must("groups", .list(of: .rewardGroup), "In the order of the request.")] + heading + Schema.totals)
    ) { (request, caller) throws(Fault) in
      try request.check()
      let (session, caller) = try request.judging.prepare(engine, caller)
      try session.require(request.reward)
      let format = request.judging.format ?? session.rubric.format
      try refuseTooMany(RewardPlan.count(request, format), settings)
      let plan = RewardPlan(request, format)
      let totals = Totals()
      let judged = try Judging(engine, session, caller).begin(plan.items) { _, judged in
        totals.add(judged, caller.account)
        return judged.judgment
      }
      var about = JSONObject([
        ("reward", .string(request.reward.rawValue)), ("rubric", .string(session.rubric.reference)),
      ])
      if !session.judge.isEmpty { about["judge"] = .string(session.judge) }
      return .results(
        ResultStream(
          list: "groups", element: "group", count: request.groups.count,
          results: grouped(judged, plan, request) { [run = caller.run] index, scores in
            guard let run else { return }
            let rewards = RunRewards(scores.rewards, of: request.groups[index].responses, group: .whole)
            engine.metrics.rewarded(rewards, in: run, by: session.rubric.name)
          },
          ending: { [about] in JSONObject((about.members + totals.json.members).map { ($0.key, $0.value) }) }))
    }
    method.lines = .lines(of: "group", .rewardGroup, heading + Schema.totals)
    method.example = .rewardExample
    return method
  }

  /// Before any of it is made: a few large groups come to very many pairs.
  private static func refuseTooMany(_ count: Int, _ settings: ServeSettings) throws(Fault) {
    let room = settings.maxInFlight + settings.maxWaiting
    guard count > room else { return }
    throw Fault(
      .tooLarge,
      "the groups come to \(count) judgments; max_in_flight and max_waiting leave room for \(room). Send fewer groups at once, "
        + "or compare fewer pairs", path: "groups")
  }

  /// Groups as they become complete; `watch` is told of the scores of each. A reader that stops ends the judging.
  private static func grouped(
    _ judged: AsyncStream<(index: Int, value: Judgment)>, _ plan: RewardPlan, _ request: RewardRequest,
    watch: @escaping @Sendable (Int, GroupScores) -> Void
  ) -> AsyncStream<(index: Int, value: JSONValue)> {
    AsyncStream { stream in
      let work = Task {
        var missing = Array(repeating: 0, count: request.groups.count)
        for unit in plan.units { missing[unit.group] += 1 }
        var judgments: [[Int: Judgment]] = Array(repeating: [:], count: request.groups.count)
        for index in missing.indices where missing[index] == 0 {
          stream.yield((index, answer(index, [], request, watch)))
        }
        for await (place, judgment) in judged {
          let group = plan.units[place].group
          judgments[group][place] = judgment
          missing[group] -= 1
          guard missing[group] == 0 else { continue }
          let parts = judgments[group].sorted { $0.key < $1.key }.map { (plan.units[$0.key].part, $0.value) }
          judgments[group] = [:]
          stream.yield((group, answer(group, parts, request, watch)))
        }
        stream.finish()
      }
      stream.onTermination = { _ in work.cancel() }
    }
  }

  private static func answer(
    _ index: Int, _ judged: [(part: RewardPlan.Part, judgment: Judgment)], _ request: RewardRequest,
    _ watch: (Int, GroupScores) -> Void
  ) -> JSONValue {
    let group = request.groups[index]
    let count = group.responses.count
    let scores =
      switch request.reward {
      case .winRate: GroupScores.winRates(count, judged)
      case .calibrated: GroupScores.calibrated(count, judged)
      case .score, .rank, .groupNormalized: GroupScores.scored(count, judged)
      }
    watch(index, scores)
    var object = GroupAnswer(group.id, scores, request.reward).json
    if request.showsJudgments { object["judgments"] = .array(judged.map(\.judgment.json)) }
    return .object(object)
  }
}

extension JSONValue {
  /// A request that every installation with a judge can answer.
  fileprivate static let rewardExample: JSONValue = [
    "rubric": "helpfulness", "reward": "group_normalized",
    "groups": [
      ["id": "g1", "prompt": "What is the capital of Australia?", "responses": ["Canberra.", "Sydney, I think."]]
    ],
  ]
}
