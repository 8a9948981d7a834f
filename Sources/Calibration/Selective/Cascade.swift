/// Cheap judges first: an item is decided by the first judge that is sure enough, and by nobody if none is.
///
/// All judges share one threshold, so their confidences must be calibrated. A cascade is then one judge, whose verdict is that of the first
/// sure one, and the promise of ``SelectiveThreshold`` holds for it as a whole: of the items it decides, whoever decided them.
public struct Cascade: Sendable, Hashable {
  /// The threshold, its promise and its coverage.
  public let selection: SelectiveThreshold
  /// For each judge, the share of calibration items that it decides.
  public let decided: [Double]

  /// The lowest shared threshold that keeps the promise, nil where none does. `judges` has one column for each, the cheapest first, all over
  /// the same items.
  public static func find(
    _ judges: [Predictions], risk: Double, error: Double = 0.1, thresholds: [Double] = SelectiveThreshold.grid
  ) throws(CalibrationError) -> Cascade? {
    guard let first = judges.first else { throw CalibrationError("a cascade of no judges; accepted: one and more") }
    for judge in judges { try requireSameCount(first.count, "judges[0]", judge.count, "another judge") }
    func deciders(_ threshold: Double) -> [Int?] {
      (0..<first.count).map { row in judges.firstIndex { $0.probabilities[row] >= threshold } }
    }
    // At a lower threshold a cheaper judge may decide, so who is right is counted anew.
    let found = try SelectiveThreshold.search(of: first.count, risk: risk, error: error, thresholds: thresholds) {
      let right = deciders($0).enumerated().compactMap { row, judge in judge.map { judges[$0].outcomes[row] } }
      return (right.count { !$0 }, right.count)
    }
    guard let found else { return nil }
    let chosen = deciders(found.threshold)
    return Cascade(
      selection: found,
      decided: judges.indices.map { judge in Double(chosen.count { $0 == judge }) / Double(first.count) })
  }

  /// The place of the judge that decides an item with these confidences; nil if none may.
  public func decider(_ confidences: [Double]) -> Int? { confidences.firstIndex { $0 >= selection.threshold } }
}
