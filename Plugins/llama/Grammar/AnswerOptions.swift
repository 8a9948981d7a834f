import JSON
import PluginKit

/// Whether answers are held to their form, and where they begin.
struct AnswerOptions: Sendable {
  /// When the form is in force.
  enum Grammar: String, Sendable, CaseIterable {
    /// Never: a judge that does not answer as it was asked to is not made to.
    case off
    case afterReasoning = "after_reasoning"
  }

  let grammar: Grammar
  /// What a reply writes when its reasoning is over.
  let reasoningEnd: String

  /// Reads its fields and passes over all others.
  init(_ reader: JSONReader) throws(JSONError) {
    grammar = try reader["grammar"]?.choice() ?? .off
    reasoningEnd = try reader["reasoning_end"]?.string() ?? "</think>"
    guard let field = reader["reasoning_end"] else { return }
    if grammar == .off { throw field.error("says nothing without 'grammar: after_reasoning'") }
    if reasoningEnd.isEmpty { throw field.error("is empty; say what ends the reasoning, such as </think>") }
  }

  /// nil: nothing is held, or the call says no form.
  func form(_ shape: JSONValue?) throws(PluginError) -> AnswerForm? {
    guard grammar == .afterReasoning, let shape else { return nil }
    return AnswerForm(grammar: try AnswerGrammar(shape), reasoningEnd: reasoningEnd)
  }
}
