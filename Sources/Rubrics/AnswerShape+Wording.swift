public import JSON
import Wire

extension AnswerShape {
  /// What the reply must end in, in words: the `{answer_format}` slot of a prompt.
  public var wording: String {
    switch pattern {
    case .answerTags: answerTagsWording
    case .bracketed:
      isComparison
        ? "End with your verdict in double brackets, one of:\n" + verdictLines { "[[\($0)]]" }
        : "End with your answer in double brackets, [[...]], where ... is \(phrase)."
    case .result:
      isComparison
        ? "End with a line that holds your verdict, one of:\n" + verdictLines { "[RESULT] \($0)" }
        : "End with a line that holds [RESULT] and then \(phrase)."
    case .json: jsonWording
    }
  }

  /// The scale of the one question, or of all when they share it.
  private var phrase: String {
    let phrases = Set(questions.map(\.scale.phrase))
    return phrases.count == 1 ? questions[0].scale.phrase : "an answer on the criterion's own scale"
  }

  private func verdictLines(_ written: (String) -> String) -> String {
    verdicts.filter(\.isOffered).map { token in
      let meaning =
        switch (token.verdict.winner, token.verdict.isStrong) {
        case (.tie, _): "they are equally good"
        case (let winner, true): "response \(winner.rawValue) is much better"
        case (let winner, false): "response \(winner.rawValue) is better"
        }
      return "- \(written(token.text)): \(meaning)"
    }.joined(separator: "\n")
  }

  private var answerTagsWording: String {
    guard count > 1 else { return "End with exactly one <answer></answer> that holds \(phrase) and nothing else." }
    let what =
      switch (responses > 1, questions.count > 1) {
      case (true, false): "one for each response, in the order in which they are shown"
      case (false, _): "one for each criterion, in this order: \(names)"
      case (true, true):
        "for each response, in the order in which they are shown, one for each criterion, in this order: \(names)"
      }
    return """
      End with exactly \(count) <answer></answer> elements, \(what). \
      Each holds \(phrase) and nothing else.
      """
  }

  private var jsonWording: String {
    let several = questions.count > 1
    let places = questions.map { $0.scale.isNumeric ? "..." : "\"...\"" }
    let one =
      several ? "{\(zip(questions, places).map { "\"\($0.name)\": \($1)" }.joined(separator: ", "))}" : places[0]
    let example =
      switch (format, several) {
      case (.pointwise, false): "{\"reasoning\": \"...\", \"score\": \(one)}"
      case (.pointwise, true): "{\"reasoning\": \"...\", \"scores\": \(one)}"
      default:
        "{\"reasoning\": \"...\", \"scores\": [\(Array(repeating: one, count: responses).joined(separator: ", "))]}"
      }
    let order =
      format == .pointwise ? "" : "\nThe list holds one entry for each response, in the order in which they are shown."
    return "End with one JSON object of this form, where each answer is \(phrase):\n\(example)\(order)"
  }

  private var names: String { questions.map(\.name).joined(separator: ", ") }

  /// The shape for judges that support structured output: the pattern, the counts, and for `json` a JSON Schema.
  public var json: JSONValue {
    var object = JSONObject([
      ("pattern", .string(pattern.rawValue)), ("format", .string(format.rawValue)),
      ("responses", .int(Int64(responses))),
    ])
    if isComparison {
      object["verdicts"] = .array(verdicts.filter(\.isOffered).map { .string($0.text) })
    } else {
      object["questions"] = .array(questions.map { ["name": .string($0.name), "answer": $0.scale.schema] })
    }
    if pattern == .json { object["schema"] = schema }
    return .object(object)
  }

  private var schema: JSONValue {
    let several = questions.count > 1
    let one = several ? Self.object(questions.map { ($0.name, $0.scale.schema) }) : questions[0].scale.schema
    if format == .pointwise {
      return Self.object([("reasoning", ["type": "string"]), (several ? "scores" : "score", one)])
    }
    let many: JSONValue = [
      "type": "array", "items": one, "minItems": .int(Int64(responses)), "maxItems": .int(Int64(responses)),
    ]
    return Self.object([("reasoning", ["type": "string"]), ("scores", many)])
  }

  private static func object(_ properties: [(String, JSONValue)]) -> JSONValue {
    [
      "type": "object", "properties": .object(JSONObject(properties)),
      "required": .array(properties.map { .string($0.0) }), "additionalProperties": false,
    ]
  }
}
