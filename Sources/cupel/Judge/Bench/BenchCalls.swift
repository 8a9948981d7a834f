import Judging
import Media
import Wire

/// The calls of `cupel judge bench`: as the pipeline makes them, with texts and a picture in place of items.
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
  func short(_ name: String) -> JudgeCall {
    call(name, .words(text.tokens(Self.shortTokens, named: name)))
  }

  /// A question of a known number of words, to learn how long a token is.
  func known(words: Int) -> JudgeCall {
    call("known", .words(text.words(words, named: "known")), replyTokens: 1)
  }

  /// One long question that nobody asked before, with a reply of so many tokens.
  func long(_ name: String, replyTokens: Int) -> JudgeCall {
    call(name, .words(text.tokens(promptTokens, named: name)), replyTokens: replyTokens)
  }

  /// Samples of both orders of one pair: three fifths of the prompt are the question, and each response is one.
  func pair(samples: Int = Self.samples) -> [JudgeCall] {
    let question = text.tokens(promptTokens * 3 / 5, named: "pair")
    let responses = ["A", "B"].map { text.tokens(promptTokens / 5, named: "response \($0)") }
    return [[0, 1], [1, 0]].flatMap { order in
      (0..<samples).map { sample in
        call("pair", .words([question] + order.map { responses[$0] }), order: order, sample: sample)
      }
    }
  }

  /// Rollouts for one prompt: three quarters of the tokens of a call are the rubric and the prompt.
  func group(rollouts: Int = Self.rollouts) -> [JudgeCall] {
    let shared = text.tokens(promptTokens * 3 / 4, named: "group")
    return (0..<rollouts).map { number in
      call("group", .words([shared, rollout(number, of: "group")]), response: number)
    }
  }

  /// The same with a picture between the prompt and the rollout, whose tokens come on top.
  func group(with picture: Image, rollouts: Int = Self.rollouts) -> [JudgeCall] {
    let shared = text.tokens(promptTokens * 3 / 4, named: "picture")
    let digest = Digest.sha256(picture.pixels)
    return (0..<rollouts).map { number in
      let words = rollout(number, of: "picture")
      return call(
        "picture",
        Shown(
          parts: [.text(shared + Self.gap), .image(picture), .text(Self.gap + words)],
          digest: Digest.sha256([shared, digest, words].joined(separator: Self.gap))), response: number)
    }
  }

  private func rollout(_ number: Int, of part: String) -> String {
    text.tokens(promptTokens / 4, named: "\(part) rollout \(number)")
  }

  /// What a call asks, with the digest of it.
  private struct Shown {
    let parts: [JudgePart]
    let digest: String

    static func words(_ texts: String...) -> Shown { words(texts) }

    static func words(_ texts: [String]) -> Shown {
      let whole = texts.joined(separator: gap)
      return Shown(parts: [.text(whole)], digest: Digest.sha256(whole))
    }
  }

  /// Between two pieces of a prompt.
  private static let gap = "\n\n"

  /// Scoring judges read a conversation whose last turn they judge; the others are asked in words.
  private func call(
    _ name: String, _ question: Shown, replyTokens: Int? = nil, order: [Int] = [0], sample: Int = 0,
    response: Int? = nil
  ) -> JudgeCall {
    let messages =
      switch kind {
      case .generative:
        [
          JudgeMessage(.system, [.text("You judge answers. Think step by step before you answer.")]),
          JudgeMessage(.user, question.parts),
        ]
      case .scoring:
        [JudgeMessage(.user, question.parts), JudgeMessage(.assistant, [.text("Four.")])]
      }
    return JudgeCall(
      key: CallKey(item: name, response: response, order: order, sample: sample), messages: messages,
      sampling: Sampling(
        temperature: 0.6, topP: 0.95, maxTokens: replyTokens ?? self.replyTokens,
        seed: UInt64(sample - sample % samplesPerCall)),
      promptDigest: question.digest, group: "bench \(name)", timeoutMilliseconds: timeoutMilliseconds)
  }
}
