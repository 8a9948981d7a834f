import Foundation
import JSON
import Judging
import Rubrics
import Testing
import Wire

@testable import Grading

/// Fixtures/verdict-tokens.jsonl: token streams as servers send them, and what is to be made of them. A token is its text, or
/// `[text, {alternative: probability}, probability]`; the last is given where the token is not among its alternatives.
@Suite struct VerdictTokensTests {
  static let cases = Fixture.lines("verdict-tokens.jsonl")

  private func reply(_ line: JSONReader) throws -> JudgeReply {
    let isLogarithm = try line["logprobs"]?.bool() ?? false
    let tokens = try line.require("tokens").array().map { try token($0, isLogarithm) }
    var reply = JudgeReply(
      text: try line["text"]?.string() ?? tokens.map(\.text).joined(), reasoning: try line["reasoning"]?.string(),
      tokens: tokens)
    if let finish = line["finish"] { reply.finish = try finish.choice() }
    return reply
  }

  @Test(arguments: cases) func reads(line: Fixture.Line) throws {
    let line = JSONReader(line.value)
    let reply = try reply(line)
    let shown = try line["shown"]?.array().map { try $0.string() } ?? []
    let minMass = try line["min_mass"]?.double() ?? 0.9
    let reader = ReplyReader(try TokenFixture.shape(line), shown: shown, from: .logprobs(minMass: minMass))
    let read = reader.verdict(of: reply)
    if let masses = try line["mass"]?.array().map({ try $0.double() }) {
      let found = try #require(read.evidence?.answers.map(\.mass), "\(read.outcome)")
      #expect(found.count == masses.count)
      for (found, mass) in zip(found, masses) { #expect(abs(found - mass) < 1e-9, "\(found)") }
    }
    switch read.outcome {
    case .failure(let unscored):
      #expect(line["unscored"]?.value.string == unscored.reason.rawValue, "\(unscored)")
      if let says = try line["says"]?.string() { #expect(unscored.message.contains(says), "\(unscored.message)") }
    case .success(.scores(let rows)): try expect(rows.flatMap(\.self), line["scores"])
    case .success(.chances(let chances)): try expect(chances, line["chances"])
    case .success(.pair): Issue.record("a verdict from words")
    }
  }

  private func expect(_ values: [Double], _ field: JSONReader?) throws {
    let wanted = try #require(try field?.array().map { try $0.double() }, "unexpected: \(values)")
    #expect(values.count == wanted.count)
    for (value, wanted) in zip(values, wanted) { #expect(abs(value - wanted) < 1e-9, "\(values)") }
  }

  private func token(_ field: JSONReader, _ isLogarithm: Bool) throws -> JudgeReply.Token {
    if let text = field.value.string { return .init(text: text, logprob: 0) }
    func logprob(_ value: Double) -> Double { isLogarithm ? value : log(value) }
    let parts = try field.array()
    let text = try parts[0].string()
    let pairs: [(String, Double)] =
      if let object = parts[1].value.object {
        object.members.map { ($0.key, $0.value.double ?? .nan) }
      } else {
        try parts[1].array().map { (try $0.array()[0].string(), try $0.array()[1].double()) }
      }
    let own = try parts.count > 2 ? parts[2].double() : try #require(pairs.first { $0.0 == text }?.1)
    return .init(
      text: text, logprob: logprob(own), top: pairs.map { .init(text: $0.0, logprob: logprob($0.1)) })
  }

  @Test func everyCaseHasItsOwnName() {
    #expect(Set(Self.cases.map(\.testDescription)).count == Self.cases.count)
    #expect(Self.cases.count > 60)
  }

  static let scale = AnswerShape(.answerTags, .pointwise, responses: 1, questions: [.init("score", Scale(1, 5))])

  private func read(_ answer: JudgeReply.Token) -> ReadVerdict {
    let tokens = [.init(text: "<answer>", logprob: 0), answer, .init(text: "</answer>", logprob: 0)]
    return ReplyReader(Self.scale, from: .logprobs(minMass: 0.9)).verdict(
      of: JudgeReply(text: tokens.map(\.text).joined(), tokens: tokens))
  }

  /// No number at all in place of a log-probability: it counts nothing, and never makes a score.
  @Test(arguments: [Double.nan, -Double.infinity, -9999]) func nothingIsMadeOfNothing(logprob: Double) {
    let nothing = JudgeReply.Token(text: "4", logprob: logprob)
    #expect(read(nothing).outcome.json == ["unscored": "unparsed"])
    #expect(read(.init(text: "4", logprob: logprob, top: [nothing])).outcome.json == ["unscored": "unparsed"])
    let sure = JudgeReply.Token(text: "5", logprob: 0)
    #expect(read(.init(text: "5", logprob: 0, top: [sure, nothing])).outcome.json == ["scores": [5]])
    #expect(read(.init(text: "5", logprob: logprob, top: [nothing, sure])).outcome.json == ["scores": [5]])
  }

  @Test(arguments: [Double.infinity, 1, 800]) func moreThanCertainIsAnError(logprob: Double) {
    let read = read(.init(text: "4", logprob: logprob))
    #expect(read.outcome.json == ["unscored": "judge_error"])
    #expect(read.evidence == nil)
  }

  /// Whatever a server sends in place of the right tokens: dropped, doubled, cut, of another reply, with other probabilities.
  @Test(arguments: 0..<64) func brokenStreamsNeverMakeMoreThanThereIs(seed: UInt64) throws {
    var random = SplitMix(seed)
    let trees = try TokenTreeTests.trees.map { try TokenTreeTests.Tree(JSONReader($0.value)) }.map {
      ($0.shape, $0.reply)
    }
    let cases = try Self.cases.map { JSONReader($0.value) }.map { (try TokenFixture.shape($0), try reply($0)) }
    for (shape, intact) in trees + cases {
      var reply = intact
      for _ in 0...random.next(3) { random.damage(&reply) }
      let read = ReplyReader(shape, from: .logprobs(minMass: 0.5)).verdict(of: reply)
      for chances in read.evidence?.answers ?? [] {
        #expect((0...1).contains(chances.mass))
        #expect(chances.chances.allSatisfy { $0 >= 0 })
      }
      switch read.outcome {
      case .failure: break
      case .success(.scores(let rows)):
        let scale = shape.question(at: 0).scale
        #expect(rows.joined().allSatisfy { $0 > scale.minimum - 1e-9 && $0 < scale.maximum + 1e-9 })
      case .success(.chances(let chances)): #expect(abs(chances.reduce(0, +) - 1) < 1e-9)
      case .success(.pair): Issue.record("a verdict from words")
      }
    }
  }

  /// White space without end, a token each with alternatives of its own, is given up on and counts nothing.
  @Test func whiteSpaceWithoutEndIsNotFollowed() {
    let tops = [" ", "\t", "\n", "8 ", "x"].map { JudgeReply.Token(text: $0, logprob: -2) }
    let space = (0..<100_000).map { _ in JudgeReply.Token(text: " ", logprob: -2, top: tops) }
    let tokens =
      [.init(text: "<answer>", logprob: 0)] + space
      + [.init(text: "4", logprob: 0), .init(text: "</answer>", logprob: 0)]
    let read = ReplyReader(Self.scale, from: .logprobs(minMass: 1e-9)).verdict(
      of: JudgeReply(text: tokens.map(\.text).joined(), tokens: tokens))
    #expect(read.outcome.json == ["unscored": "unparsed"])
    #expect(read.evidence?.answers.map(\.mass) == [0])
  }

  /// Megabytes of what a broken server may send are read in one pass.
  @Test func hugeStreamsAreRead() {
    let filler = (0..<20_000).map { _ in JudgeReply.Token(text: "<answer>9</answer> ä ", logprob: -1) }
    let alternatives = (0..<20_000).map { JudgeReply.Token(text: "\($0)", logprob: -20) }
    let tokens =
      filler + [
        .init(text: "</think><answer>", logprob: 0),
        .init(text: "4", logprob: -0.01, top: [.init(text: "4", logprob: -0.01)] + alternatives),
        .init(text: "</answer>", logprob: 0),
      ]
    let read = ReplyReader(Self.scale, from: .logprobs(minMass: 0.9)).verdict(
      of: JudgeReply(text: tokens.map(\.text).joined(), tokens: tokens))
    #expect((try? read.outcome.get()) != nil, "\(read.outcome)")
  }
}

/// Random numbers that are the same in every run.
private struct SplitMix {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  /// 0..<bound.
  mutating func next(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }

  mutating func damage(_ reply: inout JudgeReply) {
    guard !reply.tokens.isEmpty else { return }
    let at = next(reply.tokens.count)
    let token = reply.tokens[at]
    switch next(8) {
    case 0: reply.tokens.remove(at: at)
    case 1: reply.tokens.insert(token, at: at)
    case 2: reply.tokens.removeLast(next(reply.tokens.count))
    case 3: reply.text = String(reply.text.dropLast(next(12)))
    case 4: reply.text += ["\n", " ä", "<answer>", "]]", "8"][next(5)]
    case 5:
      reply.tokens[at] = .init(text: token.text + ["", "\u{FFFD}", "0", " ", ">"][next(5)], logprob: token.logprob)
    case 6:
      let logprob = [Double.nan, -Double.infinity, -9999, 0.001, 3, -0.5][next(6)]
      reply.tokens[at] = .init(text: token.text, logprob: logprob, top: token.top)
    default:
      let others = token.top.map { JudgeReply.Token(text: String($0.text.reversed()), logprob: $0.logprob / 2) }
      reply.tokens[at] = .init(text: token.text, logprob: token.logprob, top: token.top + others)
    }
  }
}
