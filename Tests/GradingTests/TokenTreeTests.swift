import JSON
import Judging
import Rubrics
import Testing
import Wire

@testable import Grading

/// Fixtures/token-trees.jsonl: random judges, whose probabilities were added up by a script that knows none of the rules here.
@Suite struct TokenTreeTests {
  static let trees = Fixture.lines("token-trees.jsonl")

  struct Tree {
    let shape: AnswerShape
    let reply: JudgeReply
    let line: JSONReader

    init(_ line: JSONReader) throws {
      self.line = line
      shape = try TokenFixture.shape(line)
      let tokens = try line.require("tokens").array().map { try TokenFixture.measured($0) }
      reply = JudgeReply(text: tokens.map(\.text).joined(), tokens: tokens)
    }

    /// What is found when the judge gives at most so many alternatives.
    func chances(top: Int = .max) throws -> PlacedChances {
      var reply = reply
      reply.tokens = reply.tokens.map { .init(text: $0.text, logprob: $0.logprob, top: Array($0.top.prefix(top))) }
      let read = ReplyReader(shape, from: .logprobs(minMass: 1e-300)).verdict(of: reply)
      return try #require(read.evidence?.answers.first, "\(read.outcome)")
    }

    /// Probabilities as the script wrote them, by number of the answer.
    func table(_ name: String) throws -> [Double]? {
      guard let object = try line[name]?.object() else { return nil }
      let spelling = try #require(AnswerSpelling(shape, at: 0))
      var chances = Array(repeating: 0.0, count: spelling.count)
      for (key, value) in object.members.map({ ($0.key, $0.value) }) {
        let pair = ["A", "B", "tie"].firstIndex(of: key)
        let number = try #require(pair ?? Double(key).flatMap { spelling.answer(for: $0) })
        chances[number] = try #require(value.double)
      }
      return chances
    }
  }

  @Test(arguments: trees) func whatIsKnownIsCounted(line: Fixture.Line) throws {
    let tree = try Tree(JSONReader(line.value))
    let found = try tree.chances()
    let known = try #require(try tree.table("known"))
    for (found, known) in zip(found.chances, known) { #expect(abs(found - known) < 1e-9) }
    #expect(abs(found.mass - known.reduce(0, +)) < 1e-9)
  }

  @Test(arguments: trees) func neverMoreThanThereIs(line: Fixture.Line) throws {
    let tree = try Tree(JSONReader(line.value))
    let found = try tree.chances()
    #expect(found.mass <= 1)
    guard let exact = try tree.table("exact") else { return }
    for (found, exact) in zip(found.chances, exact) { #expect(found <= exact + 1e-9) }
    // What is counted and what is not make up the whole.
    let missing = zip(found.chances, exact).reduce(0) { $0 + $1.1 - $1.0 }
    #expect(abs(found.mass + missing - 1) < 1e-9)
  }

  @Test(arguments: trees) func fewerAlternativesOnlyLowerTheMass(line: Fixture.Line) throws {
    let tree = try Tree(JSONReader(line.value))
    var more = try tree.chances()
    for top in [8, 4, 3, 2, 1, 0] {
      let less = try tree.chances(top: top)
      for (less, more) in zip(less.chances, more.chances) { #expect(less <= more + 1e-9) }
      #expect(less.mass <= more.mass + 1e-9)
      more = less
    }
  }

  @Test(arguments: trees) func theVerdictIsTheExpectation(line: Fixture.Line) throws {
    let tree = try Tree(JSONReader(line.value))
    let known = try #require(try tree.table("known"))
    let sum = known.reduce(0, +)
    let outcome = ReplyReader(tree.shape, from: .logprobs(minMass: 1e-300)).verdict(of: tree.reply).outcome
    switch try outcome.get() {
    case .scores(let rows):
      let spelling = try #require(AnswerSpelling(tree.shape, at: 0))
      let expected = known.indices.reduce(0) { $0 + known[$1] * spelling.value(of: $1) } / sum
      #expect(abs(rows[0][0] - expected) < 1e-9)
    case .chances(let chances):
      for (chance, known) in zip(chances, known) { #expect(abs(chance - known / sum) < 1e-9) }
    case .pair: Issue.record("a verdict from words")
    }
  }

  @Test func theTreesAreOfEveryKind() throws {
    let trees = try Self.trees.map { try Tree(JSONReader($0.value)) }
    #expect(trees.count == 240)
    let masses = try trees.map { try $0.chances().mass }
    #expect(masses.count { $0 > 1 - 1e-9 } > 30)
    #expect(masses.count { $0 < 0.9 } > 50)
    #expect(trees.count { $0.shape.isComparison } > 30)
  }
}

/// How fixtures write shapes and tokens.
enum TokenFixture {
  static func shape(_ line: JSONReader) throws -> AnswerShape {
    let pattern: AnswerPattern = try line["pattern"]?.choice() ?? .answerTags
    let isScored = line["scale"] != nil || line["labels"] != nil
    let format: JudgmentFormat = try line["format"]?.choice() ?? (isScored ? .pointwise : .pairwise)
    let names = try line["questions"]?.array().map { try $0.string() } ?? ["score"]
    let scale = try scale(line)
    return AnswerShape(
      pattern, format, responses: try line["responses"]?.int() ?? (format == .pointwise ? 1 : 2),
      questions: names.map { .init($0, scale) }, verdicts: try verdicts(line))
  }

  private static func scale(_ line: JSONReader) throws -> Scale {
    if let labels = try line["labels"]?.object() {
      return Scale(labels: labels.members.map { .init($0.key, $0.value.double ?? .nan) })
    }
    guard let numbers = try line["scale"]?.array() else { return .fraction }
    return Scale(
      try numbers[0].double(), try numbers[1].double(), step: numbers.count > 2 ? try numbers[2].double() : 1)
  }

  private static func verdicts(_ line: JSONReader) throws -> [PairVerdict.Token] {
    let usual = [
      ("A>>B", PairVerdict(.first, isStrong: true)), ("A>B", .init(.first)), ("A=B", .init(.tie)),
      ("B>A", .init(.second)),
      ("B>>A", .init(.second, isStrong: true)),
    ]
    guard let written = try line["verdicts"]?.array().map({ try $0.string() }) else {
      return usual.map { PairVerdict.Token($0.0, $0.1) }
    }
    let winners = PairVerdict.Winner.allCases
    return written.enumerated().map { .init($0.element, .init(winners[$0.offset])) }
  }

  /// `{"text", "logprob", "top": [["8", -0.1], …]}`.
  static func measured(_ token: JSONReader) throws -> JudgeReply.Token {
    let top = try token["top"]?.array().map { entry in
      let pair = try entry.array()
      return JudgeReply.Token(text: try pair[0].string(), logprob: try pair[1].double())
    }
    return .init(
      text: try token.require("text").string(), logprob: try token.require("logprob").double(), top: top ?? [])
  }
}
