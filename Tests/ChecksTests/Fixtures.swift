import Glibc
import JSON
import Testing

@testable import Checks

/// The tables beside the tests, read where they lie.
enum Fixtures {
  static func json(_ name: String, file: String = #filePath) throws -> JSONValue {
    try JSONParser.parse(bytes(name, file: file))
  }

  static func bytes(_ name: String, file: String = #filePath) throws -> [UInt8] {
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let path = "\(folder)/Fixtures/\(name)"
    let handle = try #require(fopen(path, "rb"), "cannot open \(path)")
    defer { fclose(handle) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&chunk, 1, chunk.count, handle), count > 0 { content += chunk[..<count] }
    return content
  }
}

/// Compiles one check, as a rubric with a single criterion.
func compile(_ check: JSONValue) throws -> CheckSet {
  try CheckSet.compile(JSONReader(["criteria": [["name": "c", "check": check]]]))
}

/// The outcome of one check.
func run(_ check: JSONValue, _ subject: Subject) throws -> CheckResult.Outcome {
  try #require(try compile(check).run(subject).first).outcome
}

func run(_ check: JSONValue, _ response: String, reference: String? = nil) throws -> CheckResult.Outcome {
  try run(check, Subject(prompt: Text("the prompt"), response: Text(response), reference: reference.map { Text($0) }))
}

extension CheckResult.Outcome {
  var value: Double? { if case .scored(let value, _, _) = self { value } else { nil } }
  var score: Double? { if case .scored(_, let score, _) = self { score } else { nil } }
  var reason: String? { if case .scored(_, _, let reason) = self { reason } else { nil } }
  var unscored: String? { if case .unscored(let message) = self { message } else { nil } }
}

/// The message of the error with its path, or nil when the check compiles.
func compileError(_ check: JSONValue) -> String? {
  do {
    _ = try compile(check)
    return nil
  } catch {
    return "\(error)"
  }
}
