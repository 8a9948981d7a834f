import CupelTesting
import Foundation
import JSON
import Judging
import Rubrics
import Testing
import Wire

@testable import Grading

/// The road of a judgment whose verdicts are taken from log-probabilities.
@Suite struct LogprobVerdictTests {
  static let scored = "name: t\ndescription: d\nscale: {min: 1, max: 9}\nverdict: {from: logprobs}"
  static let pair = "name: t\ndescription: d\nformat: pairwise\norder: both\nstyle: STYLE\nverdict: {from: logprobs}"
  /// Verdicts that differ in their first token, a tie among them.
  static let style = """
    name: letters
    version: 1
    pattern: bracketed
    verdicts: [{token: A, means: A}, {token: B, means: B}, {token: C, means: tie}]
    formats: {pairwise: {task: Which is better?}}
    user: "{task} {rubric} {instructions} {criteria} {scale} {prompt} {reference} {responses} {answer_format} {boundary}"
    """

  /// A judge that serves `served` alternatives.
  static func judge(
    serving served: Int = 20, _ answer: @escaping @Sendable (JudgeCall) -> ScriptedJudge.Answer
  ) -> ScriptedJudge {
    let description = JudgeDescription(
      name: "scripted", kind: .generative, fingerprint: "scripted", maxTopLogprobs: served)
    return ScriptedJudge(description, script: answer)
  }

  /// A reply whose verdict, between `open` and `close`, is the likeliest of `chances`.
  static func reply(_ chances: [String: Double], _ open: String = "<answer>", _ close: String = "</answer>")
    -> ScriptedJudge.Answer
  {
    let top = chances.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { JudgeReply.Token(text: $0.key, logprob: log($0.value)) }
    let written = JudgeReply.Token(text: top[0].text, logprob: top[0].logprob, top: top)
    let tokens = [.init(text: open, logprob: 0), written, .init(text: close, logprob: 0)]
    return .reply(JudgeReply(text: tokens.map(\.text).joined(), tokens: tokens))
  }

  private func compare(
    _ yaml: String, checks: ScriptedJudge? = nil, _ answer: @escaping @Sendable (JudgeCall) -> [String: Double]
  ) async throws -> Judgment {
    let scratch = NSTemporaryDirectory() + "cupel-\(UUID().uuidString).yaml"
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    try Self.style.write(toFile: scratch, atomically: true, encoding: .utf8)
    let judge = Self.judge { Self.reply(answer($0), "[[", "]]") }
    let rubric = try Rubric(yaml: yaml.replacing("STYLE", with: scratch))
    let pipeline = try Pipeline(rubric: rubric, judge: judge, checks: checks, media: nil)
    return await pipeline.judge(Item("x", "y"))
  }

  @Test(arguments: [(1, 1), (5, 5), (20, 20), (100, 20)]) func asksForWhatTheJudgeServes(served: Int, asked: Int)
    async throws
  {
    let judge = Self.judge(serving: served) { call in
      call.sampling.topLogprobs == asked ? Self.reply(["8": 1]) : .text("\(call.sampling.topLogprobs)")
    }
    #expect(try await Pipeline(Self.scored, judge: judge).judge(Item("x")).scores == [8])
  }

  @Test func wordsAskForNone() async throws {
    let judge = Self.judge { call in .text("<answer>\(call.sampling.topLogprobs + 1)</answer>") }
    let options = Pipeline.Options.with { $0.verdict = .words }
    let judgment = try await Pipeline(Self.scored, judge: judge, options: options).judge(Item("x"))
    #expect(judgment.scores == [1])
    #expect(judgment.samples[0].evidence == nil)
    #expect(judgment.provenance.parser == "answer-tags@1")
  }

  static let refused: [(yaml: String, served: Int, message: String)] = [
    (scored, 0, "judge 'scripted' gives no log-probabilities"),
    (scored.replacing("max: 9", with: "max: 9, step: 0.001"), 20, "at most 1001 of them"),
    ("name: t\ndescription: d\ncombine: majority", 20, "there is no majority"),
    ("name: t\ncriteria: [{name: c, check: {regex: x}}]", 20, "asks no judge"),
  ]

  @Test(arguments: refused.indices) func whatCannotWorkIsRefusedAtOnce(at: Int) throws {
    let row = Self.refused[at]
    let yaml = row.yaml.replacing("\nverdict: {from: logprobs}", with: "")
    let options = Pipeline.Options.with { $0.verdict = .logprobs(minMass: 0.9) }
    let error = try #require(throws: GradingError.self) {
      try Pipeline(yaml, judge: Self.judge(serving: row.served) { _ in .hang }, checks: ["c": 1], options: options)
    }
    #expect(error.description.contains(row.message), "\(error)")
  }

  @Test func aSampleWithTooLittleMassIsLeftOut() async throws {
    let judge = Self.judge { Self.reply($0.key.sample == 0 ? ["8": 0.5] : ["6": 0.5, "7": 0.5]) }
    let judgment = try await Pipeline(Self.scored + "\nsamples: 2", judge: judge).judge(Item("x"))
    #expect(judgment.scores == [6.5])
    #expect(judgment.samples.map(\.isScored) == [false, true])
    let evidence = try #require(judgment.samples[0].evidence)
    #expect(evidence.said == .scores([[8]]))
    #expect(evidence.answers[0][0].mass == 0.5)
  }

  @Test func withoutAnyMassThereIsNoScore() async throws {
    let judge = Self.judge { _ in Self.reply(["8": 0.5]) }
    let judgment = try await Pipeline(Self.scored, judge: judge).judge(Item("x"))
    #expect(judgment.scores == [nil])
    #expect(judgment.unscored.map(\.unscored.reason) == [.unparsed])
  }

  @Test func severalResponsesAndQuestionsKeepTheirOwn() async throws {
    let yaml = """
      name: t
      scale: {min: 1, max: 9}
      format: pairwise
      order: both
      criteria: [{name: a, ask: A?}, {name: b, ask: B?}]
      verdict: {from: logprobs, min_mass: 0.99}
      """
    // Response 0 has 8 or 7 and 3, response 1 has 2 and 5 or 4; the first place gets nothing extra.
    let answers = [[["8": 0.5, "7": 0.5], ["3": 1]], [["2": 1], ["5": 0.75, "4": 0.25]]]
    let judge = Self.judge { call in
      let tokens = call.key.order.flatMap { answers[$0] }.flatMap { chances -> [JudgeReply.Token] in
        guard case .reply(let reply) = Self.reply(chances) else { return [] }
        return reply.tokens
      }
      return .reply(JudgeReply(text: tokens.map(\.text).joined(), tokens: tokens))
    }
    let judgment = try await Pipeline(yaml, judge: judge).judge(Item("x", "y"))
    #expect(judgment.criteria.map { $0.outcomes.map { try? $0.get().score } } == [[7.5, 2], [3, 4.75]])
    #expect(judgment.samples.allSatisfy { $0.outcome == .success(.scores([[7.5, 3], [2, 4.75]])) })
    let masses = judgment.samples[1].evidence?.answers.map { $0.map { $0.chances.map(\.answer) } }
    #expect(masses == [[["7", "8"], ["3"]], [["2"], ["4", "5"]]])
    #expect(judgment.comparison?.winner == 0)
  }

  @Test func aPairIsDividedByItsProbabilities() async throws {
    let judgment = try await compare(Self.pair) { call in
      call.key.order == [0, 1] ? ["A": 0.7, "B": 0.2, "C": 0.1] : ["A": 0.4, "B": 0.5, "C": 0.1]
    }
    let comparison = try #require(judgment.comparison)
    #expect(zip(comparison.preference, [0.65, 0.35]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(comparison.winner == 0)
    #expect(abs(comparison.confidence - 0.6) < 1e-12)
    #expect(comparison.positionConsistent == true)
    #expect(judgment.scores.isEmpty)
    #expect(judgment.status == .ok)
  }

  @Test func aTasteForTheFirstPlaceCancelsOut() async throws {
    let judgment = try await compare(Self.pair) { _ in ["A": 0.75, "B": 0.25] }
    #expect(judgment.comparison?.preference == [0.5, 0.5])
    #expect(judgment.comparison?.winner == nil)
    #expect(judgment.comparison?.positionConsistent == false)
    #expect(judgment.comparison?.confidence == 0)
  }

  @Test func aResponseThatFailsAGateGetsNoShare() async throws {
    let yaml =
      Self.pair + "\ncriteria: [{name: q, ask: Good?}, {name: c, check: {regex: x}, required: true, weight: 0}]"
    let checks = ScriptedJudge(ScriptedJudge.scoring) { call in
      let passes = call.key.response == 1 ? 1.0 : 0
      return .scores([CriterionScore(name: "c", .success(.init(value: passes, score: passes, reason: "given")))])
    }
    let judgment = try await compare(yaml, checks: checks) { _ in ["A": 0.75, "B": 0.25] }
    #expect(judgment.comparison?.preference == [0, 1])
    #expect(judgment.comparison?.confidence == 1)
  }

  /// Three samples can be read in one order and one in the other: each order counts the same.
  @Test func anOrderWithFewerVerdictsCountsTheSame() async throws {
    let judgment = try await compare(Self.pair + "\nsamples: 3") { call in
      if call.key.order == [0, 1] { return ["A": 1] }
      return call.key.sample == 0 ? ["A": 1] : ["B": 0.5]
    }
    #expect(judgment.samples.count { $0.isScored } == 4)
    let preference = try #require(judgment.comparison?.preference)
    #expect(zip(preference, [0.5, 0.5]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(judgment.comparison?.winner == nil)
  }

  @Test func anOrderWithoutMassLeavesNothingToCompare() async throws {
    let judgment = try await compare(Self.pair) { $0.key.order == [0, 1] ? ["A": 1] : ["A": 0.5] }
    #expect(judgment.status == .unscored)
    #expect(judgment.comparison == nil)
    #expect(judgment.unscored[0].unscored.message.hasPrefix("in the order [1, 0]: the log-probabilities cover 0.5"))
  }

  @Test func thePageShowsSamplesAsTheyAre() async throws {
    let page = try String(contentsOfFile: Shipped.root + "/docs/results.md", encoding: .utf8)
    let blocks = page.components(separatedBy: "```json sample\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
    try #require(blocks.count == 2)
    let judge = Self.judge { _ in Self.reply(["8": 0.69, "7": 0.15, "9": 0.09, "6": 0.03, "as": 0.04]) }
    let scores = try await Pipeline(Self.scored, judge: judge).judge(Item("x"))
    let pair = try await compare(Self.pair) { _ in ["A": 0.75, "B": 0.15, "C": 0.1] }
    for (block, judgment) in zip(blocks, [scores, pair]) {
      let sample = try #require(judgment.json["samples"]?.array?.first?.object)
      let documented = try #require(JSONParser.parse(block).object)
      for member in documented.members {
        let actual = sample[member.key]?.rounded
        let expected = member.value.rounded
        #expect(actual == expected, "\(actual.map { "\($0)" } ?? "nil")")
      }
    }
    #expect(scores.json["provenance"]?["parser"] == "answer-tags@1+logprobs@1")
    #expect(scores.json["provenance"]?["sampling"]?["top_logprobs"] == 20)
    #expect(scores.json["provenance"]?["sampling"]?["min_mass"] == 0.9)
  }
}

extension JSONValue {
  /// Numbers without the noise in their last digits.
  fileprivate var rounded: JSONValue {
    switch self {
    case .number(let value): .number((value * 1e9).rounded() / 1e9)
    case .array(let values): .array(values.map(\.rounded))
    case .object(let object): .object(JSONObject(object.members.map { ($0.key, $0.value.rounded) }))
    default: self
    }
  }
}
