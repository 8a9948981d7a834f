import CupelTesting
import JSON
import Judging
import Testing
import Wire

@testable import Grading
@testable import Rubrics

@Suite struct ScoringTests {
  static let bounded = "name: t\nscale: {min: 1, max: 5}\ncriteria: [{name: reward, reward: true}]"
  static let unbounded = "name: t\nscale: unbounded"
  static let gated = """
    name: t
    scale: {unbounded: true, floor: -10}
    criteria: [{name: boxed, check: {regex: x}, required: true, weight: 0}]
    """

  /// A reward model with these numbers for the responses of an item: the raw value, and its place where it is bounded.
  private func model(_ numbers: (value: Double, score: Double?)...) -> ScriptedJudge {
    ScriptedJudge(ScriptedJudge.scoring) { call in
      let number = numbers[call.key.response ?? 0]
      return .reply(
        JudgeReply(
          finish: nil, model: "rm-1", usage: Usage(promptTokens: 12, requests: 2),
          scores: [
            CriterionScore(name: "reward", .success(.init(value: number.value, score: number.score, reason: "a logit")))
          ]))
    }
  }

  @Test func aRewardIsTheScoreOnAnUnboundedScale() async throws {
    let judge = model((-7.25, nil), (3.5, 0.9))
    let judgment = try await Pipeline(Self.unbounded, judge: judge).judge(Item("a", "b"))
    #expect(judgment.scores == [-7.25, 3.5])
    #expect(judgment.rationale == nil)
    #expect(judgment.usage == Usage(promptTokens: 24, requests: 4))
    #expect(judgment.provenance.style == "none")
    #expect(judgment.provenance.parser == "none")
    let samples = try #require(judgment.json["samples"]?.array)
    let first = try JSONWriter.compact(samples[0]).replacing(/sha256:[0-9a-f]{64}/, with: "sha256:…")
    #expect(
      first == #"{"sample":0,"order":[0],"response":0,"status":"ok","scores":[-7.25],"value":-7.25,"reason":"a logit","#
        + #""attempts":1,"prompt":"sha256:…","model":"rm-1","usage":{"prompt_tokens":12,"requests":2}}"#)
    #expect(judge.calls.count == 2)
  }

  @Test func aBoundedNumberIsPlacedOnTheScale() async throws {
    let judgment = try await Pipeline(Self.bounded, judge: model((2, 0.7))).judge(Item("a"))
    #expect(judgment.scores == [3.8])
    #expect(try judgment.criteria.map { try $0.outcomes[0].get() } == [.init(score: 3.8, value: 2, reason: "a logit")])
  }

  @Test func aRubricThatOnlyDescribesTakesEitherJudge() async throws {
    let yaml = "name: t\ndescription: Good?\nscale: {min: 0, max: 10}"
    let scored = try await Pipeline(yaml, judge: model((2, 0.25))).judge(Item("a"))
    #expect(scored.scores == [2.5])
    let said = try await Pipeline(yaml, judge: ScriptedJudge { _ in .text("<answer>3</answer>") }).judge(Item("a"))
    #expect(said.scores == [3])
  }

  @Test func checksAreWeighedBesideABoundedReward() async throws {
    let yaml = """
      name: t
      criteria:
        - {name: reward, reward: true, weight: 3}
        - {name: short, check: {regex: x}}
      """
    let judgment = try await Pipeline(yaml, judge: model((0, 0.5)), checks: ["short": 1]).judge(Item("a"))
    #expect(judgment.scores == [0.625])
    #expect(judgment.criteria.map(\.name) == ["reward", "short"])
  }

  @Test(arguments: [(0.0, -10.0), (1.0, 2.5)]) func aGateBesideAnUnboundedReward(check: Double, score: Double)
    async throws
  {
    let judgment = try await Pipeline(Self.gated, judge: model((2.5, nil)), checks: ["boxed": check]).judge(Item("a"))
    #expect(judgment.scores == [score])
    #expect(judgment.samples[0].value == 2.5)
  }

  @Test(arguments: [(-1.0, -5.0), (0.5, 0.5)]) func aRewardCanBeTheGate(value: Double, score: Double) async throws {
    let yaml = """
      name: t
      scale: {unbounded: true, floor: -5}
      criteria: [{name: reward, reward: true, required: true, threshold: 0}]
      """
    let judgment = try await Pipeline(yaml, judge: model((value, nil))).judge(Item("a"))
    #expect(judgment.scores == [score])
    #expect(try judgment.criteria[0].outcomes[0].get().passed == (value >= 0))
  }

  @Test func aPairIsComparedByItsScores() async throws {
    let judge = model((1, nil), (2, nil))
    let options = Pipeline.Options.with {
      $0.format = .pairwise
      $0.order = .both
      $0.samples = 3
    }
    let judgment = try await Pipeline(Self.unbounded, judge: judge, options: options).judge(Item("a", "b"))
    #expect(judge.calls.count == 2)
    #expect(judgment.scores == [1, 2])
    #expect(
      judgment.comparison
        == .init(winner: 1, preference: [0, 1], ranking: [[1], [0]], confidence: 1, positionConsistent: nil))
  }

  @Test func listwiseRanksAndTiesWithinRounding() async throws {
    let judge = model((1, nil), (2 + 1e-10, nil), (2, nil), (-3, nil))
    let options = Pipeline.Options.with { $0.format = .listwise }
    let judgment = try await Pipeline(Self.unbounded, judge: judge, options: options).judge(Item("a", "b", "c", "d"))
    #expect(judgment.comparison?.winner == nil)
    #expect(judgment.comparison?.ranking == [[1, 2], [0], [3]])
    #expect(judgment.comparison?.preference == [0, 0.5, 0.5, 0])
  }

  @Test func aFailureOfOneResponseIsNoScore() async throws {
    let judge = ScriptedJudge(ScriptedJudge.scoring) { call in
      call.key.response == 1
        ? .unscored(.timeout, "late")
        : .scores([CriterionScore(name: "r", .success(.init(value: 1, score: nil, reason: "")))])
    }
    let alone = try await Pipeline(Self.unbounded, judge: judge).judge(Item("a", "b", "c"))
    #expect(alone.status == .partial)
    #expect(alone.scores == [1, nil, 1])
    let options = Pipeline.Options.with { $0.format = .pairwise }
    let pair = try await Pipeline(Self.unbounded, judge: judge, options: options).judge(Item("a", "b"))
    #expect(pair.scores == [])
    #expect(pair.comparison == nil)
    #expect(pair.unscored.map(\.unscored) == [Unscored(.timeout, "response 1: judge 'scripted': late")])
  }

  static let misfits: [(String, [CriterionScore], UnscoredReason, String)] = [
    (bounded, [score(2.5, nil)], .judgeError, "the judge's number (2.5) has no bounds, and the rubric's scale has; "),
    (bounded, [score(2.5, 1.5)], .judgeError, "the judge gave a score of 1.5, which is not within 0...1"),
    (bounded, [score(.nan, 0.5)], .judgeError, "the judge gave the value nan"),
    (unbounded, [score(.infinity, nil)], .judgeError, "the judge gave the value inf"),
    (unbounded, [], .judgeError, "the judge gave no number"),
    (
      unbounded, [score(1, nil), score(2, nil, "b")], .judgeError,
      "the judge gave 2 numbers (r, b), and one is the reward"
    ),
    (gated, [score(-11, nil)], .outOfRange, "the reward -11.0 is below the rubric's floor of -10.0; lower the floor"),
    (
      unbounded, [CriterionScore(name: "r", .failure(Unscored(.invalidInput, "too long")))], .invalidInput, "too long"
    ),
  ]

  static func score(_ value: Double, _ score: Double?, _ name: String = "r") -> CriterionScore {
    CriterionScore(name: name, .success(.init(value: value, score: score, reason: "")))
  }

  @Test(arguments: misfits.indices) func whatDoesNotFitIsNoScore(at: Int) async throws {
    let (yaml, scores, reason, message) = Self.misfits[at]
    let judge = ScriptedJudge(ScriptedJudge.scoring) { _ in .scores(scores) }
    let judgment = try await Pipeline(yaml, judge: judge, checks: yaml == Self.gated ? ["boxed": 1] : nil)
      .judge(Item("a"))
    #expect(judgment.scores == [nil])
    #expect(judgment.unscored.map(\.unscored.reason) == [reason])
    #expect(judgment.unscored.first?.unscored.message.hasPrefix(message) == true, "\(judgment.unscored)")
  }

  @Test(arguments: UnscoredReason.allCases) func noFailureIsAScore(reason: UnscoredReason) async throws {
    let judge = ScriptedJudge(ScriptedJudge.scoring) { _ in .unscored(reason, "as told") }
    let judgment = try await Pipeline(Self.unbounded, judge: judge).judge(Item("a"))
    #expect(judgment.status == .unscored)
    #expect(judgment.json["reason"]?.string == reason.rawValue)
  }
}

@Suite struct ConversationTests {
  private func shown(_ item: Item) async throws -> [JudgeMessage] {
    let judge = ScriptedJudge(ScriptedJudge.scoring) { _ in .scores([ScoringTests.score(1, nil)]) }
    let judgment = try await Pipeline(ScoringTests.unbounded, judge: judge).judge(item)
    #expect(judgment.status == .ok, "\(judgment.unscored)")
    #expect(judgment.samples.map(\.prompt) == judge.calls.map(\.promptDigest))
    return try #require(judge.calls.first).messages
  }

  private func turn(_ role: String, _ text: String) -> Turn { Turn(role: role, parts: [.text(text)]) }

  @Test func aChatKeepsItsTurnsAndTheReferenceStandsApart() async throws {
    let prompt = Content(turns: [
      turn("system", "Be brief."), turn("user", "Hi"), turn("assistant", "Hello."), turn("user", "6 × 7?"),
    ])
    let item = Item(id: "q", prompt: prompt, responses: [Content("42")], reference: Content("forty-two"))
    #expect(
      try await shown(item) == [
        JudgeMessage(.system, [.text("Be brief.")]), JudgeMessage(.user, [.text("Hi")]),
        JudgeMessage(.assistant, [.text("Hello.")]), JudgeMessage(.user, [.text("6 × 7?")]),
        JudgeMessage(.assistant, [.text("42")]), JudgeMessage(.reference, [.text("forty-two")]),
      ])
  }

  @Test func plainTextIsOneTurnEach() async throws {
    #expect(
      try await shown(Item("42", prompt: "[user]\n6 × 7?")) == [
        JudgeMessage(.user, [.text("[user]\n6 × 7?")]), JudgeMessage(.assistant, [.text("42")]),
      ])
    #expect(try await shown(Item("42", prompt: nil)) == [JudgeMessage(.assistant, [.text("42")])])
  }

  @Test func aResponseMayBeSeveralTurns() async throws {
    let response = Content(turns: [
      turn("assistant", "Which one?"), turn("user", "The first."), turn("assistant", "42"),
    ])
    #expect(
      try await shown(Item(id: "q", prompt: Content("Q"), responses: [response])).map(\.role)
        == [.user, .assistant, .user, .assistant])
  }

  @Test func turnsThatNoRewardModelKnowsAreRefused() async throws {
    let judge = ScriptedJudge(ScriptedJudge.scoring) { _ in .scores([ScoringTests.score(1, nil)]) }
    let pipeline = try Pipeline(ScoringTests.unbounded, judge: judge)
    let prompt = Content(turns: [turn("user", "Q"), turn("tool", "{}")])
    let whole = await pipeline.judge(Item(id: "q", prompt: prompt, responses: [Content("a")]))
    #expect(whole.unscored.map(\.unscored.reason) == [.invalidInput])
    #expect(whole.unscored.first?.unscored.message.hasPrefix("the prompt has a turn of 'tool'; a reward model") == true)
    let responses = [
      Content(turns: [turn("assistant", "a"), turn("tool", "b"), turn("assistant", "c")]),
      Content(turns: [turn("assistant", "a"), turn("user", "b")]), Content("fine"),
    ]
    let judgment = await pipeline.judge(Item(id: "q", prompt: Content("Q"), responses: responses))
    #expect(judgment.scores == [nil, nil, 1])
    #expect(judgment.unscored.map(\.unscored.reason) == [.invalidInput, .invalidInput])
    #expect(judgment.unscored.map(\.response) == [0, 1])
  }

  @Test func generativeJudgesStillReadAChatInOnePiece() async throws {
    let judge = ScriptedJudge { _ in .text("<answer>3</answer>") }
    let prompt = Content(turns: [turn("user", "Q"), turn("tool", "{}")])
    _ = try await Pipeline("name: t\ndescription: d", judge: judge).judge(
      Item(id: "q", prompt: prompt, responses: [Content("a")]))
    #expect(judge.calls[0].text.contains("[user]\nQ\n\n[tool]\n{}"))
  }
}
