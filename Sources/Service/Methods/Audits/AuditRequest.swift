import Audits
import Configuration
import JSON
import Rubrics
import Wire

/// `POST /v1/audits`: a judge, a rubric, and what to show it.
struct AuditRequest: Sendable {
  /// The request as it came.
  var input = JSONValue.null
  var rubric = ""
  var judge: String?
  var critic: String?
  var solver: String?
  var peer: String?
  var rewriter: String?
  var suites: [AuditSuite]?
  var items: [AuditItem]?
  var format: JudgmentFormat?
  var samples: Int?
  var order: OrderPolicy?
  var sampling: SamplingSettings?
  var seed: Int?
  var repeats: Int?
  var rounds: Int?
  var level: Double?
  var resamples: Int?
  var passAt: Double?
  var maxCalls: Int?

  /// On which terms the judge is audited.
  var terms: Terms {
    var terms = Terms(rubric: rubric, judge: judge)
    terms.format = format
    terms.samples = samples
    terms.order = order
    terms.seed = UInt64(seed ?? 0)
    terms.sampling = sampling ?? SamplingSettings()
    return terms
  }

  /// What is the same for all items.
  var setting: AuditSetting {
    var setting = AuditSetting()
    setting.seed = UInt64(seed ?? 0)
    if let repeats { setting.repeats = repeats }
    if let rounds { setting.rounds = rounds }
    if let level { setting.level = level }
    if let resamples { setting.resamples = resamples }
    setting.passAt = passAt
    return setting
  }

  /// How it is read, within the limits of the server.
  static func shape(_ settings: ServeSettings) -> Shape<AuditRequest> {
    let inner = Shape<AuditRequest>.object(AuditRequest(), fields(settings))
    return Shape(inner.schema) { (reader) throws(Fault) in
      var request = try inner.read(reader)
      request.input = reader.value
      if let items = request.items {
        try Method.refuseTwins(items.map(\.id), in: "items")
        for (index, item) in items.enumerated() {
          guard let obstacle = WireMedia.ofThemselves.obstacle(in: item.item) else { continue }
          throw Fault(.invalidRequest, obstacle.message, path: JSONPath()["items"][index].description)
        }
      }
      return request
    }
  }

  private static func fields(_ settings: ServeSettings) -> [Field<AuditRequest>] {
    [
      .must("rubric", \.rubric, .text(length: 1...200), "What to judge by: a name of `GET /v1/rubrics`."),
      .may(
        "judge", \.judge, .text(length: 1...200),
        "Who is audited: a name of `GET /v1/judges`. Left out: the one called `default`, or the only one."),
      .may(
        "critic", \.critic, .text(length: 1...200),
        "A judge that writes what critics with opinions of their own say; without one, those are left out."),
      .may(
        "solver", \.solver, .text(length: 1...200),
        "A judge that solves the tasks and is told what critics think, for `feedback-uptake`."),
      .may(
        "peer", \.peer, .text(length: 1...200),
        "A second judge, for what each of the two thinks of its own answers."),
      .may("rewriter", \.rewriter, .text(length: 1...200), "A judge that rewrites responses, for `content-bias`."),
      .may(
        "suites", \.suites, .list(of: .choice(), max: AuditSuite.allCases.count, limit: "their number"),
        "Left out: all."),
      .may(
        "items", \.items, .list(of: item(settings), max: settings.jobs.maxItems, limit: "serve.jobs.max_items"),
        "What the judge is shown. Left out: the items that come with Cupel."),
      .may("format", \.format, .choice(), "How responses are shown. Left out: as the rubric says."),
      .may(
        "samples", \.samples, .integer(in: 1...64), "How often each question is asked. Left out: as the rubric says."),
      .may("order", \.order, .choice(), "In which orders responses are shown. Left out: as the rubric says."),
      .may("sampling", \.sampling, .sampling, "Goes before what judge, rubric and style say."),
      .may("seed", \.seed, .integer(in: 0...Int.max), "All randomness follows from it and the items' ids."),
      .may("repeats", \.repeats, .integer(in: 1...20), "How often a clean item is judged again. Left out: 2."),
      .may("rounds", \.rounds, .integer(in: 1...10), "Of feedback after the first verdict. Left out: 4."),
      .may("level", \.level, .share, "Of intervals. Left out: 0.95."),
      .may(
        "resamples", \.resamples, .integer(in: 100...10_000),
        "Data sets drawn for each bootstrap interval. Left out: 1000."),
      .may(
        "pass_at", \.passAt, .number(in: -1e9...1e9),
        "The least score with which one response passes. Left out: the middle of the rubric's scale."),
      .may(
        "max_calls", \.maxCalls, .integer(in: 1...settings.jobs.maxCalls),
        "Calls to the judge: as many items are taken as they cover. Left out, and at most: \(settings.jobs.maxCalls)."),
    ]
  }

  /// As in files: an item, and beside it what is known of it.
  static func item(_ settings: ServeSettings) -> Shape<AuditItem> {
    let plain = ItemShape(limits: settings.limits).shape
    let evidence = Schema.object([.must("text", .text), .must("source", .text)])
    let gold = Schema.object([.may("winner", Schema.integer().orNull), .may("pass", .flag), .may("score", .number)])
    let content = Schema.content(maxParts: settings.limits.maxParts)
    let files = Schema.list(of: .anything, count: 0...settings.limits.maxParts).orNull
    let schema = Schema.object([
      .must("id", .text(length: ItemShape.idLength), "Unique in the request."), .may("prompt", content.orNull),
      .may("messages", content.orNull, "Another name for `prompt`."), .may("response", content, "The only response."),
      .may("responses", .list(of: content, count: 1...settings.limits.maxResponses)),
      .may("reference", content.orNull, "A known good answer."),
      .may("images", files, "Appended to the prompt."), .may("videos", files, "Appended to the prompt."),
      .may("audios", files, "Appended to the prompt."),
      .may(
        "gold", gold.orNull, "The right verdict: `winner` (null: a tie) of several responses, `pass` or `score` of one."
      ),
      .may("evidence_for", evidence.orNull, "What a truthful critic can quote."),
      .may("evidence_against", evidence.orNull, "What a deceptive critic can quote."),
      .may("answer", Schema.text.orNull, "The right answer to the prompt, as short as it can be."),
      .may("alternative", Schema.text.orNull, "A wrong answer that looks right."),
      .may("group", Schema.text.orNull, "Items of one group depend on each other."),
    ])
    return Shape(schema.named("AuditItem")) { (reader) throws(Fault) in
      let members = try Fault.reading { () throws(JSONError) in try reader.object() }.members
      let rest = members.filter { !AuditItem.fields.contains($0.key) }.map { ($0.key, $0.value) }
      _ = try plain.read(JSONReader(.object(JSONObject(rest)), path: reader.path))
      return try Fault.reading { () throws(JSONError) in try AuditItem(reader) }
    }
  }
}
