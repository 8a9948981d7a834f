import Glibc
import Judging
import Wire

/// The probabilities at one place of a reply: of the token that stands there, and of the others that were given for it.
struct TokenChances {
  /// Of the token that was written.
  let chosen: Double
  /// Others; several with the same text are different tokens.
  private(set) var others: [(text: String, probability: Double)] = []

  /// Rounding may take a sum so far above 1.
  private static let tolerance = 0.01

  /// A log-probability that is no number or -∞, and the -9999 that servers write where they know none, count nothing.
  /// Throws for probabilities that cannot be true.
  init(_ token: JudgeReply.Token) throws(Unscored) {
    let itself = Self.position(of: token)
    let chosen = Self.probability(itself.map { token.top[$0] } ?? token)
    for (place, other) in token.top.enumerated() where place != itself {
      others.append((other.text, Self.probability(other)))
    }
    let sum = others.reduce(chosen) { $0 + $1.probability }
    guard sum <= 1 + Self.tolerance else {
      throw Unscored(
        .judgeError,
        "the probabilities of the token \(Excerpt.of(token.text)) and its alternatives add up to \(sum), not to 1 at most; "
          + "log-probabilities are natural logarithms")
    }
    let share = 1 / max(1, sum)
    self.chosen = chosen * share
    for place in others.indices { others[place].probability *= share }
  }

  /// Where among its alternatives the written token itself is: the one with its text, of several the one with its probability.
  private static func position(of token: JudgeReply.Token) -> Int? {
    let same = token.top.indices.filter { token.top[$0].text == token.text }
    return same.min { abs(token.top[$0].logprob - token.logprob) < abs(token.top[$1].logprob - token.logprob) }
  }

  private static func probability(_ token: JudgeReply.Token) -> Double {
    token.logprob.isNaN ? 0 : exp(token.logprob)
  }
}
