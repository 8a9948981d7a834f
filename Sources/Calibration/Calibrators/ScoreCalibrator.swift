public import JSON

/// A map from a judge's scores to the scale on which people score, for one range of that scale.
public struct ScoreCalibrator: Sendable, Hashable {
  /// How it is made.
  public enum Kind: Sendable, Hashable {
    /// slope · score + intercept, with a slope above 0.
    case affine(slope: Double, intercept: Double)
    /// Straight lines between knots that never fall.
    case isotonic(Knots)
    /// The expected level under proportional odds.
    case ordinal(ProportionalOdds)
  }

  /// How a score is mapped.
  public let kind: Kind
  /// The human scale: results stay within it.
  public let range: ClosedRange<Double>

  init(_ kind: Kind, range: ClosedRange<Double>) { (self.kind, self.range) = (kind, range) }

  /// The score on the human scale; `score` is finite.
  public func callAsFunction(_ score: Double) -> Double {
    switch kind {
    case .affine(let slope, let intercept): (slope * score + intercept).clamped(to: range)
    case .isotonic(let knots): knots(score).clamped(to: range)
    case .ordinal(let odds): odds.expected(score).clamped(to: range)
    }
  }

  /// The least-squares line.
  public static func affine(_ data: PairedScores, range: ClosedRange<Double>) throws(Undefined) -> ScoreCalibrator {
    try data.requireVariation()
    let (judge, human) = (data.judge.deviations, data.human.deviations)
    let slope = zip(judge, human).map { $0 * $1 }.sum / judge.map { $0 * $0 }.sum
    guard slope > 0 else { throw .inverted("human scores") }
    let intercept = data.human.mean - slope * data.judge.mean
    return ScoreCalibrator(.affine(slope: slope, intercept: intercept), range: range)
  }

  /// The least-squares function that never falls.
  public static func isotonic(_ data: PairedScores, range: ClosedRange<Double>) throws(Undefined) -> ScoreCalibrator {
    try data.requireVariation()
    let knots = Knots(fitting: zip(data.judge, data.human).map { (x: $0, y: $1) })
    guard knots.y[0] < knots.y[knots.y.count - 1] else { throw .inverted("human scores") }
    return ScoreCalibrator(.isotonic(knots), range: range)
  }

  /// Proportional odds over the levels that people used.
  public static func ordinal(_ data: PairedScores, range: ClosedRange<Double>) throws(Undefined) -> ScoreCalibrator {
    try data.requireVariation()
    return ScoreCalibrator(.ordinal(try ProportionalOdds(fitting: data)), range: range)
  }

  /// `{"kind": "affine", "min": 1, "max": 5, …}`.
  public var json: JSONValue {
    var members = JSONObject([("min", .number(range.lowerBound)), ("max", .number(range.upperBound))])
    switch kind {
    case .affine(let slope, let intercept):
      members["kind"] = "affine"
      members["slope"] = .number(slope)
      members["intercept"] = .number(intercept)
    case .isotonic(let knots):
      members["kind"] = "isotonic"
      members["x"] = knots.x.json
      members["y"] = knots.y.json
    case .ordinal(let odds):
      members["kind"] = "ordinal"
      members["slope"] = .number(odds.slope)
      members["levels"] = odds.levels.json
      members["thresholds"] = odds.thresholds.json
    }
    return .object(members)
  }

  /// Reads what ``json`` writes, and refuses what would fall or be no scale.
  public init(_ reader: JSONReader) throws(JSONError) {
    let (least, most) = (try reader.require("min").double(), try reader.require("max").double())
    guard least < most else { throw reader.error("'min' is \(least) and 'max' is \(most); 'min' must be below") }
    let kind = try reader.require("kind")
    switch try kind.string() {
    case "affine":
      try reader.allowOnly("kind", "min", "max", "slope", "intercept")
      self.kind = .affine(slope: try reader.positive("slope"), intercept: try reader.require("intercept").double())
    case "isotonic":
      try reader.allowOnly("kind", "min", "max", "x", "y")
      let any = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
      self.kind = .isotonic(try Knots(reader, x: any, y: least...most))
    case "ordinal":
      try reader.allowOnly("kind", "min", "max", "slope", "levels", "thresholds")
      self.kind = .ordinal(try ProportionalOdds(reader))
    case let other: throw kind.error(Suggestion.unknown("value", other, among: ["affine", "isotonic", "ordinal"]))
    }
    self.range = least...most
  }
}
