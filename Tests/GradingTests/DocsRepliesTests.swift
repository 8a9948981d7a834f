import Foundation
import Judging
import Rubrics
import Testing
import Wire

@testable import Grading

/// The example replies in the table of docs/rubrics.md are read by the parser as verdicts of their shape.
@Suite struct DocsRepliesTests {
  @Test func everyExampleIsAVerdict() throws {
    let page = try String(contentsOfFile: "\(Shipped.root)/docs/rubrics.md", encoding: .utf8)
    let rows = page.split(separator: "\n").filter { row in
      AnswerPattern.allCases.contains { row.hasPrefix("| `\($0.rawValue)` | p") }
    }
    #expect(rows.count == 10)
    for row in rows {
      let cells = row.split(separator: "|").map { $0.drop(while: \.isWhitespace) }
      let pattern = try #require(AnswerPattern.allCases.first { cells[0].hasPrefix("`\($0.rawValue)`") })
      let format: JudgmentFormat = cells[1].hasPrefix("pointwise") ? .pointwise : .pairwise
      let names = cells[1].contains("several questions") ? ["accuracy", "clarity"] : ["score"]
      let example = cells[4].split(separator: "`").first.map(String.init) ?? ""
      let shape = AnswerShape(
        pattern, format, responses: 2, questions: names.map { .init($0, Scale(1, 10)) },
        verdicts: [.init("A", .init(.first)), .init("A>B", .init(.first))])
      guard case .success = ReplyReader(shape).read(JudgeReply(text: example)) else {
        Issue.record("\(row)")
        continue
      }
    }
  }
}
