import Documents
import JSON
import Testing

@testable import Checks

/// docs/checks.md says what the program does.
@Suite struct PageTests {
  private let lines: [String]

  init() throws {
    let page = String(decoding: try Fixtures.bytes("../../../docs/checks.md"), as: UTF8.self)
    lines = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The rows of the table under `heading`, cell by cell.
  private func table(_ heading: String) throws -> [[String]] {
    let start = try #require(lines.firstIndex(of: "## \(heading)"))
    let rows = lines[(start + 1)...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
    return rows.dropFirst(2).map { row in
      row.split(separator: "|").map { String($0.drop { $0 == " " }) }
    }
  }

  /// The words in backquotes of a cell.
  private func names(_ cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }

  @Test("every check has its row, with its options")
  func checks() throws {
    let rows =
      try table("Text") + table("Similarity to a reference text") + table("Pictures") + table("Sound") + table("Video")
      + table("Facts")
    #expect(rows.flatMap { names($0[0]) } == Registry.kinds.map(\.name))
    for (row, kind) in zip(rows, Registry.kinds) { #expect(names(row[2]) == kind.options, "\(kind.name)") }
    let common = try table("Options of all checks").flatMap { names($0[0]) }
    #expect(
      common == ScoreRule.options.filter { $0 != "negate" } + [
        "negate", Part.option, ImageChoice.option, SoundChoice.option, VideoChoice.option, FileChoice.option,
      ])
    let agreeing = try table("What the values agree with").flatMap { names($0[0]) }
    #expect(Set(agreeing) == Set(Registry.kinds.map(\.name)))
  }

  @Test("the examples do what is said")
  func examples() throws {
    let start = try #require(lines.firstIndex(of: "```examples"))
    let examples = lines[(start + 1)...].prefix { $0 != "```" }
    #expect(examples.count == 22)
    for example in examples {
      let parts = example.components(separatedBy: " => ")
      guard parts.count == 3 else {
        Issue.record("\(example) has no three parts")
        continue
      }
      let check = try Document.parse(parts[0], name: "example").root.value
      let found =
        switch try run(check, parts[1]) {
        case .scored(_, let score, let reason): "\(score == score.rounded() ? "\(Int(score))" : "\(score)"): \(reason)"
        case .unscored(let message): "unscored: \(message)"
        }
      #expect(found == parts[2])
    }
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [String] {
    var (parts, rest) = ([String](), self[...])
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
