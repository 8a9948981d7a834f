import CLlama
import LlamaScheduling
import PluginKit

/// What a reply ends in, and what stands between it and the reasoning.
struct AnswerForm: Sendable {
  let grammar: AnswerGrammar
  /// What ends the reasoning: `</think>`.
  let reasoningEnd: String
}

/// Lets a reply reason as it likes, and holds what comes after to the form of an answer.
struct AnswerHold {
  private enum State {
    case reasoning
    case held(GrammarState)
  }

  private let form: AnswerForm
  private let end: StopSearch
  private var state = State.reasoning

  init(_ form: AnswerForm) {
    self.form = form
    end = StopSearch([form.reasoningEnd])
  }

  /// Whether the answer is held to its form by now.
  var isHeld: Bool { if case .held = state { true } else { false } }

  /// The next token. One that the answer's form does not allow is drawn again from those that it does allow, which leaves their
  /// probabilities beside each other as they are. nil: the logits are not numbers.
  func draw(_ sampler: inout Sampler, _ logits: UnsafeBufferPointer<Float>) throws(PluginError) -> Int? {
    guard let drawn = sampler.next(logits) else { return nil }
    guard case .held(let state) = state, !state.allows(drawn) else { return drawn }
    guard let allowed = state.allowed(logits).withUnsafeBufferPointer({ sampler.next($0) }) else {
      throw PluginError(.failed, "no token of the model's goes on with an answer of the form that the rubric expects")
    }
    return allowed
  }

  /// A token has been written; `bytes` is the reply with it, and `old` was its length before.
  mutating func wrote(_ token: Int32, _ bytes: [UInt8], old: Int, _ model: LlamaModel) throws(PluginError) {
    switch state {
    case .held(let state): state.accept(token)
    case .reasoning:
      guard let start = end.find(in: bytes, after: old) else { return }
      let written = String(decoding: bytes[(start + form.reasoningEnd.utf8.count)...], as: UTF8.self)
      state = .held(try GrammarState(form.grammar.rules(after: written), model))
    }
  }
}
