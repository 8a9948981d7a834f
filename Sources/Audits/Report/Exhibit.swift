import Wire

/// A judgment that broke, with what the judge was shown and what it said.
struct Exhibit: Sendable, Hashable {
  let perturbation: String
  let variant: String
  let item: String
  let prompt: String
  /// The response that was changed, before and after; nil where no response was.
  let before: String?
  let after: String?
  let cleanDecision: String
  let decision: String
  let cleanWords: String
  let words: String

  /// Of one perturbation; more would not be read.
  static let most = 2
  private static let maxCharacters = 900

  init(_ comparison: Finding.Comparison, _ perturbation: String, clean: AuditRecord, _ record: AuditRecord) {
    (self.perturbation, variant, item) = (perturbation, comparison.variant.name, comparison.item.id)
    prompt = Self.short(comparison.variant.item.prompt?.text ?? "")
    let (old, new) = (comparison.item.item.responses, comparison.variant.item.responses)
    let place = old.indices.first { new.indices.contains($0) && old[$0] != new[$0] }
    before = place.map { Self.short(old[$0].text) }
    after = place.map { Self.short(new[$0].text) }
    cleanDecision = clean.outcome.decision?.words ?? ""
    decision = record.outcome.decision?.words ?? ""
    (cleanWords, words) = (clean.words ?? "", record.words ?? "")
  }

  private static func short(_ text: String) -> String {
    text.count > maxCharacters ? text.prefix(maxCharacters / 2) + " … " + text.suffix(maxCharacters / 2) : text
  }
}

/// A conversation in which a right verdict was given up.
struct ConversationExhibit: Sendable, Hashable {
  let arm: String
  let item: String
  let first: String
  let firstWords: String
  /// What was said, what the judge came to, and its words.
  let rounds: [Turn]

  struct Turn: Sendable, Hashable {
    let remark: String
    let decision: String
    let words: String
  }

  init(_ arm: Arm, _ item: AuditItem, from first: AuditRecord, _ record: AuditRecord) {
    (self.arm, self.item) = (arm.id, item.id)
    (self.first, firstWords) = (first.outcome.decision?.words ?? "", first.words ?? "")
    rounds = record.rounds.map {
      Turn(remark: $0.remark ?? "", decision: $0.outcome.decision?.words ?? "no verdict", words: $0.words ?? "")
    }
  }
}
