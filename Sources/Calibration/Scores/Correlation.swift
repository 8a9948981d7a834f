import Glibc

extension PairedScores {
  /// Pearson's r: how near the two are to a straight line. With an interval from four rows on.
  public func pearson(level: Double = 0.95) throws(CalibrationError) -> Estimate {
    try requireLevel(level)
    return Estimate { () throws(Undefined) in
      try requireVariation()
      return Self.correlation(judge, human)
    }.withFisherZ(count: count, variance: 1 / Double(count - 3), level: level)
  }

  /// Spearman's rho: Pearson's r of the ranks, ties sharing the mean rank. The variance of its z is that of Bonett and Wright 2000.
  public func spearman(level: Double = 0.95) throws(CalibrationError) -> Estimate {
    try requireLevel(level)
    let rho = Estimate { () throws(Undefined) in
      try requireVariation()
      return Self.correlation(judge.midranks, human.midranks)
    }
    let size = rho.number ?? 0
    return rho.withFisherZ(count: count, variance: (1 + size * size / 2) / Double(count - 3), level: level)
  }

  /// Kendall's tau-b: (concordant - discordant) pairs over the geometric mean of the pairs that either side does not tie. The variance of
  /// its z is that of Fieller, Hartley and Pearson 1957, which disregards ties.
  public func kendall(level: Double = 0.95) throws(CalibrationError) -> Estimate {
    try requireLevel(level)
    return Estimate { () throws(Undefined) in
      try requireVariation()
      return kendallTauB
    }.withFisherZ(count: count, variance: 0.437 / Double(count - 4), level: level)
  }

  /// Clamped: rounding may take a perfect correlation past 1.
  private static func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let (dx, dy) = (x.deviations, y.deviations)
    let covariance = zip(dx, dy).map { $0 * $1 }.sum
    return (covariance / (dx.map { $0 * $0 }.sum.squareRoot() * dy.map { $0 * $0 }.sum.squareRoot())).clamped(
      to: -1...1)
  }

  private var kendallTauB: Double {
    let (pairs, ties) = (pairCounts, tieCounts)
    let difference = pairs.concordant - pairs.discordant
    return (difference / ((ties.all - ties.judge).squareRoot() * (ties.all - ties.human).squareRoot())).clamped(
      to: -1...1)
  }
}

extension Array where Element == Double {
  var deviations: [Double] {
    let centre = mean
    return map { $0 - centre }
  }

  /// Sorts ascending, and counts the pairs that stood in descending order.
  mutating func mergeSortCountingExchanges() -> Int {
    var exchanges = 0
    var width = 1
    while width < count {
      var merged: [Double] = []
      merged.reserveCapacity(count)
      for start in stride(from: 0, to: count, by: 2 * width) {
        var (left, right) = (start, Swift.min(start + width, count))
        let (middle, end) = (right, Swift.min(start + 2 * width, count))
        while left < middle || right < end {
          if right == end || (left < middle && self[left] <= self[right]) {
            merged.append(self[left])
            left += 1
          } else {
            exchanges += middle - left
            merged.append(self[right])
            right += 1
          }
        }
      }
      self = merged
      width *= 2
    }
    return exchanges
  }
}

extension Estimate {
  /// With the normal interval of the inverse hyperbolic tangent (Fisher 1921), where its variance is a positive number. A perfect
  /// correlation, up to rounding, has no interval: its z is infinite.
  fileprivate func withFisherZ(count: Int, variance: Double, level: Double) -> Estimate {
    guard let number, variance > 0, variance.isFinite, abs(number) < 1 - 1e-12 else { return self }
    let half = Normal.quantile(twoSided: level) * variance.squareRoot()
    return with(Interval(tanh(atanh(number) - half), tanh(atanh(number) + half), level: level, method: .fisherZ))
  }
}
