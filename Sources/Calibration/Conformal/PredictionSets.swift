/// Sets of answers (such as A, B, tie) that hold the human one as often as they say: split conformal prediction with the score 1 - p of the
/// true answer, "least ambiguous sets" (Sadinle, Lei and Wasserman 2019). A set with several answers is the judge's way of not deciding;
/// one without any says that no answer looks like what was seen in calibration.
public struct PredictionSets: Sendable, Hashable {
  /// Answers of at least this probability are in the set; 0 where there were too few items to say, and every set then holds all.
  public let threshold: Double
  /// The share of items whose set holds the human answer, at least.
  public let level: Double

  /// `probabilities` has those of all answers for each calibration item, `answers` the index of the human one.
  public init(_ probabilities: [[Double]], answers: [Int], level: Double = 0.9) throws(CalibrationError) {
    try requireLevel(level)
    try requireSameCount(probabilities.count, "probabilities", answers.count, "answers")
    var scores: [Double] = []
    for (row, (given, answer)) in zip(probabilities, answers).enumerated() {
      try require(given, in: 0...1, "probabilities[\(row)]")
      guard abs(given.sum - 1) < 1e-6 else {
        throw CalibrationError("probabilities[\(row)] add up to \(given.sum); accepted: 1")
      }
      guard given.indices.contains(answer) else {
        throw CalibrationError("answers[\(row)] is \(answer); accepted: 0 to \(given.count - 1)")
      }
      scores.append(1 - given[answer])
    }
    let quantile = SplitConformal.quantile(scores.sorted(), level: level)
    (self.threshold, self.level) = (quantile.isFinite ? 1 - quantile : 0, level)
  }

  init(threshold: Double, level: Double) { (self.threshold, self.level) = (threshold, level) }

  /// The indices of the answers in the set. The comparison forgives the rounding of 1 - (1 - p).
  public func set(_ probabilities: [Double]) -> [Int] {
    probabilities.indices.filter { probabilities[$0] >= threshold - 1e-12 }
  }
}
