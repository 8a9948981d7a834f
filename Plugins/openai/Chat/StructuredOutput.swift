import JSON

/// Holds a reply to the shape that the rubric expects (`JudgeCall.answerShape`), in the words of the server.
///
/// The rule: nothing here may keep the judge from thinking before it answers. A JSON answer begins with its `reasoning`; the
/// regular expressions for all other shapes let any text stand before the answer.
struct StructuredOutput {
  let style: ChatOptions.Structured

  /// The member to add to a request; nil where there is nothing to add.
  func member(for shape: JSONValue?) -> (name: String, value: JSONValue)? {
    guard style != .none, let shape else { return nil }
    if let schema = shape["schema"] { return Self.schema(typed(schema), style) }
    return AnswerPatternRegex(shape).flatMap { Self.regex($0.text, style) }
  }

  private static func schema(_ schema: JSONValue, _ style: ChatOptions.Structured) -> (String, JSONValue)? {
    switch style {
    case .none: nil
    case .jsonSchema, .sglang:
      (
        "response_format",
        ["type": "json_schema", "json_schema": ["name": "judgment", "strict": true, "schema": schema]]
      )
    case .jsonObject: ("response_format", ["type": "json_object", "schema": schema])
    case .vllm: ("structured_outputs", ["json": schema])
    case .vllmGuided: ("guided_json", schema)
    }
  }

  private static func regex(_ text: String, _ style: ChatOptions.Structured) -> (String, JSONValue)? {
    switch style {
    case .none, .jsonSchema, .jsonObject: nil
    case .vllm: ("structured_outputs", ["regex": .string(text)])
    case .vllmGuided: ("guided_regex", .string(text))
    case .sglang: ("regex", .string(text))
    }
  }

  /// Servers that are strict about schemas want a type beside every `enum`.
  private func typed(_ schema: JSONValue) -> JSONValue {
    switch schema {
    case .array(let values): return .array(values.map(typed))
    case .object(let object):
      let isLabels = object["enum"]?.array?.allSatisfy { $0.string != nil } == true
      let type: [(String, JSONValue)] = isLabels && object["type"] == nil ? [("type", "string")] : []
      return .object(JSONObject(type + object.members.map { ($0.key, typed($0.value)) }))
    default: return schema
    }
  }
}

/// A regular expression, in the part of the syntax that all grammar engines know, for a reply that ends in the answers.
struct AnswerPatternRegex {
  let text: String

  /// nil for a shape that is not known, and for one of which a part cannot be held: what is left of it would hold replies to fewer
  /// answers than are read.
  init?(_ shape: JSONValue) {
    let responses = shape["responses"]?.int ?? 1
    guard responses >= 1, responses <= 64, let pattern = shape["pattern"]?.string else { return nil }
    let questions = shape["questions"]?.array ?? []
    let scales = questions.compactMap { $0["answer"].flatMap(Self.answers) }
    guard scales.count == questions.count else { return nil }
    guard let one = shape["verdicts"].map({ Self.texts($0).map(Self.choice) }) ?? scales.first else { return nil }
    switch pattern {
    case "answer-tags":
      guard !scales.isEmpty else { return nil }
      let answers = (0..<responses).flatMap { _ in scales.map { "<answer>\($0)</answer>" } }
      // Between the answers there may be their names: no tag, and not without end.
      text = Self.anything + answers.joined(separator: "[^<]{0,80}") + Self.blank
    case "bracketed": text = Self.anything + "\\[\\[\(one)\\]\\]" + Self.blank
    case "result": text = Self.anything + "\\[RESULT\\] \(one)" + Self.blank
    default: return nil
    }
  }

  private static let anything = "(.|\\n)*"
  private static let blank = "[ \\n]{0,8}"

  /// What may be answered on one scale, from its JSON schema.
  private static func answers(_ schema: JSONValue) -> String? {
    if let labels = schema["enum"] { return texts(labels).map(choice) }
    guard let minimum = schema["minimum"]?.double, let maximum = schema["maximum"]?.double else { return nil }
    if schema["type"]?.string == "integer", let low = Int(exactly: minimum), let high = Int(exactly: maximum),
      low <= high, high.subtractingReportingOverflow(low).partialValue < 128
    {
      return choice((low...high).map(String.init))
    }
    return "-?[0-9]{1,12}(\\.[0-9]{1,6})?"
  }

  /// A list of texts, one or more; else nil.
  private static func texts(_ list: JSONValue) -> [String]? {
    guard let values = list.array, !values.isEmpty else { return nil }
    let texts = values.compactMap(\.string)
    return texts.count == values.count ? texts : nil
  }

  private static func choice(_ texts: [String]) -> String { "(\(texts.map(escaped).joined(separator: "|")))" }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if "\\^$.|?*+()[]{}".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }
}
