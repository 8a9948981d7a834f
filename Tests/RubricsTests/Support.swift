import Documents
import Glibc
import JSON
import Testing

@testable import Rubrics

/// Folders of the source tree, and what the tests read from them.
enum Tree {
  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
  static let fixtures = root + "/Tests/RubricsTests/Fixtures"
  static let rubrics = root + "/Rubrics"
  static let library = RubricLibrary(folders: [rubrics])

  static func text(_ file: String) throws -> String {
    let stream = try #require(fopen(file, "r"), "\(file)")
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 { bytes += chunk[..<count] }
    return try #require(String(validating: bytes, as: UTF8.self), "\(file)")
  }

  static func table(_ file: String) throws -> [JSONValue] {
    try text(file).split(separator: "\n").map { try JSONParser.parse(String($0)) }
  }

  /// The rubric in a text, with the shipped styles.
  static func rubric(_ text: String, name: String = "test.yaml") throws -> Rubric {
    let document = try Document.parse(text, name: name)
    return try Rubric(document, defaultName: "test") { (style) throws(StyleNotFound) in
      try library.findStyle(style, beside: fixtures)
    }
  }
}
