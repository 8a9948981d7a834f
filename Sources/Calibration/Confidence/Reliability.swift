/// How rows are put into bins of similar probability.
public enum Binning: Sendable, Hashable {
  /// Bins of equal width. A value on an edge belongs to the bin above it, 1 to the last bin.
  case equalWidth(Int)
  /// Bins of about equally many rows: cut after row ⌊k n / bins⌋ of the ascending order. Equal values stay together, in the bin of
  /// the first of them, so that bins can be fewer than asked for.
  case equalMass(Int)

  /// How many bins at most.
  public var count: Int {
    switch self {
    case .equalWidth(let count), .equalMass(let count): count
    }
  }
}

/// The rows of one bin: a point of the reliability diagram. Never empty.
public struct ReliabilityBin: Sendable, Hashable {
  /// How many rows.
  public let count: Int
  /// How many of them happened.
  public let successes: Int
  /// The mean probability.
  public let confidence: Double

  /// The share that happened.
  public var rate: Double { Double(successes) / Double(count) }
  /// The share that happened less the probability that was given: negative where the judge is too sure.
  public var gap: Double { rate - confidence }
}

extension Predictions {
  /// The bins that are not empty, by ascending probability. Refuses fewer bins than 1 or more than 1000.
  public func reliability(_ binning: Binning) throws(CalibrationError) -> [ReliabilityBin] {
    try bins(binning).map { rows in
      ReliabilityBin(
        count: rows.count, successes: rows.count { outcomes[$0] }, confidence: rows.map { probabilities[$0] }.mean)
    }
  }

  /// The places of the rows of each bin that is not empty.
  func bins(_ binning: Binning) throws(CalibrationError) -> [[Int]] {
    guard (1...1000).contains(binning.count) else {
      throw CalibrationError("\(binning.count) bins; accepted: 1 to 1000")
    }
    switch binning {
    case .equalWidth(let bins):
      var places = [[Int]](repeating: [], count: bins)
      for (row, probability) in probabilities.enumerated() {
        places[min(Int(probability * Double(bins)), bins - 1)].append(row)
      }
      return places.filter { !$0.isEmpty }
    case .equalMass(let bins):
      let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
      var places: [[Int]] = []
      var start = 0
      for bin in 1...bins {
        var end = order.count * bin / bins
        guard end > start else { continue }
        while end < order.count, probabilities[order[end]] == probabilities[order[end - 1]] { end += 1 }
        places.append(Array(order[start..<end]))
        start = end
      }
      return places
    }
  }

  /// The expected calibration error, Σ n_b / n · |rate - confidence| (Naeini, Cooper and Hauskrecht 2015). With equal masses it is
  /// the adaptive one (Nguyen and O'Connor 2015).
  public func calibrationError(_ binning: Binning) throws(CalibrationError) -> Estimate {
    let bins = try reliability(binning)
    return Estimate { () throws(Undefined) in
      try requireAny()
      return bins.map { Double($0.count) * abs($0.gap) }.sum / Double(count)
    }
  }

  /// The largest distance of rate and confidence in any bin.
  public func maximumCalibrationError(_ binning: Binning) throws(CalibrationError) -> Estimate {
    let bins = try reliability(binning)
    return Estimate { () throws(Undefined) in
      try requireAny()
      return bins.map { abs($0.gap) }.max() ?? .nan
    }
  }

  /// ``calibrationError(_:)`` less what a perfectly calibrated judge would show with these probabilities: its mean over `draws` sets
  /// of outcomes drawn from the probabilities. About 0 for a calibrated judge, and may be negative.
  public func debiasedCalibrationError(
    _ binning: Binning, draws: Int = 200, seed: UInt64 = 0
  ) throws(CalibrationError) -> Estimate {
    guard (1...100_000).contains(draws) else { throw CalibrationError("\(draws) draws; accepted: 1 to 100000") }
    let places = try bins(binning)
    func error(_ outcomes: [Bool]) -> Double {
      places.map { rows in abs(rows.map { (outcomes[$0] ? 1 : 0) - probabilities[$0] }.sum) }.sum / Double(count)
    }
    return Estimate { () throws(Undefined) in
      try requireAny()
      var randomness = Randomness(seed: seed, purpose: "calibration error")
      let byChance = (0..<draws).map { _ in error(probabilities.map { randomness.uniform() < $0 }) }
      return error(outcomes) - byChance.mean
    }
  }
}
