/// A mean of human scores from a few of them and many of a judge's: prediction-powered inference (Angelopoulos et al. 2023) and PPI++
/// (Angelopoulos, Duchi and Zrnic 2023). Valid however biased the judge is; short where it is good.
public struct PredictionPowered: Sendable, Hashable {
  /// Items with both scores.
  public let labelled: PairedScores
  /// The judge's scores of other items from the same source, without labels.
  public let unlabelled: [Double]

  /// How far the judge is trusted.
  public enum Weight: Sendable, Hashable {
    /// Not at all: the mean of the labels.
    case none
    /// Fully: PPI.
    case full
    /// As far as it shortens the interval, from 0 to 1: PPI++.
    case tuned
  }

  /// Refuses numbers that are not finite.
  public init(labelled: PairedScores, unlabelled: [Double]) throws(CalibrationError) {
    try requireFinite(unlabelled, "unlabelled")
    (self.labelled, self.unlabelled) = (labelled, unlabelled)
  }

  /// The mean human score over all items, with its interval.
  public func mean(_ weight: Weight = .tuned, level: Double = 0.95) throws(CalibrationError) -> Estimate {
    try requireLevel(level)
    do throws(Undefined) {
      try requireEnough()
      let trust = trust(weight)
      let rest = zip(labelled.human, labelled.judge).map { $0 - trust * $1 }
      let estimate = rest.mean + trust * unlabelled.mean
      let variance =
        rest.variance(ddof: 0) / Double(rest.count)
        + trust * trust * unlabelled.variance(ddof: 0) / Double(unlabelled.count)
      let half = Normal.quantile(twoSided: level) * variance.squareRoot()
      return .value(estimate, Interval(estimate - half, estimate + half, level: level, method: .predictionPowered))
    } catch {
      return .undefined(error)
    }
  }

  /// How many labels in all would make the tuned interval half as long, with the unlabelled items as they are: without the judge it is four
  /// times as many.
  public func labelsToHalve() throws(Undefined) -> Int {
    try requireEnough()
    let moments = moments
    func variance(_ labels: Double) -> Double {
      let others = Double(unlabelled.count)
      let trust = moments.judge > 0 ? (moments.both / ((1 + labels / others) * moments.judge)).clamped(to: 0...1) : 0
      return (moments.human - 2 * trust * moments.both + trust * trust * moments.judge) / labels
        + trust * trust * moments.judge / others
    }
    let wanted = variance(Double(labelled.count)) / 4
    guard wanted > 0 else { throw .constant("the human scores, given the judge's,") }
    var (low, high) = (labelled.count, labelled.count * 2)
    while variance(Double(high)) > wanted { (low, high) = (high, high * 2) }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if variance(Double(middle)) > wanted { low = middle } else { high = middle }
    }
    return high
  }

  private func requireEnough() throws(Undefined) {
    try require(labelled.count, atLeast: 2, "labelled items")
    try require(unlabelled.count, atLeast: 2, "items without labels")
  }

  /// Variances of both scores and their covariance; the judge's over all items.
  private var moments: (human: Double, judge: Double, both: Double) {
    let (human, judge) = (labelled.human.deviations, labelled.judge.deviations)
    return (
      labelled.human.variance(ddof: 0), (labelled.judge + unlabelled).variance(ddof: 1),
      zip(human, judge).map { $0 * $1 }.mean
    )
  }

  private func trust(_ weight: Weight) -> Double {
    switch weight {
    case .none: return 0
    case .full: return 1
    case .tuned:
      let moments = moments
      guard moments.judge > 0 else { return 0 }
      let ratio = 1 + Double(labelled.count) / Double(unlabelled.count)
      return (moments.both / (ratio * moments.judge)).clamped(to: 0...1)
    }
  }
}
