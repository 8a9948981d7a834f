import Foundation
import JSON
import Testing

/// One request and what has to be answered, from a file in Fixtures/requests.
///
/// ```json
/// {"name": "…", "method": "POST", "path": "/v1/judge", "headers": {"Accept": "…"}, "json": {…},
///  "status": 200, "answer": {…}, "answer_headers": {"Allow": "…"}}
/// ```
///
/// The body is `json`, or `text` in which `{{a*3}}` stands for `aaa`, or the bytes of `hex`. A body is said to be JSON unless `headers`
/// say something else; null leaves a header out. `answer` is compared as ``JSONValue/mismatch(with:at:)`` says, and `lines` are the
/// lines of a streamed answer, in any order but for the last.
struct RequestRow: Sendable, CustomTestStringConvertible {
  let name: String
  let method: String
  let path: String
  var headers: [(name: String, value: String)] = []
  var body: [UInt8] = []
  let status: Int
  let answer: JSONValue?
  let lines: [JSONValue]?
  let answerHeaders: [(name: String, value: JSONValue)]

  var testDescription: String { name }

  /// The rows of `Fixtures/requests/<name>.json`.
  static func table(_ name: String) -> [RequestRow] {
    let file = "\(fixtures)/requests/\(name).json"
    do {
      let text = try String(contentsOfFile: file, encoding: .utf8)
      return try JSONReader(JSONParser.parse(text)).array().map { try RequestRow($0) }
    } catch {
      fatalError("\(file): \(error)")
    }
  }

  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path

  init(_ reader: JSONReader) throws {
    try reader.allowOnly(
      "name", "method", "path", "headers", "json", "text", "hex", "status", "answer", "lines",
      "answer_headers")
    name = try reader.require("name").string()
    method = try reader["method"]?.string() ?? "POST"
    path = try reader.require("path").string()
    status = try reader.require("status").int()
    answer = reader.value["answer"]
    lines = try reader["lines"]?.array().map(\.value)
    answerHeaders = try reader["answer_headers"]?.object().members.map { ($0.key, $0.value) } ?? []
    if let json = reader.value["json"] { body = try JSONWriter.bytes(json) }
    if let text = try reader["text"]?.string() {
      body = Array(Self.spelledOut(text).utf8)
    }
    if let hex = try reader["hex"]?.string() {
      let digits = Array(hex.filter { !$0.isWhitespace })
      body = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
    let stated = try reader["headers"]?.object() ?? JSONObject()
    headers = stated.members.compactMap { member in member.value.string.map { (member.key, $0) } }
    if !body.isEmpty, stated["Content-Type"] == nil { headers.append(("Content-Type", "application/json")) }
  }
}

extension RequestRow {
  fileprivate static func spelledOut(_ text: String) -> String {
    text.replacing(/\{\{(.+?)\*([0-9]+)\}\}/) { match in
      String(repeating: String(match.output.1), count: Int(match.output.2) ?? 0)
    }
  }
}

extension JSONValue {
  /// Where this differs from `expected`; nil where it is as expected. Of objects, the members that are expected are looked at, and
  /// null there means that there is none or null. A text may hold `…`, which stands for any text; `"…"` alone for any value.
  func mismatch(with expected: JSONValue, at path: JSONPath = JSONPath()) -> String? {
    switch (self, expected) {
    case (_, "…"): return nil
    case (.object(let found), .object(let wanted)):
      for member in wanted.members {
        let value = found[member.key] ?? .null
        if let problem = value.mismatch(with: member.value, at: path[member.key]) { return problem }
      }
      return nil
    case (.array(let found), .array(let wanted)):
      guard found.count == wanted.count else { return "\(path): \(found.count) elements, not \(wanted.count)" }
      for index in wanted.indices {
        if let problem = found[index].mismatch(with: wanted[index], at: path[index]) { return problem }
      }
      return nil
    case (.string(let found), .string(let wanted)) where wanted.contains("…"):
      return found.matches(wanted) ? nil : "\(path): '\(found.prefix(2000))' is not like '\(wanted)'"
    default:
      if let found = double, let wanted = expected.double, abs(found - wanted) < 1e-9 { return nil }
      return self == expected ? nil : "\(path): \(self), not \(expected)"
    }
  }
}

extension String {
  /// Whether this is `pattern`, in which every `…` may stand for any text.
  func matches(_ pattern: String) -> Bool {
    let pieces = pattern.components(separatedBy: "…")
    guard hasPrefix(pieces[0]), hasSuffix(pieces[pieces.count - 1]) else { return false }
    var rest = self[...]
    for piece in pieces where !piece.isEmpty {
      guard let found = rest.range(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}
