/// The Brier score in parts: score = reliability - resolution + uncertainty + withinBins (Murphy 1973; the last part by Stephenson,
/// Coelho and Jolliffe 2008 makes it exact when the probabilities in a bin differ).
public struct BrierParts: Sendable, Hashable {
  /// The weighted mean of (rate - confidence)²; 0 is best.
  public let reliability: Double
  /// The weighted mean of (rate - base rate)²; more is better.
  public let resolution: Double
  /// The variance of the outcomes, which no judge can change.
  public let uncertainty: Double
  /// The mean variance of the probabilities in a bin, less twice their covariance with the outcomes.
  public let withinBins: Double
}

extension Predictions {
  /// The parts of ``brierScore``; nil where there are no rows.
  public func brierParts(_ binning: Binning) throws(CalibrationError) -> BrierParts? {
    guard count > 0 else { return nil }
    let n = Double(count)
    let base = Double(successes) / n
    var (reliability, resolution, within) = (0.0, 0.0, 0.0)
    for rows in try bins(binning) {
      let given = rows.map { probabilities[$0] }
      let happened = rows.map { outcomes[$0] ? 1.0 : 0 }
      let (confidence, rate, weight) = (given.mean, happened.mean, Double(rows.count) / n)
      reliability += weight * (confidence - rate) * (confidence - rate)
      resolution += weight * (rate - base) * (rate - base)
      within += zip(given, happened).map { ($0 - confidence) * (($0 - confidence) - 2 * ($1 - rate)) }.sum / n
    }
    return BrierParts(
      reliability: reliability, resolution: resolution, uncertainty: base * (1 - base), withinBins: within)
  }
}
