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

  static func document(_ text: String, name: String = "test.yaml") throws -> Document {
    try Document.parse(text, name: name)
  }

  /// A folder of the test's own, with these files; gone when `body` returns.
  static func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
    var template = Array("/tmp/cupel-rubrics-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer { remove(folder) }
    for (name, text) in files {
      let file = "\(folder)/\(name)"
      var parent = folder
      for part in name.split(separator: "/").dropLast() {
        parent += "/\(part)"
        mkdir(parent, 0o755)
      }
      let stream = try #require(fopen(file, "w"))
      fputs(text, stream)
      fclose(stream)
    }
    try body(folder)
  }

  private static func remove(_ path: String) {
    for name in Folder.names(path) { remove("\(path)/\(name)") }
    Glibc.remove(path)
  }

  /// The rubric in a text, with the shipped styles.
  static func rubric(_ text: String, name: String = "test.yaml") throws -> Rubric {
    let document = try document(text, name: name)
    return try Rubric(document, defaultName: "test") { (style) throws(StyleNotFound) in
      try library.findStyle(style, beside: fixtures)
    }
  }
}
