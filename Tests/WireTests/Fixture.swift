import Foundation
import JSON
import Testing

/// Files beside the tests.
enum Fixture {
  /// One line of a table, shown by its name.
  struct Line: Sendable, CustomTestStringConvertible {
    let value: JSONValue
    var testDescription: String { value["name"]?.string ?? "nameless" }
  }

  static func lines(_ name: String) -> [Line] {
    text(name).split(separator: "\n").compactMap { line in
      do { return Line(value: try JSONParser.parse(String(line))) } catch {
        Issue.record("\(name): \(error)")
        return nil
      }
    }
  }

  static func text(_ name: String, file: String = #filePath) -> String {
    let folder = file.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    guard let text = try? String(contentsOfFile: "\(folder)/Fixtures/\(name)", encoding: .utf8) else {
      Issue.record("cannot read \(name)")
      return ""
    }
    return text
  }
}
