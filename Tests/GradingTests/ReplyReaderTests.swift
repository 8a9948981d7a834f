import Foundation
import JSON
import Judging
import Rubrics
import Testing
import Wire

@testable import Grading

/// Fixtures/replies.jsonl: what a reader must make of a reply. Each broken reply that was ever met has a line there.
@Suite struct ReplyReaderTests {
  static let cases = Fixture.lines("replies.jsonl")

  @Test(arguments: cases) func reads(line: Fixture.Line) throws {
    let reader = JSONReader(line.value)
    let shape = try shape(reader)
    var reply = JudgeReply(text: try reader.require("reply").string(), reasoning: try reader["reasoning"]?.string())
    if let finish = reader["finish"] { reply.finish = try finish.choice() }
    let shown = try reader["shown"]?.array().map { try $0.string() } ?? []
    let outcome = ReplyReader(shape, shown: shown).read(reply)
    #expect(outcome.json == line.value["expect"], "\(outcome)")
  }

  @Test func everyCaseHasItsOwnName() throws {
    let names = try Self.cases.map { try JSONReader($0.value).require("pattern").string() + " " + $0.testDescription }
    #expect(Set(names).count == names.count)
    #expect(names.count > 90)
  }

  /// Replies no model writes but a broken server may send: megabytes of what a parser looks for, then a verdict.
  @Test(arguments: AnswerPattern.allCases) func hugeRepliesAreReadFromTheirEnd(pattern: AnswerPattern) {
    let (piece, verdict) =
      switch pattern {
      case .answerTags: ("\"<answer>9</answer>\" ", "\n<answer>4</answer>")
      case .bracketed: ("`[[9]]` [[", "\n[[4]]")
      case .result: ("> [RESULT] 9\n", "\n[RESULT] 4")
      case .json: ("{\"score\":{", "\n{\"score\":4}")
      }
    let shape = AnswerShape(pattern, .pointwise, responses: 1, questions: [.init("score", Scale(1, 10))])
    let reply = JudgeReply(text: String(repeating: piece, count: (1 << 20) / piece.utf8.count) + verdict)
    let expected: JSONValue = pattern == .json ? ["unscored": "unparsed"] : ["scores": [4]]
    // Braces that are never closed swallow what follows: there is no object that stands on its own.
    #expect(ReplyReader(shape, shown: [piece]).read(reply).json == expected)
  }

  private func shape(_ reader: JSONReader) throws -> AnswerShape {
    let scale = try reader.require("scale").array().map { try $0.double() }
    let names = try reader["questions"]?.array().map { try $0.string() } ?? ["score"]
    return AnswerShape(
      try reader.require("pattern").choice(), try reader.require("format").choice(),
      responses: try reader.require("responses").int(),
      questions: names.map { .init($0, Scale(scale[0], scale[1], step: scale[2])) },
      verdicts: [
        .init("A>>B", .init(.first, isStrong: true)), .init("A>B", .init(.first)), .init("A=B", .init(.tie)),
        .init("B>A", .init(.second)), .init("B>>A", .init(.second, isStrong: true)), .init("A", .init(.first)),
        .init("B", .init(.second)), .init("C", .init(.tie)),
      ])
  }
}

extension Result<PlacedVerdict, Unscored> {
  /// As the fixtures write it.
  var json: JSONValue {
    switch self {
    case .failure(let unscored): ["unscored": .string(unscored.reason.rawValue)]
    case .success(.scores(let rows)): ["scores": .array(rows.joined().map { Fixture.number($0) })]
    case .success(.pair(let verdict)): ["winner": .string(verdict.winner.rawValue), "strong": .bool(verdict.isStrong)]
    case .success(.chances(let chances)): ["chances": .array(chances.map { Fixture.number($0) })]
    }
  }
}

/// Files beside the tests.
enum Fixture {
  static func path(_ name: String, file: String = #filePath) -> String {
    file.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Fixtures/" + name
  }

  /// One line of a table, shown by its name.
  struct Line: Sendable, CustomTestStringConvertible {
    let value: JSONValue
    var testDescription: String { value["name"]?.string ?? "nameless" }
  }

  static func lines(_ name: String) -> [Line] { lines(at: path(name)) }

  static func lines(at path: String) -> [Line] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      Issue.record("cannot read \(path)")
      return []
    }
    return text.split(separator: "\n").compactMap { line in
      do { return Line(value: try JSONParser.parse(String(line))) } catch {
        Issue.record("\(path): \(error)")
        return nil
      }
    }
  }

  /// Whole numbers as integers, as people write them.
  static func number(_ value: Double) -> JSONValue { Int64(exactly: value).map { .int($0) } ?? .number(value) }
}
