/// Probabilities that a judge gave, and what happened: that its verdict was right, or that the first response was better.
public struct Predictions: Sendable, Hashable {
  /// From 0 to 1, one for each row.
  public let probabilities: [Double]
  /// Whether it happened.
  public let outcomes: [Bool]

  /// Refuses lists of different lengths and what is not a probability.
  public init(_ probabilities: [Double], _ outcomes: [Bool]) throws(CalibrationError) {
    try requireSameCount(probabilities.count, "probabilities", outcomes.count, "outcomes")
    try require(probabilities, in: 0...1, "probabilities")
    (self.probabilities, self.outcomes) = (probabilities, outcomes)
  }

  init(checked probabilities: [Double], _ outcomes: [Bool]) {
    (self.probabilities, self.outcomes) = (probabilities, outcomes)
  }

  /// How many rows.
  public var count: Int { probabilities.count }

  /// The rows at `places`, in their order; a place may occur several times.
  public func rows(_ places: [Int]) -> Predictions {
    Predictions(checked: places.map { probabilities[$0] }, places.map { outcomes[$0] })
  }

  /// The same outcomes with probabilities changed by `change`, whose results are from 0 to 1.
  func mapped(_ change: (Double) -> Double) -> Predictions { Predictions(checked: probabilities.map(change), outcomes) }

  var successes: Int { outcomes.count { $0 } }

  func requireAny() throws(Undefined) { try require(count, atLeast: 1, "rows") }

  func requireBothClasses() throws(Undefined) {
    try requireAny()
    guard successes > 0 else { throw .oneClass("false") }
    guard successes < count else { throw .oneClass("true") }
  }
}
