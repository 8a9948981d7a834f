import Wire

/// Numbers made of the scores of one group. Each is a number for what is scored, and nil or why not for what is not.
enum GroupRewards {
  /// Ranks from 1, the best; equal scores share the mean of their places ("fractional ranking", `scipy.stats.rankdata(-scores)`).
  /// What has no score has no rank, and takes no place.
  static func ranks(_ scores: [Double?]) -> [Double?] {
    let known = scores.compactMap { $0 }
    return scores.map { score in
      score.map { score in
        let better = known.count { $0 > score }
        let equal = known.count { $0 == score }
        return Double(better) + Double(equal + 1) / 2
      }
    }
  }

  /// The shift and scale of GRPO.
  struct Normalized: Sendable, Hashable {
    /// One for each response; nil for what has no score, and everywhere where fewer than two have one.
    var values: [Double?]
    /// Of the scores; nil without any.
    var mean: Double?
    /// Of the scores, with n - 1 in the denominator; nil where fewer than two are known.
    var standardDeviation: Double?
    /// Whether all scores are equal: there is nothing to learn from the group, and every value is 0.
    var isWithoutSpread = false
  }

  /// Added to the standard deviation, so that a spread of rounding errors is not blown up: verl's and TRL's formula, with verl's value.
  static let epsilon = 1e-6

  /// (x - mean) / (std + ``epsilon``) over the scored responses of a group: Shao et al. 2024, "DeepSeekMath" (arXiv 2402.03300, §4.1.2),
  /// with the sample standard deviation (n - 1) that `torch.std` and so verl and TRL take.
  ///
  /// Equal scores give 0 each. One score alone has no spread that could be known, and none gives nothing.
  static func normalized(_ scores: [Double?]) -> Normalized {
    let known = scores.compactMap { $0 }
    guard let lowest = known.min(), let highest = known.max() else {
      return Normalized(values: scores)
    }
    // The mean as an offset from the lowest score: equal scores give it exactly, and large ones do not overflow.
    let count = Double(known.count)
    let mean = lowest + known.reduce(0) { $0 + ($1 - lowest) / count }
    guard known.count > 1 else {
      return Normalized(values: scores.map { _ in nil }, mean: mean)
    }
    guard highest > lowest else {
      return Normalized(
        values: scores.map { $0.map { _ in 0 } }, mean: mean, standardDeviation: 0, isWithoutSpread: true)
    }
    let deviation = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
    let values = scores.map { score in
      score.flatMap { score -> Double? in
        let value = (score - mean) / (deviation + epsilon)
        return value.isFinite && deviation.isFinite ? value : nil
      }
    }
    return Normalized(values: values, mean: mean, standardDeviation: deviation)
  }
}
