/// A judge's scores beside those of people, or of another judge, for the same rows.
public struct PairedScores: Sendable, Hashable {
  /// The judge's, one for each row.
  public let judge: [Double]
  /// The other side's.
  public let human: [Double]

  /// Refuses lists of different lengths and numbers that are not finite.
  public init(judge: [Double], human: [Double]) throws(CalibrationError) {
    try requireSameCount(judge.count, "judge", human.count, "human")
    try requireFinite(judge, "judge")
    try requireFinite(human, "human")
    (self.judge, self.human) = (judge, human)
  }

  init(checked judge: [Double], _ human: [Double]) { (self.judge, self.human) = (judge, human) }

  /// How many rows.
  public var count: Int { judge.count }

  /// The rows at `places`, in their order; a place may occur several times.
  public func rows(_ places: [Int]) -> PairedScores {
    PairedScores(checked: places.map { judge[$0] }, places.map { human[$0] })
  }

  /// The mean of |judge - human|.
  public var meanAbsoluteError: Estimate {
    Estimate { () throws(Undefined) in
      try require(count, atLeast: 1, "rows")
      return zip(judge, human).map { abs($0 - $1) }.mean
    }
  }

  /// The square root of the mean of (judge - human)².
  public var rootMeanSquareError: Estimate {
    Estimate { () throws(Undefined) in
      try require(count, atLeast: 1, "rows")
      return zip(judge, human).map { ($0 - $1) * ($0 - $1) }.mean.squareRoot()
    }
  }

  /// The mean of judge - human: above 0 where the judge is too generous.
  public var meanDifference: Estimate {
    Estimate { () throws(Undefined) in
      try require(count, atLeast: 1, "rows")
      return zip(judge, human).map { $0 - $1 }.mean
    }
  }

  func requireVariation() throws(Undefined) {
    try require(count, atLeast: 2, "rows")
    guard !judge.isConstant else { throw .constant("the judge's scores") }
    guard !human.isConstant else { throw .constant("the human scores") }
  }
}
