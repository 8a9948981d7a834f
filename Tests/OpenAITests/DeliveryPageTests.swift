import Glibc
import HTTP
import Testing
import Wire

@testable import OpenAI

/// The table "What is tried again" of docs/judges.md says what the code does.
@Suite struct DeliveryPageTests {
  private struct Row {
    let names: [String]
    let isTriedAgain: Bool
    let reason: String
  }

  @Test func theTableSaysWhatIsDone() throws {
    let rows = try rows()
    #expect(rows.count == 18)
    let kinds = Dictionary(
      uniqueKeysWithValues: HTTPFailure.Kind.allCases.map { kind in
        let attempt = Attempt(result: .failure(HTTPFailure(kind, "")), wasThereBefore: false)
        return (attempt.word, attempt)
      })
    var named: Set<String> = []
    for row in rows {
      for name in row.names {
        let status = Int(name).map { Attempt(result: .success(HTTPResponse(status: $0)), wasThereBefore: false) }
        let attempt = try #require(status ?? kinds[name], "\(name)")
        #expect(attempt.isWorthAnother == row.isTriedAgain, "\(name)")
        #expect(attempt.reason(ServerWords([], secrets: [])).rawValue == row.reason, "\(name)")
        named.insert(name)
      }
    }
    // Whoever cancels a call knows why.
    #expect(Set(kinds.keys).subtracting(named) == ["cancelled"])
  }

  private func rows() throws -> [Row] {
    let page = try text("../../docs/judges.md").split(separator: "\n", omittingEmptySubsequences: false)
    let title = try #require(page.firstIndex(of: "### What is tried again"))
    let table = page[title...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.dropFirst(2)
    return try table.map { line in
      let cells = line.split(separator: "|")
      try #require(cells.count == 4)
      return Row(
        names: quoted(cells[0]), isTriedAgain: cells[2].hasPrefix(" yes"), reason: try #require(quoted(cells[3]).first))
    }
  }

  /// What stands between backticks.
  private func quoted(_ cell: Substring) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  private func text(_ path: String) throws -> String {
    let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let file = try #require(fopen("\(folder)/\(path)", "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
    return String(decoding: bytes, as: UTF8.self)
  }
}
