import Foundation
import JSON
import Testing

/// What the published processors say; Fixtures/generate.py wrote it down.
enum Cases {
  static let tables: JSONReader? = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/cases.json")
    do {
      return JSONReader(try JSONParser.parse(Array(Data(contentsOf: path))))
    } catch {
      Issue.record("cases.json: \(error)")
      return nil
    }
  }()

  /// The rows of a table of numbers.
  static func numbers(_ table: String) throws -> [[Int]] {
    try #require(tables).require(table).array().map { try $0.array().map { try $0.int() } }
  }
}
