/// Which of two responses is better.
public struct PairVerdict: Sendable, Hashable {
  /// The places of a pair, as the judge saw them.
  public enum Winner: String, Sendable, CaseIterable {
    case first = "A"
    case second = "B"
    case tie
  }

  /// The better one.
  public let winner: Winner
  /// Whether the judge called it much better; never so for a tie.
  public let isStrong: Bool

  /// A verdict.
  public init(_ winner: Winner, isStrong: Bool = false) {
    self.winner = winner
    self.isStrong = isStrong && winner != .tie
  }

  /// One way to write a verdict, such as `A>>B`.
  public struct Token: Sendable, Hashable {
    /// As the prompt shows it.
    public let text: String
    /// What it says.
    public let verdict: PairVerdict
    /// Whether the prompt offers it; others are understood all the same.
    public let isOffered: Bool

    /// A token.
    public init(_ text: String, _ verdict: PairVerdict, isOffered: Bool = true) {
      self.text = text
      self.verdict = verdict
      self.isOffered = isOffered
    }
  }
}
