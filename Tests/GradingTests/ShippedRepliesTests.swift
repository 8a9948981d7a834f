import Foundation
import JSON
import Judging
import Testing
import Wire

@testable import Grading
@testable import Rubrics

/// Every shipped rubric with a judge has a table of replies that its parser must read or must refuse.
@Suite struct ShippedRepliesTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let rubric: String
    let line: Fixture.Line
    var testDescription: String { "\(rubric): \(line.testDescription)" }
  }

  static let rows: [Row] = Shipped.library.rubricNames().flatMap { name in
    let path = "\(Shipped.root)/Rubrics/\(name)/replies.jsonl"
    guard FileManager.default.fileExists(atPath: path) else { return [Row]() }
    return Fixture.lines(at: path).map { Row(rubric: name, line: $0) }
  }

  @Test(arguments: rows) func reads(row: Row) throws {
    let rubric = try Shipped.library.rubric(row.rubric)
    let line = JSONReader(row.line.value)
    let format: JudgmentFormat = try line.require("format").choice()
    let shapes = rubric.shapes(in: format, responses: try line.require("candidates").int())
    let criterion = try line["criterion"]?.string()
    let shape = try #require(shapes.first { criterion == nil || $0.questions[0].name == criterion })
    var reply = JudgeReply(text: try line.require("reply").string(), reasoning: try line["reasoning"]?.string())
    if let finish = line["finish"] { reply.finish = try finish.choice() }
    let shown = try line["shown"]?.array().map { try $0.string() } ?? []
    let outcome = ReplyReader(shape, shown: shown).read(reply)
    #expect(outcome.json == line.value["expect"], "\(outcome)")
  }

  @Test func everyRubricWithAJudgeHasATable() throws {
    #expect(Shipped.library.list().count >= 12)
    for entry in Shipped.library.list() {
      let rubric = try entry.rubric.get()
      let rows = Self.rows.filter { $0.rubric == rubric.name }.count
      #expect(rubric.style != nil ? rows >= 10 : rows == 0, "\(rubric.name) has \(rows) replies")
    }
  }
}
