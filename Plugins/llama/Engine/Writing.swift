import Judging
import LlamaScheduling
import PluginKit
import Wire

/// A reply while it is written.
struct Writing {
  let question: Question
  /// Tokens of the prompt that were there already.
  var reused = 0
  private(set) var count = 0
  private var sampler: Sampler
  private let stops: StopSearch
  private var hold: AnswerHold?
  private var bytes: [UInt8] = []
  private var tokens: [(start: Int, token: JudgeReply.Token)] = []

  /// What comes after a token.
  enum Next {
    case token(Int32)
    case finished(JudgeReply)
  }

  init(_ question: Question) {
    self.question = question
    sampler = Sampler(question.sampling, seed: question.seed)
    stops = StopSearch(question.stop)
    hold = question.form.map(AnswerHold.init)
  }

  var usage: Usage {
    Usage(promptTokens: question.prompt.units.tokens, completionTokens: count, cachedTokens: reused)
  }

  /// Draws the next token.
  mutating func next(_ logits: UnsafeBufferPointer<Float>, _ model: LlamaModel) throws(PluginError) -> Next {
    guard let drawn = try draw(logits), let token = Int32(exactly: drawn) else {
      throw PluginError(
        .failed, "the model computed logits that are not numbers after \(count) tokens of its reply", spent: usage)
    }
    count += 1
    if model.endsReply(token) { return .finished(reply(.stop, model)) }
    let old = bytes.count
    bytes += model.piece(token)
    try hold?.wrote(token, bytes, old: old, model)
    if question.topLogprobs > 0 { tokens.append((old, Self.token(drawn, logits, question.topLogprobs, model))) }
    if let end = stops.find(in: bytes, after: old) {
      bytes.removeSubrange(end...)
      tokens.removeAll { $0.start >= end }
      return .finished(reply(.stop, model))
    }
    if count == question.maxTokens { return .finished(reply(.length, model)) }
    return .token(token)
  }

  private mutating func draw(_ logits: UnsafeBufferPointer<Float>) throws(PluginError) -> Int? {
    guard let hold else { return sampler.next(logits) }
    return try hold.draw(&sampler, logits)
  }

  private func reply(_ finish: JudgeReply.Finish, _ model: LlamaModel) -> JudgeReply {
    JudgeReply(
      text: String(decoding: bytes, as: UTF8.self), finish: finish, model: model.name, usage: usage,
      tokens: tokens.map(\.token))
  }

  private static func token(
    _ drawn: Int, _ logits: UnsafeBufferPointer<Float>, _ count: Int, _ model: LlamaModel
  ) -> JudgeReply.Token {
    let normalizer = Logprobs.normalizer(logits)
    func alternative(_ token: Int) -> JudgeReply.Token {
      JudgeReply.Token(
        text: String(decoding: model.piece(Int32(token)), as: UTF8.self),
        // A token that the model rules out has none; -9999 is what the contract has for that.
        logprob: max(Double(logits[token]) - normalizer, -9999))
    }
    let own = alternative(drawn)
    return JudgeReply.Token(
      text: own.text, logprob: own.logprob, top: Logprobs.top(count, of: logits).map(alternative))
  }
}
