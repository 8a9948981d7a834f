public import JSON

/// What a judgment is worth by what people said of others like it.
public struct Calibrated: Sendable, Hashable {
  /// Of one response, or of a comparison.
  public struct Outcome: Sendable, Hashable {
    /// On the scale of people; for labels that say pass or not, the probability of a pass. Nil for a comparison.
    public let score: Double?
    /// Holds the score of people as often as the calibration says; nil where it has no intervals.
    public let interval: ClosedRange<Double>?
    /// Of a comparison: the answers of which one is that of people as often as the calibration says, the index of a response or nil for a
    /// tie; nil where the calibration has no such sets.
    public let answers: [Int?]?
    /// The probability that people agree with the verdict; nil where the judgment does not have what it is made of.
    public let confidence: Double?
    /// Whether the decision is left to people; nil where the calibration has no threshold.
    public let abstains: Bool?
    /// What was calibrated, as the judge gave it: for those who watch whether it stays what it was. Not part of results.
    public let given: Given

    /// A verdict (a score, 1 or 0 for pass or not, the index of the winner) and the confidence in it, as its source has it.
    public struct Given: Sendable, Hashable {
      /// The verdict.
      public let verdict: Double
      /// Nil where the judgment does not have the source.
      public let confidence: Double?

      /// What a judge gave.
      public init(verdict: Double, confidence: Double?) { (self.verdict, self.confidence) = (verdict, confidence) }
    }

    /// One outcome.
    public init(
      score: Double?, interval: ClosedRange<Double>?, answers: [Int?]? = nil, confidence: Double?, abstains: Bool?,
      given: Given
    ) {
      (self.score, self.interval, self.answers) = (score, interval, answers)
      (self.confidence, self.abstains, self.given) = (confidence, abstains, given)
    }
  }

  /// What was calibrated.
  public enum Outcomes: Sendable, Hashable {
    /// One for each response, nil for one without a score.
    case responses([Outcome?])
    /// The verdict about all responses; nil where there is none.
    case comparison(Outcome?)
  }

  /// The digest of the calibration.
  public let calibration: String
  /// What it says.
  public let outcomes: Outcomes

  /// By the calibration with this digest.
  public init(by calibration: String, _ outcomes: Outcomes) {
    (self.calibration, self.outcomes) = (calibration, outcomes)
  }

  /// The outcomes that there are.
  public var all: [Outcome] {
    switch outcomes {
    case .responses(let list): list.compactMap(\.self)
    case .comparison(let outcome): [outcome].compactMap(\.self)
    }
  }

  /// Pointwise lists with one element for each response, `{"calibration", "scores", "intervals", "confidences", "abstain"}`; for a comparison
  /// `{"calibration", "confidence", "answers", "abstain"}`.
  public var json: JSONValue {
    var members = JSONObject([("calibration", .string(calibration))])
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    func flag(_ value: Bool?) -> JSONValue { value.map { .bool($0) } ?? .null }
    switch outcomes {
    case .comparison(let outcome):
      members["confidence"] = number(outcome?.confidence)
      if let answers = outcome?.answers {
        members["answers"] = .array(answers.map { $0.map { .int(Int64($0)) } ?? .null })
      }
      if outcome?.abstains != nil { members["abstain"] = flag(outcome?.abstains) }
    case .responses(let list):
      members["scores"] = .array(list.map { number($0?.score) })
      if list.contains(where: { $0?.interval != nil }) {
        members["intervals"] = .array(
          list.map { one in one?.interval.map { [.number($0.lowerBound), .number($0.upperBound)] } ?? .null })
      }
      if list.contains(where: { $0?.confidence != nil }) {
        members["confidences"] = .array(list.map { number($0?.confidence) })
      }
      if list.contains(where: { $0?.abstains != nil }) { members["abstain"] = .array(list.map { flag($0?.abstains) }) }
    }
    return .object(members)
  }
}
