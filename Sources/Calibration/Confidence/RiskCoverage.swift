/// How often a judge is wrong on the rows that it is surest of, for every share of rows it may keep. Here a probability is the
/// confidence in a verdict, and the outcome whether that verdict was right.
public struct RiskCoverage: Sendable, Hashable {
  /// One threshold of confidence.
  public struct Point: Sendable, Hashable {
    /// Rows with at least this confidence are kept.
    public let threshold: Double
    /// The share of rows kept.
    public let coverage: Double
    /// The share of those that are wrong.
    public let risk: Double
  }

  /// One point for each distinct confidence, from the highest down.
  public let points: [Point]
  /// The area under the curve: the mean risk over the coverages 1/n, 2/n, …, 1 (Geifman, Uziel and El-Yaniv 2019). Rows of equal
  /// confidence count as taken in random order, in expectation.
  public let area: Double
  /// The area less the least that this number of wrong verdicts allows: 0 when every wrong one is less sure than every right one.
  public let excessArea: Double
}

extension Predictions {
  /// The curve; nil where there are no rows.
  public var riskCoverage: RiskCoverage? {
    guard count > 0 else { return nil }
    let order = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }
    let n = Double(count)
    var points: [RiskCoverage.Point] = []
    var risks: [Double] = []
    var (kept, wrong) = (0.0, 0.0)
    for ties in order.chunked(by: { probabilities[$0] == probabilities[$1] }) {
      let more = Double(ties.count { !outcomes[$0] })
      let size = Double(ties.count)
      for place in 1...ties.count { risks.append((wrong + more * Double(place) / size) / (kept + Double(place))) }
      (kept, wrong) = (kept + size, wrong + more)
      points.append(.init(threshold: probabilities[ties[ties.startIndex]], coverage: kept / n, risk: wrong / kept))
    }
    // The best order has all the right verdicts first.
    let right = n - wrong
    let least = (0..<Int(wrong)).map { Double($0 + 1) / (right + Double($0 + 1)) }.sum / n
    let area = risks.sum / n
    return RiskCoverage(points: points, area: area, excessArea: area - least)
  }
}
