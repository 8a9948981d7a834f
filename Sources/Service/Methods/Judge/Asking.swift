import Configuration
import JSON
import Rubrics
import Wire

/// What requests to judge have in common: with what, how, and for how long.
struct Asking: Sendable {
  var rubric = ""
  var judge: String?
  var format: JudgmentFormat?
  var samples: Int?
  var order: OrderPolicy?
  var seed: Int?
  var sampling: SamplingSettings?
  var timeoutMilliseconds: Int?
  var run: String?

  /// What is asked for, as terms of a session.
  var terms: Terms {
    var terms = Terms(rubric: rubric, judge: judge)
    terms.format = format
    terms.samples = samples
    terms.order = order
    terms.seed = seed.map { UInt64($0) }
    terms.sampling = sampling ?? SamplingSettings()
    return terms
  }

  static let runLength = 1...128

  /// The fields, within the limits of the server.
  static func fields(_ settings: ServeSettings) -> [Field<Asking>] {
    [
      .must("rubric", \.rubric, .text(length: 1...200), "What to judge by: a name of `GET /v1/rubrics`."),
      .may(
        "judge", \.judge, .text(length: 1...200),
        "Who judges: a name of `GET /v1/judges`. Left out: the one called `default`, or the only one."),
      .may("format", \.format, .choice(), "How responses are shown. Left out: as the rubric says."),
      .may(
        "samples", \.samples, .integer(in: 1...64),
        "How often each question is asked in each order. Left out: as the rubric says."),
      .may(
        "order", \.order, .choice(),
        "In which orders responses are shown side by side. Left out: as the rubric says."),
      .may("seed", \.seed, .integer(in: 0...Int.max), "All randomness follows from it and the items' ids."),
      .may(
        "timeout_ms", \.timeoutMilliseconds, .integer(in: 1...settings.maxTimeoutMilliseconds),
        "When to give up, in milliseconds; what is not judged then is unscored (`timeout`). Left out: "
          + "\(settings.timeoutMilliseconds). At most `max_timeout_ms` of the server."),
      .may("run", \.run, .text(length: runLength), "The training run, for metrics and logs."),
      .may("sampling", \.sampling, .sampling, "Goes before what judge, rubric and style say."),
    ]
  }
}

extension Shape where Value == SamplingSettings {
  /// How a judge is to sample.
  static var sampling: Shape {
    .object(
      SamplingSettings(),
      [
        .may("temperature", \.temperature, .number(in: 0...2), "0: the likeliest token each time."),
        .may(
          "top_p", \.topP,
          Shape<Double>(Schema([("type", "number"), ("exclusiveMinimum", 0), ("maximum", 1)])) {
            (reader) throws(JSONError) in
            let value = try reader.double(in: 0...1)
            guard value > 0 else { throw reader.error("must be above 0; 1 considers every token") }
            return value
          }, "The share of probability that tokens are drawn from."),
        .may("max_tokens", \.maxTokens, .integer(in: 1...1_000_000), "For reasoning and answer together."),
        .may(
          "stop", \.stop,
          Shape<[String]>.list(of: .text(length: 1...1000), max: 16, limit: "the most"), "Texts that end a reply."),
      ]
    ).named("Sampling")
  }
}

extension Asking {
  /// The session to judge with, and the caller with the time that the request gives. What a stranger names is looked for among the
  /// names that there are: never a path, never the address of a server.
  func prepare(_ engine: Engine, _ caller: Caller) throws(Fault) -> (session: Session, caller: Caller) {
    let generation = engine.generation
    guard generation.rubrics.contains(rubric) else {
      throw Fault(
        .notUsable, Suggestion.unknown("rubric", rubric, among: generation.rubrics), path: "rubric")
    }
    let judges = generation.judges.map(\.name)
    if let judge, !judges.contains(judge) {
      throw Fault(.notUsable, Suggestion.unknown("judge", judge, among: judges), path: "judge")
    }
    var caller = caller
    caller.run = run
    if let timeoutMilliseconds { caller.deadline = .now + .milliseconds(timeoutMilliseconds) }
    let session = try generation.session(on: terms)
    caller.account.note { entries in
      entries.rubric = session.rubric.name
      entries.judge = session.judge.isEmpty ? nil : session.judge
      entries.run = run
    }
    return (session, caller)
  }
}
