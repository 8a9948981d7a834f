import JSON
import Wire

extension Schema {
  /// The answer of `POST /v1/judge`.
  static var judgeAnswer: Schema {
    .object([.must("judgments", .list(of: .judgment), "In the order of the items.")] + totals)
  }

  /// What stands beside results: what they came to.
  static var totals: [Member] {
    [
      .must("usage", .usage, "What the judge consumed for this request, as far as it counts."),
      .may("cost", .cost, "Where the judge has prices."),
      .may("joined", .integer(), "Judgments that were under way for another request: they cost nothing here."),
      .may("cached", .integer(), "Judgments that were there already: they cost nothing here."),
    ]
  }

  /// Lines of a streamed answer: one for each result, and a last one.
  static func lines(of element: String, _ schema: Schema, _ totals: [Member]) -> Schema {
    .any(of: [
      .object([.must("index", .integer(), "The place in the request."), .must(element, schema)]),
      .object(
        [
          .must("done", .flag.with([("const", true)]), "The last line: an answer without it is cut short."),
          .must("count", .integer(), "Results, one line each."),
        ] + totals),
    ])
  }

  /// What ``Wire/Judgment/json`` writes (docs/results.md).
  static var judgment: Schema {
    let earlier = Member.may(
      "earlier", .list(of: .object(judged)),
      "Of a cascade: what the judges said that were asked before, who were not sure enough or could not tell; the first one first."
    )
    return .object(judged + [earlier]).described("What came of one item.").named("Judgment")
  }

  private static var judged: [Member] {
    [
      .must("id", .text, "The item's."),
      .must("status", .choice(Judgment.Status.allCases.map(\.rawValue))),
      .must("format", .choice(JudgmentFormat.allCases.map(\.rawValue))),
    ] + failure(isRequired: false) + [
      .may(
        "scores", .list(of: .number.orNull), "One for each response, on the rubric's scale; null where there is none."
      ),
      .may("unscored", .list(of: .object([.may("response", .integer())] + failure(isRequired: true)))),
      .may("winner", .integer().orNull, "The best response; null for a tie."),
      .may("preference", .list(of: .number), "The share of verdicts that put a response first; sums to 1."),
      .may("ranking", .list(of: .list(of: .integer())), "Groups of equal rank, best first."),
      .may("confidence", .number, "The share of verdicts that agree with the winner."),
      .may("position_consistent", .flag, "Whether every order named the same winner."),
      .may("calibrated", calibrated, "What people would say, where the judge has a calibration for this."),
      .may("rationale", .text, "The reasoning of the first verdict that counted."),
      .may("criteria", .list(of: criterion)),
      .may("samples", .list(of: sample), "Every call to the judge."),
      .may("notes", .list(of: .text), "What decoding lost or changed."),
      .must("provenance", provenance, "Enough to replay the judgment without the model."),
      .may("usage", .usage),
      .may("cost", .cost),
    ]
  }

  private static var calibrated: Schema {
    .object([
      .must("calibration", .text, "Its digest."),
      .may("scores", .list(of: .number.orNull), "On the scale of people, or the probability of a pass."),
      .may("intervals", .list(of: .list(of: .number).orNull), "Of these scores."),
      .may("confidences", .list(of: .number.orNull), "The probability that people agree, one for each response."),
      .may("confidence", .number.orNull, "Of a comparison: the probability that people agree with it."),
      .may(
        "answers", .list(of: Schema.integer().orNull),
        "Of a comparison: one of these is the answer of people as often as the calibration says; null is a tie."),
      .may(
        "abstain", .any(of: [.flag, .list(of: .flag.orNull)]),
        "Whether the decision is left to people; one for each response, or of a comparison."),
    ])
  }

  /// Why there is no score.
  static func failure(isRequired: Bool) -> [Member] {
    let reasons = Schema.choice(UnscoredReason.allCases.map(\.rawValue))
    return [
      Member(name: "reason", schema: reasons.described("Why there is no score."), isRequired: isRequired),
      Member(name: "message", schema: Schema.text.described("What happened."), isRequired: isRequired),
      Member(
        name: "retryable", schema: Schema.flag.described("Whether asking again, unchanged, can help."),
        isRequired: isRequired),
    ]
  }

  private static var criterion: Schema {
    let outcome = Schema.any(of: [
      .object([
        .must("score", .number), .may("value", .number), .may("passed", .flag), .may("reason", .text),
      ]),
      .object([.must("status", .word("unscored"))] + failure(isRequired: true)),
    ])
    return .object([.must("name", .text), .must("responses", .list(of: outcome))])
  }

  private static var sample: Schema {
    .object([
      .must("sample", .integer()), .must("order", .list(of: .integer())), .may("response", .integer()),
      .may("criterion", .text), .must("status", .choice(["ok", "unscored"])),
      .may("scores", .list(of: .any(of: [.number, .list(of: .number)]))),
      .may("winner", .integer().orNull), .may("strong", .flag), .may("preference", .list(of: .number)),
      .may("value", .number), .may("reason", .text), .may("message", .text), .may("retryable", .flag),
      .may("logprobs", Schema.object([], isOpen: true), "What the log-probabilities say."),
      .may("seed", .any(of: [.integer(), .text])), .must("attempts", .integer()), .must("prompt", .text),
      .may("finish", .text), .may("model", .text), .may("reasoning", .text), .may("text", .text), .may("usage", .usage),
    ])
  }

  private static var provenance: Schema {
    .object([
      .may("judge", .text), .may("model", .text), .may("fingerprint", .text), .must("rubric", .text),
      .must("style", .text), .must("parser", .text), .may("checks", .text),
      .must("sampling", .object([], isOpen: true)), .must("seed", .any(of: [.integer(), .text])),
      .may("media", .list(of: .text)),
    ])
  }

  /// What ``Wire/Usage`` writes.
  static var usage: Schema {
    let counts = [
      "prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens", "requests", "unknown_calls",
    ]
    return Schema.object(counts.map { .may($0, .integer()) }).named("Usage")
  }

  private static var cost: Schema {
    Schema.object([
      .must("currency", .text), .must("amount", .number.orNull, "null where a part is not known."),
      .may("at_least", .number), .may("unknown_calls", .integer()),
    ]).named("Cost")
  }
}

extension JSONValue {
  /// A request that every installation with a judge can answer.
  static let judgeExample: JSONValue = [
    "rubric": "helpfulness",
    "items": [["id": "q1", "prompt": "What is the capital of Australia?", "response": "Canberra."]],
  ]
}
