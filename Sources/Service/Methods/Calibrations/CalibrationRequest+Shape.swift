import Calibration
import Configuration
import JSON
import Rubrics
import Wire

extension CalibrationRequest {
  /// How it is read, within the limits of the server.
  static func shape(_ settings: ServeSettings) -> Shape<CalibrationRequest> {
    let fields = fields(settings)
    let inner = Shape<CalibrationRequest>.object(CalibrationRequest(), fields)
    return Shape(inner.schema) { (reader) throws(Fault) in
      var request = try inner.read(reader)
      request.input = reader.value
      try request.check()
      return request
    }
  }

  private static func fields(_ settings: ServeSettings) -> [Field<CalibrationRequest>] {
    let (most, limit) = (settings.jobs.maxItems, "serve.jobs.max_items")
    let judgment = Shape<JSONReader>(.object([], isOpen: true)) { (reader) throws(JSONError) in
      _ = try reader.object()
      return reader
    }
    return [
      .must(
        "labels", \.labels, .list(of: label, max: most, limit: limit),
        "What people said: one for each response and person."),
      .may(
        "judgments", \.judgments, .list(of: judgment, max: most, limit: limit),
        "What a judge said of the same ids, as `POST /v1/judge` gives it."),
      .may(
        "then_judgments", \.thenJudgments,
        .list(of: .list(of: judgment, max: most, limit: limit), max: mostJudges, limit: "their number"),
        "With judgments: a cascade. What the judges that are asked next, in turn, said of the same ids. Needs `risk`."),
      .may(
        "items", \.items, .list(of: ItemShape(limits: settings.limits).shape, max: most, limit: limit),
        "In place of judgments: what is to be judged first."),
      .may("rubric", \.rubric, .text(length: 1...200), "With items: what to judge by, a name of `GET /v1/rubrics`."),
      .may(
        "judge", \.judge, .text(length: 1...200),
        "With items: who judges, a name of `GET /v1/judges`. Left out: the one called `default`, or the only one."),
      .may(
        "then", \.then, .list(of: .text(length: 1...200), max: mostJudges, limit: "their number"),
        "With items: a cascade. The judges that are asked next, in turn, of what the ones before are unsure of; each judges all items. Needs `risk`."
      ),
      .may("format", \.format, .choice(), "With items: how responses are shown. Left out: as the rubric says."),
      .may(
        "samples", \.samples, .integer(in: 1...64),
        "With items: how often each question is asked. Left out: as the rubric says."),
      .may(
        "order", \.order, .choice(), "With items: in which orders responses are shown. Left out: as the rubric says."),
      .may("sampling", \.sampling, .sampling, "With items: goes before what judge, rubric and style say."),
      .may(
        "max_calls", \.maxCalls, .integer(in: 1...settings.jobs.maxCalls),
        "With items: calls to the judge that may be made, repeated ones included; the job fails where they are not enough. Left out, and at most: \(settings.jobs.maxCalls)."
      ),
      .may("scale", \.scale, scale, "Of the labels; needed where they are scores."),
      .may(
        "within", \.within, .number(in: 0...1e9),
        "A score is right that is at most this far from the human one. Left out: half a step of the scale, or 0.5."),
      .may(
        "pass_at", \.passAt, .number(in: -1e9...1e9),
        "For labels that say whether a response passes: the least score of the judge that passes."),
      .may(
        "source", \.source, .choice(),
        "The confidence to calibrate. Left out: the best of those that every judgment has."),
      .may(
        "confidence", \.hasConfidence, Shape(.flag) { (reader) throws(JSONError) in try reader.bool() },
        "false: only scores are calibrated."),
      .may(
        "methods", \.methods, .list(of: .choice(), max: CalibrationMethod.allCases.count, limit: "their number"),
        "Calibrators to try. Left out: all."),
      .may("level", \.level, .share, "Of the intervals around scores. Left out: 0.9."),
      .may(
        "risk", \.risk, .share,
        "The share of wrong verdicts to accept of a judge that may abstain. Left out: it never abstains."),
      .may(
        "error", \.error, .share, "With `risk`: the probability with which that promise may be broken. Left out: 0.1."),
      .may(
        "resamples", \.resamples, .integer(in: 100...10_000),
        "Data sets drawn for each interval of a measure. Left out: 1000."),
      .may("seed", \.seed, .integer(in: 0...Int.max), "Of judging, halves, folds and draws."),
    ]
  }

  /// Of a cascade, after the first.
  private static let mostJudges = 8

  private static var scale: Shape<HumanScale> {
    Shape(
      .object([
        .must("min", .number), .must("max", .number),
        .may("step", .number.orNull, "Left out: any number between is a score."),
      ])
    ) { (reader) throws(JSONError) in try HumanScale(reader) }
  }

  /// Read in whole when the scale is known.
  private static var label: Shape<JSONReader> {
    let index = Schema.integer(in: 0...4095)
    let schema = Schema.object([
      .must("id", .text, "The item's."), .may("response", index.orNull, "Which response; left out: the first."),
      .may("score", .number, "One of `score`, `pass` and `winner`, the same in all labels."), .may("pass", .flag),
      .may("winner", index.orNull, "null for a tie."),
      .may("rater", .text.orNull, "Who said it; needed where several people did."),
      .may("group", .text.orNull, "What intervals are to hold for by itself."),
      .may("systems", .list(of: .text, count: 2...2).orNull),
      .may("style", Schema.object([], isOpen: true).orNull),
    ]).named("Label")
    return Shape(schema) { (reader) throws(JSONError) in
      _ = try reader.object()
      return reader
    }
  }
}
