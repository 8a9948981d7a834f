import Judging
import Wire

/// The calls of `cupel judge bench`: as the pipeline makes them, with texts in place of items.
struct BenchCalls {
  var text: BenchText
  let kind: JudgeDescription.Kind
  /// Samples that the judge takes in one call, which then share its seed.
  let samplesPerCall: Int
  /// Of the long prompts, about.
  let promptTokens: Int
  let replyTokens: Int
  let timeoutMilliseconds: Int

  static let samples = 8
  static let rollouts = 16
  private static let shortTokens = 60

  /// One short question.
  func short(_ name: String) -> JudgeCall { call(name, [text.tokens(Self.shortTokens, named: name)]) }

  /// A question of a known number of words, to learn how long a token is.
  func known(words: Int) -> JudgeCall {
    call("known", [text.words(words, named: "known")], replyTokens: 1)
  }

  /// One long question that nobody asked before, with a reply of so many tokens.
  func long(_ name: String, replyTokens: Int) -> JudgeCall {
    call(name, [text.tokens(promptTokens, named: name)], replyTokens: replyTokens)
  }

  /// Samples of both orders of one pair: three fifths of the prompt are the question, and each response is one.
  func pair(samples: Int = Self.samples) -> [JudgeCall] {
    let question = text.tokens(promptTokens * 3 / 5, named: "pair")
    let responses = ["A", "B"].map { text.tokens(promptTokens / 5, named: "response \($0)") }
    return [[0, 1], [1, 0]].flatMap { order in
      (0..<samples).map { sample in
        call("pair", [question] + order.map { responses[$0] }, order: order, sample: sample)
      }
    }
  }

  /// Rollouts for one prompt: three quarters of the tokens of a call are the rubric and the prompt.
  func group(rollouts: Int = Self.rollouts) -> [JudgeCall] {
    let shared = text.tokens(promptTokens * 3 / 4, named: "group")
    return (0..<rollouts).map { number in
      call(
        "group", [shared, text.tokens(promptTokens / 4, named: "rollout \(number)")], sample: 0,
        response: number)
    }
  }

  /// Scoring judges read a conversation whose last turn they judge; the others are asked in words.
  private func call(
    _ name: String, _ texts: [String], replyTokens: Int? = nil, order: [Int] = [0], sample: Int = 0,
    response: Int? = nil
  ) -> JudgeCall {
    let question = texts.joined(separator: "\n\n")
    let messages =
      switch kind {
      case .generative:
        [
          JudgeMessage(.system, [.text("You judge answers. Think step by step before you answer.")]),
          JudgeMessage(.user, [.text(question)]),
        ]
      case .scoring:
        [JudgeMessage(.user, [.text(question)]), JudgeMessage(.assistant, [.text("Four.")])]
      }
    return JudgeCall(
      key: CallKey(item: name, response: response, order: order, sample: sample), messages: messages,
      sampling: Sampling(
        temperature: 0.6, topP: 0.95, maxTokens: replyTokens ?? self.replyTokens,
        seed: UInt64(sample - sample % samplesPerCall)),
      promptDigest: Digest.sha256(question), group: "bench \(name)", timeoutMilliseconds: timeoutMilliseconds)
  }
}
