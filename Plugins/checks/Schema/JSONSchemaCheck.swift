import JSON

/// `json_schema: {…}`: the response is JSON that fits the schema (draft 2020-12).
struct JSONSchemaCheck: Check {
  static let kind = CheckKind("json_schema", options: [JSONPart.option, "max_depth"]) { (arguments) throws(JSONError) in
    JSONSchemaCheck(
      schema: try JSONSchema(arguments.argument), source: try arguments.choice(JSONPart.option, default: .whole),
      maxDepth: try arguments.int("max_depth", default: 200, in: 1...1000))
  }

  private let schema: JSONSchema
  private let source: JSONPart
  private let maxDepth: Int

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let response = try subject.responseText()
    guard let bytes = source.cut(response) else { return Measurement(passed: false, "the response has no ``` block") }
    if let problem = JSONSyntax.problem(in: bytes) {
      return Measurement(passed: false, "not JSON: \(problem.description(in: bytes))")
    }
    let value: JSONValue
    do {
      value = try bytes.withUnsafeBytes { raw in Result { () throws(JSONError) in try JSONParser.parse(raw) } }.get()
    } catch {
      throw Unscorable("the response is valid JSON, but cannot be compared with the schema: \(error)")
    }
    let (first, count) = try schema.problems(in: value, maxDepth: maxDepth)
    if count == 0 { return Measurement(passed: true, "fits the schema") }
    let more = count > first.count ? "; \(count - first.count) more" : ""
    return Measurement(passed: false, first.map(\.description).joined(separator: "; ") + more)
  }
}
