import JSON

/// `json: true`: the response is one valid JSON text (RFC 8259). `json: object` or `json: array` also asks for the kind.
struct JSONCheck: Check {
  static let kind = CheckKind("json", options: [JSONPart.option]) { (arguments) throws(JSONError) in
    try JSONCheck(arguments)
  }

  private enum Kind: String, Sendable, CaseIterable { case any, object, array }

  private let wanted: Kind
  private let source: JSONPart

  init(_ arguments: Arguments) throws(JSONError) {
    wanted = arguments.argument.value == .bool(true) ? .any : try arguments.argument.choice()
    source = try arguments.choice(JSONPart.option, default: .whole)
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let response = try subject.responseText()
    guard let bytes = source.cut(response) else { return Measurement(passed: false, "the response has no ``` block") }
    if let problem = JSONSyntax.problem(in: bytes) {
      return Measurement(passed: false, "not JSON: \(problem.description(in: bytes))")
    }
    let first = bytes.first { !JSONSyntax.isSpace($0) }
    let isWanted =
      switch wanted {
      case .any: true
      case .object: first == UInt8(ascii: "{")
      case .array: first == UInt8(ascii: "[")
      }
    return Measurement(passed: isWanted, isWanted ? "valid JSON" : "valid JSON, but no \(wanted.rawValue)")
  }
}

/// Where in the response the JSON stands: the option `from`.
enum JSONPart: String, Sendable, CaseIterable {
  case whole
  /// Inside the last block between lines of three backticks; the whole response when there is none.
  case fence

  static let option = "from"

  func cut(_ response: Text) -> ArraySlice<UInt8>? {
    let all = response.bytes[...]
    guard self == .fence, let close = Bytes.lastIndex(of: Self.mark, in: all) else { return all }
    guard let open = Bytes.lastIndex(of: Self.mark, in: all[..<close]) else { return nil }
    // The rest of the opening line names the language.
    let content = all[(open + Self.mark.count)..<close]
    guard let line = content.firstIndex(of: 0x0A) else { return content }
    return content[(line + 1)...]
  }

  private static let mark = Array("```".utf8)
}
