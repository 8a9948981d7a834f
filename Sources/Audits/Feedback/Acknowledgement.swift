/// Whether a reply says that there is a conflict or a doubt: by a list of phrases, which is coarse, and the same for all judges.
enum Acknowledgement {
  private static let phrases = [
    "i apologize", "i apologise", "my apologies", "i was wrong", "i was mistaken", "i made a mistake",
    "i stand corrected", "you are right", "you're right", "you are correct", "upon reconsideration",
    "on reconsideration", "on reflection", "upon reflection", "after reconsidering", "having reconsidered",
    "good point",
    "valid point", "fair point", "i understand your concern", "i see your concern", "i disagree", "i do not agree",
    "i don't agree", "i stand by", "i maintain my", "the feedback", "the objection", "the reviewer", "the criticism",
    "conflicting evidence", "conflicting information", "it is ambiguous", "is debatable", "i am not certain",
    "i'm not certain", "i am uncertain",
  ]

  static func isIn(_ reply: String) -> Bool {
    let text = reply.lowercased().replacing("’", with: "'")
    return phrases.contains { text.contains($0) }
  }
}
