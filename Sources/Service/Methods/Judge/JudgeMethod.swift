import Configuration
import JSON
import Rubrics
import Wire

/// `POST /v1/judge`: items against a rubric.
struct JudgeRequest: Sendable {
  var asking = Asking()
  var items: [Item] = []

  static func shape(_ settings: ServeSettings) -> Shape<JudgeRequest> {
    let items = Shape<[Item]>.list(
      of: ItemShape(limits: settings.limits).shape, max: settings.limits.maxItems, limit: "max_items")
    let own: [Field<JudgeRequest>] = [.must("items", \.items, items, "What is judged, each by itself.")]
    return .object(JudgeRequest(), Asking.fields(settings).map { $0.kept(at: \.asking) } + own)
  }
}

extension Method {
  static func judge(_ engine: Engine, _ settings: ServeSettings) -> Method {
    var method = Method(
      "judge", .post, "/v1/judge", summary: "Judge items against a rubric",
      about: """
        Pointwise, pairwise or listwise. Each item is judged by itself: one that cannot be judged is `unscored` with its reason, and its \
        siblings are unaffected. With `Accept: application/x-ndjson` each judgment comes as a line when it is there.
        """,
      takes: JudgeRequest.shape(settings), gives: .judgeAnswer
    ) { (request, caller) throws(Fault) in
      let ids = request.items.map(\.id)
      try Self.refuseTwins(ids, in: "items")
      let (session, caller) = try request.asking.prepare(engine, caller)
      let totals = Totals()
      let judgments = try Judging(engine, session, caller).begin(request.items) { [caller] index, judged in
        totals.add(judged, caller.account)
        if let run = caller.run, let rewards = RunRewards(judged.judgment, of: request.items[index]) {
          engine.metrics.rewarded(rewards, in: run, by: session.rubric.name)
        }
        return judged.judgment.json
      }
      return .results(
        ResultStream(
          list: "judgments", element: "judgment", count: request.items.count, results: judgments,
          ending: { totals.json }))
    }
    method.lines = .lines(of: "judgment", .judgment, Schema.totals)
    method.example = .judgeExample
    return method
  }

  /// Results are found by their ids.
  static func refuseTwins(_ ids: [String], in list: String) throws(Fault) {
    var seen: [JSONKey: Int] = [:]
    for (index, id) in ids.enumerated() {
      if let first = seen[JSONKey(id)] {
        throw Fault(
          .invalidRequest, "is the id of \(list)[\(first)] as well; give each its own",
          path: JSONPath()[list][index]["id"].description)
      }
      seen[JSONKey(id)] = index
    }
  }
}
