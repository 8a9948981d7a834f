import Wire

/// What is the same for all items of an audit.
public struct AuditSetting: Sendable, Hashable {
  /// All randomness follows from it and an item's id.
  public var seed: UInt64 = 0
  /// How often a clean item is judged again.
  public var repeats = 2
  /// Rounds of feedback after the first verdict.
  public var rounds = 4
  /// Of all intervals, above 0 and below 1.
  public var level = 0.95
  /// Data sets drawn for each bootstrap interval.
  public var resamples = 1000
  /// The least score with which one response passes; nil: the middle of the rubric's scale.
  public var passAt: Double?

  /// The defaults.
  public init() {}

  /// A whole number below `bound` for one purpose of one item.
  func draw(_ purpose: String, _ item: String, below bound: Int) -> Int {
    Int(Digest.seed("audit", purpose, String(seed), item).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// One of `choices` for one purpose of one item.
  func choose<Choice>(_ choices: [Choice], _ purpose: String, _ item: String) -> Choice {
    choices[draw(purpose, item, below: choices.count)]
  }
}
