import CLlama
import PluginKit

/// A grammar of llama.cpp's, and how far a text has come in it. One thread at a time uses it.
final class GrammarState {
  private let handle: OpaquePointer

  /// Throws for rules that the library does not read.
  init(_ rules: String, _ model: LlamaModel) throws(PluginError) {
    guard let opened = cllama_grammar_open(model.handle, rules) else {
      throw PluginError(.failed, "llama.cpp does not read the grammar of the answer: \(rules.debugDescription)")
    }
    handle = opened
  }

  deinit { cllama_grammar_close(handle) }

  /// Whether the text may go on with this token; the end of a reply is one where the grammar is at its end.
  func allows(_ token: Int) -> Bool { Int32(exactly: token).map { cllama_grammar_allows(handle, $0) } ?? false }

  /// The logits, with minus infinity for every token that must not follow.
  func allowed(_ logits: UnsafeBufferPointer<Float>) -> [Float] {
    var allowed = Array(logits)
    cllama_grammar_restrict(handle, &allowed, Int32(allowed.count))
    return allowed
  }

  /// Goes on with a token.
  /// - Precondition: it is allowed; the library ends the process otherwise.
  func accept(_ token: Int32) {
    precondition(cllama_grammar_allows(handle, token), "token \(token) is not allowed here")
    cllama_grammar_accept(handle, token)
  }
}
