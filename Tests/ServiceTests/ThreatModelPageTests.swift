import Foundation
import Testing

/// docs/threat-model.md names the tests that show what it says: each of them is there.
@Suite struct ThreatModelPageTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").path

  /// The text of every test file, by its path.
  private static func sources() throws -> [String: String] {
    let tests = root + "/Tests"
    let files = try #require(FileManager.default.enumerator(atPath: tests)).compactMap { $0 as? String }
    return try files.filter { $0.hasSuffix(".swift") }.reduce(into: [:]) { texts, file in
      texts[file] = try String(contentsOfFile: "\(tests)/\(file)", encoding: .utf8)
    }
  }

  @Test func everyTestIsThere() throws {
    let page = try String(contentsOfFile: Self.root + "/docs/threat-model.md", encoding: .utf8)
    let sources = try Self.sources()
    let cells = page.split(separator: "\n").filter { $0.hasPrefix("| ") }.compactMap { row in
      let cells = row.split(separator: "|", omittingEmptySubsequences: false)
      return cells.count == 5 ? cells[3] : nil
    }
    let names = cells.flatMap { $0.matches(of: /`([A-Z][A-Za-z]*Tests)(\.([A-Za-z]+))?`/) }
    #expect(names.count > 50)
    for name in names {
      let (suite, test) = (String(name.output.1), name.output.3.map(String.init))
      let isThere = sources.contains { file, text in
        let isSuite = file.hasPrefix("\(suite)/") || text.contains("struct \(suite) {")
        return isSuite && (test.map { text.contains("func \($0)(") } ?? true)
      }
      #expect(isThere, "\(name.output.0)")
    }
    // Every row says what shows it, but the one of what is not defended and that of who is trusted.
    let rows = page.components(separatedBy: "## What somebody might try")[1].components(separatedBy: "\n## ")[0]
    for row in rows.split(separator: "\n") where row.hasPrefix("| ") && !row.hasPrefix("| attempt") {
      #expect(row.contains("Tests"), "\(row)")
    }
  }
}
