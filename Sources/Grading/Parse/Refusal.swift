/// Openings of a reply in which a model declines. Only looked at when the reply holds no verdict.
enum Refusal {
  private static let openings = [
    "i'm sorry", "i’m sorry", "i am sorry", "sorry, but", "i can't", "i can’t", "i cannot", "i won't", "i won’t",
    "i will not", "i'm unable", "i’m unable", "i am unable", "i'm not able", "i’m not able", "i am not able",
    "i must decline", "i have to decline",
    "as an ai", "unfortunately, i can", "i apologize, but", "i apologise, but",
  ]

  static func opens(_ text: String) -> Bool {
    let start = text.drop(while: \.isWhitespace).prefix(40).lowercased()
    return openings.contains { start.hasPrefix($0) }
  }
}
