public import JSON

/// What counts as a verdict, and when a verdict agrees with a label.
public enum EvidenceRules: Sendable, Hashable {
  /// The verdict is the score. It agrees with a human one that is at most `within` away.
  case score(within: Double, scale: HumanScale?)
  /// The verdict is that a response passes: that its score is at least `least`.
  case pass(least: Double, scale: HumanScale?)
  /// The verdict is the winner of an item, or the tie.
  case winner

  /// What the labels have to say.
  public var kind: LabelKind {
    switch self {
    case .score: .score
    case .pass: .pass
    case .winner: .winner
    }
  }

  /// In words, for reports.
  public var description: String {
    switch self {
    case .score(let within, _): "the score is within \(within) of the human one"
    case .pass(let least, _): "a score of at least \(least) passes, and people say the same"
    case .winner: "the winner, or the tie, is the one that people name"
    }
  }

  func agrees(_ verdict: Double, with label: Double) -> Bool {
    if case .score(let within, _) = self { return abs(verdict - label) <= within + 1e-9 }
    return verdict == label
  }

  /// `{"label": "score", "within": 0.5, "scale": …}`.
  public var json: JSONValue {
    var members = JSONObject([("label", .string(kind.rawValue))])
    switch self {
    case .score(let within, let scale):
      members["within"] = .number(within)
      members["scale"] = scale?.json
    case .pass(let least, let scale):
      members["pass_at"] = .number(least)
      members["scale"] = scale?.json
    case .winner: break
    }
    return .object(members)
  }

  /// Reads what ``json`` writes.
  public init(_ reader: JSONReader) throws(JSONError) {
    let scale = try reader["scale"].map { (field) throws(JSONError) in try HumanScale(field) }
    switch try reader.require("label").choice(LabelKind.self) {
    case .score:
      try reader.allowOnly("label", "within", "scale")
      self = .score(
        within: try reader.require("within").double(in: 0...Double.greatestFiniteMagnitude), scale: scale)
    case .pass:
      try reader.allowOnly("label", "pass_at", "scale")
      self = .pass(least: try reader.require("pass_at").double(), scale: scale)
    case .winner:
      try reader.allowOnly("label")
      self = .winner
    }
  }
}

/// What one judgment says of one response, or of which response is the best, and how sure it may be.
public struct Evidence: Sendable, Hashable {
  /// The response; 0 where the verdict is about all of them.
  public let response: Int
  /// On the rubric's scale; nil for a verdict about all responses.
  public let score: Double?
  /// A score, 1 or 0 for pass or not, the index of the winner or ``Label/tie``.
  public let verdict: Double
  /// For a verdict about all responses: the probability that each is the best, and last that none is; nil where the judgment does not
  /// tell.
  public var answers: [Double]?
  /// How sure the judge was, by every source that this judgment has.
  public var confidences = Confidences()
}
