import Glibc

/// Ratings that move with each comparison (Elo 1978), as FastChat computes them. They depend on the order of the comparisons, so that
/// Bradley-Terry is what to report; this is for comparison with what others report.
public struct Elo: Sendable, Hashable {
  /// How far one comparison moves a rating, at most.
  public let step: Double
  /// Where every system starts.
  public let start: Double

  static let ln10 = log(10.0)

  /// FastChat's: 4 and 1000.
  public init(step: Double = 4, start: Double = 1000) { (self.step, self.start) = (step, start) }

  /// After all comparisons in their order; a lead of 400 is worth odds of 10 to 1, a tie is half a win.
  public func ratings(_ data: Comparisons) -> [Double] {
    var ratings = data.systems.map { _ in start }
    for row in data.rows {
      let expected = ((ratings[row.left] - ratings[row.right]) * Self.ln10 / 400).sigmoid
      let won = row.outcome == .left ? 1 : row.outcome == .right ? 0 : 0.5
      ratings[row.left] += step * (won - expected)
      ratings[row.right] -= step * (won - expected)
    }
    return ratings
  }

  /// The mean over `shuffles` random orders, in which the order no longer counts.
  public func meanRatings(_ data: Comparisons, shuffles: Int = 100, seed: UInt64 = 0) throws(CalibrationError)
    -> [Double]
  {
    guard (1...100_000).contains(shuffles) else {
      throw CalibrationError("\(shuffles) shuffles; accepted: 1 to 100000")
    }
    var randomness = Randomness(seed: seed, purpose: "elo")
    var sums = data.systems.map { _ in 0.0 }
    for _ in 0..<shuffles {
      var order = Array(data.rows.indices)
      randomness.shuffle(&order)
      sums = zip(sums, ratings(data.rows(order))).map { $0 + $1 }
    }
    return sums.map { $0 / Double(shuffles) }
  }
}
