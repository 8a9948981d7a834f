/// Cheap judges first: an item is decided by the first judge that is sure enough, and by nobody if none is.
///
/// All judges share one threshold, so their confidences must be calibrated. A cascade is then one judge, whose verdict is that of the first
/// sure one, and the promise of ``SelectiveThreshold`` holds for it as a whole: of the items it decides, whoever decided them.
public struct Cascade: Sendable, Hashable {
  /// What one judge says of an item.
  public struct Verdict: Sendable, Hashable {
    /// The calibrated probability that it is right.
    public let confidence: Double
    /// Whether it agrees with people.
    public let isRight: Bool

    /// A verdict.
    public init(confidence: Double, isRight: Bool) { (self.confidence, self.isRight) = (confidence, isRight) }
  }

  /// The threshold, its promise and its coverage.
  public let selection: SelectiveThreshold
  /// For each judge, the share of calibration items that it decides.
  public let decided: [Double]

  /// The lowest shared threshold that keeps the promise, nil where none does. `judges` has one column for each, the cheapest first, all over
  /// the same items; where a judge has no verdict the next one is asked.
  public static func find(
    _ judges: [[Verdict?]], risk: Double, error: Double = 0.1, thresholds: [Double] = SelectiveThreshold.grid
  ) throws(CalibrationError) -> Cascade? {
    guard let items = judges.first?.count else {
      throw CalibrationError("a cascade of no judges; accepted: one and more")
    }
    for judge in judges {
      try requireSameCount(items, "judges[0]", judge.count, "another judge")
      try require(judge.compactMap { $0?.confidence }, in: 0...1, "confidences")
    }
    func deciders(_ threshold: Double) -> [Int?] {
      (0..<items).map { row in decider(judges.map { $0[row]?.confidence }, at: threshold) }
    }
    // At a lower threshold a cheaper judge may decide, so who is right is counted anew.
    let found = try SelectiveThreshold.search(of: items, risk: risk, error: error, thresholds: thresholds) {
      let right = deciders($0).enumerated().compactMap { row, judge in judge.flatMap { judges[$0][row]?.isRight } }
      return (right.count { !$0 }, right.count)
    }
    guard let found else { return nil }
    let chosen = deciders(found.threshold)
    return Cascade(
      selection: found,
      decided: judges.indices.map { judge in Double(chosen.count { $0 == judge }) / Double(items) })
  }

  /// The place of the judge that decides an item with these confidences; nil if none may.
  public func decider(_ confidences: [Double?]) -> Int? { Self.decider(confidences, at: selection.threshold) }

  private static func decider(_ confidences: [Double?], at threshold: Double) -> Int? {
    confidences.firstIndex { $0.map { $0 >= threshold } ?? false }
  }
}
