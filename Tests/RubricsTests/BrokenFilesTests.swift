import Documents
import Testing

@testable import Rubrics

/// Every file under Fixtures/broken and Fixtures/broken-styles, against the exact text and lines of what is wrong with it, which
/// stands beside it in `<name>.errors`.
@Suite struct BrokenFilesTests {
  @Test(arguments: Folder.names(Tree.fixtures + "/broken").filter { $0.hasSuffix(".yaml") })
  func rubric(file: String) throws {
    let text = try Tree.text("\(Tree.fixtures)/broken/\(file)")
    try expect(file, in: "broken") { _ = try Tree.rubric(text, name: file) }
  }

  @Test(arguments: Folder.names(Tree.fixtures + "/broken-styles").filter { $0.hasSuffix(".yaml") })
  func style(file: String) throws {
    let text = try Tree.text("\(Tree.fixtures)/broken-styles/\(file)")
    try expect(file, in: "broken-styles") { _ = try Style(Document.parse(text, name: file)) }
  }

  private func expect(_ file: String, in folder: String, _ load: () throws -> Void) throws {
    let expected = try Tree.text("\(Tree.fixtures)/\(folder)/\(Folder.stem(file)).errors")
    let error = try #require(throws: (any Error).self, "\(file)") { try load() }
    let found = "\(error)".replacing(Tree.root, with: "ROOT") + "\n"
    #expect(found == expected, "\(file)")
  }
}
