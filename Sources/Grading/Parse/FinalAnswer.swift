import Judging

/// The part of a reply that can hold a verdict.
struct FinalAnswer {
  let text: String
  /// Whether the judge reasoned before it, in the reply or apart from it.
  let followsReasoning: Bool

  /// What the judge thought before it answered: the reasoning it gives apart, else what stands before the last
  /// `</think>`, else the whole text. nil when it gave none.
  static func rationale(text: String, _ reasoning: String?) -> String? {
    let inText = range(of: close, lastIn: text).map { String(text[..<$0.lowerBound]) } ?? text
    var thought = Substring(reasoning ?? inText).drop(while: \.isWhitespace)
    if thought.hasPrefix(open) { thought = thought.dropFirst(open.count).drop(while: \.isWhitespace) }
    while thought.last?.isWhitespace == true { thought.removeLast() }
    return thought.isEmpty ? nil : String(thought)
  }

  static let unended = "the reasoning never ended: there is no </think> and no verdict after it"

  /// nil when all there is is reasoning.
  init?(_ reply: JudgeReply) {
    let reasoning = reply.reasoning ?? ""
    followsReasoning = !Self.isBlank(reasoning) || Self.range(of: Self.close, lastIn: reply.text) != nil
    if Self.isBlank(reply.text) {
      text = Self.answer(in: reasoning)
      return
    }
    guard let after = Self.afterReasoning(reply.text), !Self.isBlank(after) else { return nil }
    text = after
  }

  /// A server that splits off the reasoning may take the whole reply for it when the judge wrote no `</think>`: the text is
  /// then empty. What follows a `</think>` in there is the answer; without one, nothing tells the answer from the reasoning,
  /// except that a verdict may be the very last thing said.
  private static func answer(in reasoning: String) -> String {
    range(of: close, lastIn: reasoning).map { String(reasoning[$0.upperBound...]) } ?? lastLine(reasoning)
  }

  private static let open = "<think>"
  private static let close = "</think>"

  /// What follows the last `</think>`; all of it where there are no tags. nil after an opening tag at the start that is
  /// never closed: all there is is reasoning. Elsewhere an opening tag is something the judge talks about.
  private static func afterReasoning(_ text: String) -> String? {
    if let closed = range(of: close, lastIn: text) { return String(text[closed.upperBound...]) }
    return text.drop(while: \.isWhitespace).hasPrefix(open) ? nil : text
  }

  private static func lastLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).last { !isBlank($0) }.map(String.init) ?? ""
  }

  private static func isBlank(_ text: some StringProtocol) -> Bool { text.allSatisfy(\.isWhitespace) }

  private static func range(of word: String, lastIn text: some StringProtocol) -> Range<String.Index>? {
    Scan.ranges(of: word, in: Substring(text)).last
  }
}
