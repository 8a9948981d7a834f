import Glibc

/// The share of items that truly pass, from the share that an imperfect judge passes (Rogan and Gladen 1978; for language models
/// arXiv 2511.21140). The judge's errors are known from items with human labels.
public struct RoganGladen: Sendable, Hashable {
  /// Items that the judge passes, of the items in question.
  public let passed: Proportion
  /// Items that the judge passes, of those that people pass.
  public let sensitivity: Proportion
  /// Items that the judge fails, of those that people fail.
  public let specificity: Proportion

  /// All three from different items.
  public init(passed: Proportion, sensitivity: Proportion, specificity: Proportion) {
    (self.passed, self.sensitivity, self.specificity) = (passed, sensitivity, specificity)
  }

  /// The share, within 0 and 1, with the interval of Lang and Reiczigel 2014. Undefined where sensitivity + specificity - 1 cannot be told
  /// from 0 at this level: the verdicts of such a judge say nothing, and the correction divides by noise.
  public func estimate(level: Double = 0.95) throws(CalibrationError) -> Estimate {
    try requireLevel(level)
    do throws(Undefined) {
      let (p, q0, q1) = (
        try passed.share("items"), try specificity.share("failing labels"), try sensitivity.share("passing labels")
      )
      try requireInformation(level: level)
      let share = ((p + q0 - 1) / (q0 + q1 - 1)).clamped(to: 0...1)
      return .value(share, interval(level: level))
    } catch {
      return .undefined(error)
    }
  }

  /// Agresti and Caffo 2000: one success and one failure are added to each share before the difference is tested.
  private func requireInformation(level: Double) throws(Undefined) {
    let (q0, q1) = (specificity.smoothed(1), sensitivity.smoothed(1))
    let error = (q0.share * (1 - q0.share) / q0.count + q1.share * (1 - q1.share) / q1.count).squareRoot()
    guard q0.share + q1.share - 1 > Normal.quantile(twoSided: level) * error else {
      throw .noInformation(youden: q0.share + q1.share - 1)
    }
  }

  private func interval(level: Double) -> Interval {
    let z = Normal.quantile(twoSided: level)
    let (p, q0, q1) = (passed.smoothed(z * z / 2), specificity.smoothed(1), sensitivity.smoothed(1))
    let youden = q0.share + q1.share - 1
    let share = (p.share + q0.share - 1) / youden
    let (false0, false1) = (q0.variance, q1.variance)
    let shift = 2 * z * z * (share * false1 - (1 - share) * false0)
    let error = (p.variance + (1 - share) * (1 - share) * false0 + share * share * false1).squareRoot() / youden
    return Interval(
      (share + shift - z * error).clamped(to: 0...1), (share + shift + z * error).clamped(to: 0...1), level: level,
      method: .langReiczigel)
  }

  /// How many times as many labels, in the same proportion of passing and failing ones, would halve the standard error; nil where no number
  /// would, because the items in question are too few.
  public func labelsToHalve(level: Double = 0.95) -> Double? {
    let z = Normal.quantile(twoSided: level)
    let (p, q0, q1) = (passed.smoothed(z * z / 2), specificity.smoothed(1), sensitivity.smoothed(1))
    let share = ((p.share + q0.share - 1) / (q0.share + q1.share - 1)).clamped(to: 0...1)
    let ofLabels = (1 - share) * (1 - share) * q0.variance + share * share * q1.variance
    let left = (p.variance + ofLabels) / 4 - p.variance
    return left > 0 ? ofLabels / left : nil
  }
}

extension Proportion {
  fileprivate func share(_ what: String) throws(Undefined) -> Double {
    try require(count, atLeast: 1, what)
    return Double(successes) / Double(count)
  }

  /// With `more` successes and as many failures added.
  fileprivate func smoothed(_ more: Double) -> (share: Double, count: Double, variance: Double) {
    let n = Double(count) + 2 * more
    let share = (Double(successes) + more) / n
    return (share, n, share * (1 - share) / n)
  }
}
