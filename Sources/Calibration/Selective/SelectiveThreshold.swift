import Glibc

/// From which confidence on a judge may decide, so that its verdicts agree with people often enough: the threshold by fixed-sequence testing
/// of "Trust or Escalate" (Jung, Brahman and Choi 2024, arXiv 2407.18370).
///
/// Thresholds are tried from the highest down. Each is accepted if the exact upper bound (Clopper and Pearson) of the share of wrong verdicts
/// above it, with an error of `error`, is at most `risk`; the search ends at the first that is not. So the threshold that is returned has more
/// risk than allowed with a probability of at most `error`.
///
/// Thresholds that keep so few items that not one of them may be wrong are passed over at the start, where there are enough items for
/// that: one error among the surest would end the search at once. In simulations it then ends as often without a threshold, and decides a quarter to
/// a third more. Where it starts thus depends on the confidences, though never on who was right.
public struct SelectiveThreshold: Sendable, Hashable {
  /// Verdicts of at least this confidence are decided by the judge, the others are not.
  public let threshold: Double
  /// Of the calibration items, those that are decided, and how many of these are wrong.
  public let wrong: Proportion
  /// The share of calibration items that are decided.
  public let coverage: Double
  /// The upper bound of the share of wrong verdicts at this threshold; at most `risk`.
  public let bound: Double
  /// The share of wrong verdicts that is allowed.
  public let risk: Double
  /// The probability that the promise is broken, at most.
  public let error: Double

  /// The thresholds that are tried: 1, 0.99, …, 0. They may not be chosen by looking at the labels.
  public static let grid = (0...100).map { Double(100 - $0) / 100 }

  /// The lowest threshold that keeps the promise, nil where none does: the judge must then decide nothing. In `data` a probability is the
  /// confidence in a verdict, and the outcome whether it agreed with people, one row for each item.
  public static func find(
    _ data: Predictions, risk: Double, error: Double = 0.1, thresholds: [Double] = grid
  ) throws(CalibrationError) -> SelectiveThreshold? {
    let rows = zip(data.probabilities, data.outcomes).sorted { $0.0 > $1.0 }
    var (kept, wrong) = (0, 0)
    return try search(of: rows.count, risk: risk, error: error, thresholds: thresholds) { threshold in
      while kept < rows.count, rows[kept].0 >= threshold {
        if !rows[kept].1 { wrong += 1 }
        kept += 1
      }
      return (wrong, kept)
    }
  }

  /// The fixed sequence. `counts` gives, for each threshold in turn, how many verdicts are wrong of how many that are decided.
  static func search(
    of items: Int, risk: Double, error: Double, thresholds: [Double], _ counts: (Double) -> (wrong: Int, kept: Int)
  ) throws(CalibrationError) -> SelectiveThreshold? {
    guard risk > 0, risk < 1, error > 0, error < 1 else {
      throw CalibrationError("risk \(risk) and error \(error); accepted for both: above 0 and below 1")
    }
    try require(thresholds, in: 0...1, "thresholds")
    guard Array(thresholds.reversed()).isStrictlyAscending else {
      throw CalibrationError("the thresholds must fall strictly, so that they are tried from the highest down")
    }
    let needed = try itemsToBegin(of: items, risk: risk, error: error)
    var accepted: SelectiveThreshold?
    for threshold in thresholds {
      let (wrong, kept) = counts(threshold)
      guard kept >= needed else { continue }
      let share = try Proportion(wrong, of: kept)
      let bound = share.upperBound(error: error)
      guard bound <= risk else { break }
      accepted = SelectiveThreshold(
        threshold: threshold, wrong: share, coverage: Double(kept) / Double(items), bound: bound, risk: risk,
        error: error)
    }
    return accepted
  }

  /// The least number of decided items of which one may be wrong; where there are not so many, ``itemsNeeded(risk:error:)``.
  static func itemsToBegin(of items: Int, risk: Double, error: Double) throws(CalibrationError) -> Int {
    let least = itemsNeeded(risk: risk, error: error)
    func isEnough(_ count: Int) throws(CalibrationError) -> Bool {
      try Proportion(1, of: count).upperBound(error: error) <= risk
    }
    guard least < items, try isEnough(items) else { return least }
    // The bound falls with the number of items.
    var (tooFew, enough) = (least - 1, items)
    while enough - tooFew > 1 {
      let middle = (tooFew + enough) / 2
      if middle > 0, try isEnough(middle) { enough = middle } else { tooFew = middle }
    }
    return max(enough, 1)
  }

  /// The least number of decided items with which the promise can be kept, all of them right: 1 - error^(1/n) ≤ risk.
  public static func itemsNeeded(risk: Double, error: Double) -> Int {
    Int((log(error) / log1p(-risk) - 1e-9).rounded(.up))
  }
}
