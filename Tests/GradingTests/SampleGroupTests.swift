import CupelTesting
import Grading
import Judging
import Testing
import Wire

/// Samples of one question as one call, for judges that give several replies to a call.
@Suite struct SampleGroupTests {
  static let yaml = "name: t\ndescription: Right?\nsampling: {max_tokens: 100}"

  static func description(maxSamples: Int) -> JudgeDescription {
    var description = ScriptedJudge.generative
    description.maxSamples = maxSamples
    return description
  }

  static func pipeline(_ judge: any Judge, samples: Int) throws -> Pipeline {
    var options = Pipeline.Options()
    options.samples = samples
    return try Pipeline(yaml, judge: judge, options: options)
  }

  /// Answers 1, 2, … in the order of the samples; a call for several costs as much as one.
  static func counting(maxSamples: Int) -> ScriptedJudge {
    ScriptedJudge(description(maxSamples: maxSamples)) { call in
      let replies = (0..<call.sampling.samples).map { "<answer>\(call.key.sample + $0 + 1)</answer>" }
      return .reply(
        JudgeReply(
          text: replies[0], usage: Usage(promptTokens: 10, requests: 1),
          more: replies.dropFirst().map { JudgeReply(text: $0) }))
    }
  }

  @Test(arguments: [
    (most: 1, asked: [1, 1, 1, 1, 1]), (most: 2, asked: [2, 2, 1]), (most: 3, asked: [3, 2]), (most: 8, asked: [5]),
  ])
  func aCallHoldsAsManySamplesAsTheJudgeTakes(most: Int, asked: [Int]) async throws {
    let judge = Self.counting(maxSamples: most)
    let judgment = try await Self.pipeline(judge, samples: 5).judge(Item("42"))
    #expect(judge.calls.map(\.sampling.samples).sorted(by: >) == asked)
    #expect(judgment.samples.map(\.outcome) == (1...5).map { .success(.scores([[Double($0)]])) })
    #expect(judgment.samples.map(\.sample) == [0, 1, 2, 3, 4])
    #expect(judgment.scores == [3])
    #expect(judgment.usage == Usage(promptTokens: 10 * asked.count, requests: asked.count))
    // The seed that a sample states is the one its request was sent with.
    #expect(Set(judgment.samples.map(\.seed)).count == asked.count)
  }

  @Test func aFailedCallFailsItsSamplesAndIsPaidForOnce() async throws {
    let judge = Failing(description: Self.description(maxSamples: 4))
    let judgment = try await Self.pipeline(judge, samples: 3).judge(Item("42"))
    #expect(judgment.scores == [nil])
    #expect(judgment.samples.map(\.isScored) == [false, false, false])
    #expect(judgment.usage == Usage(requests: 4))
  }

  @Test func tooFewRepliesAreNoReplies() async throws {
    let judge = ScriptedJudge(Self.description(maxSamples: 4)) { _ in
      .reply(JudgeReply(text: "<answer>5</answer>", usage: Usage(completionTokens: 7)))
    }
    let judgment = try await Self.pipeline(judge, samples: 3).judge(Item("42"))
    #expect(judgment.scores == [nil])
    #expect(judgment.unscored.map(\.unscored.reason) == [.judgeError])
    #expect(judgment.usage == Usage(completionTokens: 7))
  }

  @Test func aTruncatedSampleIsAskedAgainByItself() async throws {
    let judge = ScriptedJudge(Self.description(maxSamples: 3)) { call in
      guard call.key.attempt == 0 else { return .text("<answer>5</answer>") }
      let cut = JudgeReply(text: "<think>hm", finish: .length)
      return .reply(JudgeReply(text: "<answer>2</answer>", more: [cut, JudgeReply(text: "<answer>2</answer>")]))
    }
    let judgment = try await Self.pipeline(judge, samples: 3).judge(Item("42"))
    #expect(judgment.scores == [3])
    #expect(judgment.samples.map(\.attempts) == [1, 2, 1])
    #expect(judge.calls.map(\.sampling.samples) == [3, 1])
    #expect(judge.calls.map(\.sampling.maxTokens) == [100, 200])
  }

  /// A judge that fails, after four requests.
  struct Failing: Judge {
    let description: JudgeDescription

    func reply(to call: JudgeCall) async throws(Unscored) -> JudgeReply {
      throw Unscored(.judgeError, "gone", spent: Usage(requests: 4))
    }
  }
}
