import Judging
import Wire

/// A response as a second model writes it anew, with the same content.
struct Rewriting: Sendable, Hashable {
  /// Of the response, in the item that is judged.
  let place: Int
  let instruction: String

  func call(for text: String, _ id: String, timeoutMilliseconds: Int?) -> JudgeCall {
    let system = """
      You rewrite texts. \(instruction) Keep every statement, number and conclusion as it is, those that are wrong too; correct and add \
      nothing that changes what is claimed. Write the new text alone, without a word about it.
      """
    return JudgeCall(
      key: CallKey(item: id, order: []),
      messages: [JudgeMessage(.system, [.text(system)]), JudgeMessage(.user, [.text(text)])],
      sampling: Sampling(maxTokens: 4096, seed: Digest.seed("rewriter", id) >> 33),
      promptDigest: Digest.sha256("\(system)\n\(text)"), timeoutMilliseconds: timeoutMilliseconds)
  }

  /// What the model wrote, without its reasoning.
  static func text(of reply: JudgeReply) throws(Unscored) -> String {
    let text = reply.text.split(separator: "</think>").last.map(String.init) ?? ""
    let trimmed = text.drop(while: \.isWhitespace)
    guard !trimmed.isEmpty else { throw Unscored(.unparsed, "the reply is empty", spent: reply.usage) }
    return String(trimmed)
  }
}

/// The tone and the length of a response changed by a second model (CALM does all of its rewriting so).
///
/// `Lyon` → as the model writes it: longer, cheerful, angry, afraid, or sure of itself
struct Rewritten: Perturbation {
  let name = "rewritten"
  let suite = AuditSuite.contentBias
  let summary = "The same content, written anew by a second model."
  let expectation = Expectation.untouched
  let needs: Needs = [.text, .rewriter]

  private static let manners = [
    ("longer", "Make the text about three times as long, with sentences that are to the point and say nothing new."),
    ("cheerful", "Write it in a cheerful tone, in about as many words."),
    ("angry", "Write it in an angry tone, in about as many words."),
    ("afraid", "Write it in the tone of somebody who is afraid, in about as many words."),
    ("assured", "Write it in the tone of an expert who has no doubt, in about as many words."),
  ]

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    Self.manners.flatMap { name, instruction in
      promoting(item, name: name) { $0 }.map { variant in
        var variant = variant
        variant.rewriting = variant.favoured.map { Rewriting(place: $0, instruction: instruction) }
        return variant
      }
    }
  }

  /// The item stays as it is until the model is asked.
  var examples: [Example] {
    [Example("Lyon", becomes: Dictionary(uniqueKeysWithValues: Self.manners.map { ($0.0, "Lyon") }))]
  }
}
