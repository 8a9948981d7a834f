import CupelTesting
import JSON
import Judging
import Testing
import Wire

@testable import Grading
@testable import Rubrics

@Suite struct PointwiseTests {
  let holistic = "name: t\ndescription: Is it right?\nscale: {min: 1, max: 10}"

  @Test func aReplyBecomesAScoreWithItsRationale() async throws {
    let judge = ScriptedJudge { _ in .text("<think>It is right.</think><answer>9</answer>") }
    let judgment = try await Pipeline(holistic, judge: judge).judge(Item("42"))
    #expect(judgment.status == .ok)
    #expect(judgment.scores == [9])
    #expect(judgment.rationale == "It is right.")
    #expect(judgment.comparison == nil)
    #expect(judgment.provenance.judge == "scripted")
    #expect(judgment.provenance.parser == "answer-tags@1")
    #expect(judgment.provenance.rubric.hasPrefix("t@sha256:"))
    #expect(judge.calls.count == 1)
    #expect(judge.calls[0].text.contains("What is 6 × 7?"))
  }

  @Test func oneBrokenResponseLeavesItsSiblingsAlone() async throws {
    let judge = ScriptedJudge { call in .text(call.key.response == 0 ? "<answer>9</answer>" : "no idea") }
    let judgment = try await Pipeline(holistic, judge: judge).judge(Item("42", " \n", "43"))
    #expect(judgment.status == .partial)
    #expect(judgment.scores == [9, nil, nil])
    #expect(judgment.unscored.map(\.response) == [1, 2])
    #expect(judgment.unscored.map(\.unscored.reason) == [.invalidInput, .unparsed])
    #expect(judge.calls.count == 2)
  }

  @Test(arguments: UnscoredReason.allCases) func noFailureIsAScore(reason: UnscoredReason) async throws {
    let judge = ScriptedJudge { _ in .unscored(reason, "as told") }
    let judgment = try await Pipeline(holistic, judge: judge).judge(Item("42"))
    #expect(judgment.status == .unscored)
    #expect(judgment.scores == [nil])
    #expect(judgment.json["reason"]?.string == reason.rawValue)
    #expect(judgment.json["message"] == "judge 'scripted': as told")
  }

  @Test(arguments: [("mean", 5.0), ("median", 4.0), ("majority", 3.0)])
  func samplesAreCombined(how: String, expected: Double) async throws {
    let answers = [3, 9, 3, 5]
    let judge = ScriptedJudge { call in .text("<answer>\(answers[call.key.sample])</answer>") }
    let judgment = try await Pipeline(holistic + "\nsamples: 4\ncombine: \(how)", judge: judge).judge(Item("42"))
    #expect(judgment.scores == [expected])
    #expect(Set(judge.calls.map(\.sampling.seed)).count == 4)
  }

  @Test func aSampleThatCannotBeReadIsLeftOutAndSeen() async throws {
    let judge = ScriptedJudge { call in .text(call.key.sample == 1 ? "hm" : "<answer>6</answer>") }
    let judgment = try await Pipeline(holistic + "\nsamples: 3", judge: judge).judge(Item("42"))
    #expect(judgment.scores == [6])
    #expect(judgment.samples.map(\.isScored) == [true, false, true])
  }

  @Test func criteriaAreWeighedOnTheirOwnScales() async throws {
    let yaml = """
      name: t
      scale: {min: 1, max: 5}
      criteria:
        - {name: accuracy, weight: 3, ask: True?}
        - {name: style, weight: 1, ask: Nice?, scale: {min: 0, max: 10}}
      """
    let judge = ScriptedJudge { _ in .text("<answer>5</answer><answer>0</answer>") }
    let together = try await Pipeline(yaml, judge: judge).judge(Item("42"))
    #expect(together.scores == [4])
    #expect(together.criteria.map(\.name) == ["accuracy", "style"])
    #expect(try together.criteria.map { try $0.outcomes[0].get().score } == [5, 0])

    let apart = ScriptedJudge { call in
      .text(call.key.criterion == "accuracy" ? "<answer>5</answer>" : "<answer>0</answer>")
    }
    let judgment = try await Pipeline(yaml + "\ncalls: per-criterion", judge: apart).judge(Item("42"))
    #expect(judgment.scores == [4])
    #expect(apart.calls.map(\.key.criterion) == ["accuracy", "style"])
  }

  @Test(arguments: [(0.0, 1.0), (0.5, 1.0), (1.0, 4.0)])
  func aGateDecidesAlone(score: Double, expected: Double) async throws {
    let yaml = """
      name: t
      scale: {min: 1, max: 5}
      criteria:
        - {name: accuracy, ask: True?}
        - {name: boxed, check: {regex: x}, required: true, weight: 0}
      """
    let judge = ScriptedJudge { _ in .text("<answer>4</answer>") }
    let judgment = try await Pipeline(yaml, judge: judge, checks: ["boxed": score]).judge(Item("42"))
    #expect(judgment.scores == [expected])
    #expect(try judgment.criteria[1].outcomes[0].get().passed == (score == 1))
  }

  @Test(arguments: [(["0.7", "0.7", "0.7"], true), (["0.7", "0.7", "0.6"], false)])
  func aMeanAtTheThresholdPasses(answers: [String], passes: Bool) async throws {
    let yaml = """
      name: t
      scale: {min: 0, max: 1, step: 0.1}
      samples: 3
      criteria: [{name: safe, ask: Safe?, required: true, threshold: 0.7}]
      """
    let judge = ScriptedJudge { .text("<answer>\(answers[$0.key.sample])</answer>") }
    let judgment = try await Pipeline(yaml, judge: judge).judge(Item("42"))
    #expect(try judgment.criteria[0].outcomes[0].get().passed == passes)
    #expect(judgment.scores == [passes ? 0.7 : 0])
  }

  @Test func aMissingCheckScoreIsNoScore() async throws {
    let yaml = "name: t\ncriteria: [{name: boxed, check: {regex: x}}]"
    let judgment = try await Pipeline(yaml, checks: [:]).judge(Item("42"))
    #expect(judgment.unscored.map(\.unscored.reason) == [.judgeError])
    let wild = try await Pipeline(yaml, checks: ["boxed": 1.5]).judge(Item("42"))
    #expect(wild.status == .unscored)
  }
}

@Suite struct TruncationTests {
  let yaml = "name: t\ndescription: Right?\nsampling: {max_tokens: 100}"

  @Test func aTruncatedReplyIsAskedAgainOnceWithTwiceTheTokens() async throws {
    let judge = ScriptedJudge { call in
      call.key.attempt == 0
        ? .reply(JudgeReply(text: "<think>hm", finish: .length, usage: Usage(promptTokens: 10, completionTokens: 100)))
        : .reply(JudgeReply(text: "<answer>4</answer>", usage: Usage(promptTokens: 10, completionTokens: 120)))
    }
    let judgment = try await Pipeline(yaml, judge: judge).judge(Item("42"))
    #expect(judgment.scores == [4])
    #expect(judge.calls.map(\.sampling.maxTokens) == [100, 200])
    #expect(judgment.samples.map(\.attempts) == [2])
    #expect(judgment.usage == Usage(promptTokens: 20, completionTokens: 220))
  }

  @Test func twiceTruncatedIsUnscored() async throws {
    let judge = ScriptedJudge { _ in .reply(JudgeReply(text: "<answer>4</answer>", finish: .length)) }
    let judgment = try await Pipeline(yaml, judge: judge).judge(Item("42"))
    #expect(judgment.unscored.map(\.unscored.reason) == [.truncated])
    #expect(judge.calls.count == 2)
  }
}

@Suite struct AdmissionTests {
  static let misfits: [(String, JudgmentFormat?, ScriptedJudge?, String)] = [
    ("name: t\ndescription: d", nil, nil, "rubric 't' asks a judge model; name one with --judge"),
    (
      "name: t\ncriteria: [{name: a, ask: b?}, {name: c, ask: d?}]", nil,
      ScriptedJudge(ScriptedJudge.scoring) { _ in .scores([]) },
      "judge 'scripted' gives one number and reads no questions; rubric 't' asks: a, c. Use the rubric 'reward' (its number "
        + "as it is) or 'reward-probability' (0 to 1), or one without 'ask' criteria"
    ),
    (
      "name: t\nscale: unbounded", nil, ScriptedJudge { _ in .hang },
      "judge 'scripted' answers in words; rubric 't' takes the number of a reward model. Use a rubric that asks, such as "
        + "helpfulness"
    ),
    (
      "name: t\ncriteria: [{name: r, reward: true}]", nil, nil,
      "rubric 't' takes its score from a reward model; name one with --judge"
    ),
    (
      "name: t\ncriteria: [{name: c, check: {regex: x}}]", nil, nil,
      "rubric 't' has 'check' criteria, and the checks plugin is not loaded"
    ),
    (
      "name: t\ndescription: d\nstyle: result", .listwise, ScriptedJudge { _ in .hang },
      "rubric 't' cannot be used listwise; its style supports: pointwise, pairwise"
    ),
  ]

  @Test(arguments: misfits.indices) func misfitsAreRefusedBeforeTheFirstCall(at: Int) throws {
    let (yaml, format, judge, message) = Self.misfits[at]
    let error = try #require(throws: GradingError.self) {
      try Pipeline(yaml, judge: judge, options: .with { $0.format = format })
    }
    #expect(error.description == message)
  }

  @Test(arguments: [0, 1, 3, 27]) func pairwiseTakesTwo(count: Int) async throws {
    let judge = ScriptedJudge { _ in .text("<answer>1</answer><answer>2</answer>") }
    let pipeline = try Pipeline("name: t\ndescription: d", judge: judge, options: .with { $0.format = .pairwise })
    let item = Item(id: "q", responses: (0..<count).map { Content("answer \($0)") })
    let judgment = await pipeline.judge(item)
    #expect(
      judgment.unscored.map(\.unscored) == [
        Unscored(.invalidInput, "pairwise takes 2 responses, the item has \(count)")
      ])
    #expect(judge.calls.isEmpty)
  }

  @Test func mediaWithoutALoaderIsInvalidInput() async throws {
    let judge = ScriptedJudge { _ in .text("<answer>1</answer>") }
    let image = Content(parts: [.media(MediaReference(kind: .image, url: "cat.png"))])
    let judgment = try await Pipeline("name: t\ndescription: d", judge: judge).judge(
      Item(id: "q", prompt: image, responses: [Content("a cat")]))
    #expect(judgment.unscored.map(\.unscored.reason) == [.invalidInput])
  }
}
