public import JSON

/// Below which calibrated confidence a judge leaves the decision to people, or to the next judge of a cascade, and what that promises.
public struct Abstention: Sendable, Hashable {
  /// The share of wrong verdicts among those that are decided, at most.
  public let risk: Double
  /// The probability that the promise is broken, at most.
  public let error: Double
  /// The least confidence that decides; nil where no threshold keeps the promise, and nothing is decided.
  public let threshold: Double?
  /// The share of the items of the promise that is decided.
  public let coverage: Double
  /// The upper bound of the share of wrong verdicts; nil without a threshold.
  public let bound: Double?

  /// The lowest threshold that keeps the promise on `data`, which the confidences were not fitted to: one row for each item.
  init(_ data: Predictions, risk: Double, error: Double) throws(CalibrationError) {
    let found = try SelectiveThreshold.find(data, risk: risk, error: error)
    (self.risk, self.error) = (risk, error)
    (threshold, bound) = (found?.threshold, found?.bound)
    coverage = found?.coverage ?? 0
  }

  /// The part of one judge of a cascade: the shared threshold, and the share of items that this judge decides. Nil where no threshold
  /// keeps the promise.
  init(_ cascade: Cascade?, step: Int, risk: Double, error: Double) {
    (self.risk, self.error) = (risk, error)
    (threshold, bound) = (cascade?.selection.threshold, cascade?.selection.bound)
    coverage = cascade?.decided[step] ?? 0
  }

  /// Whether both decide at the same confidence under the same promise.
  func isLike(_ other: Abstention?) -> Bool {
    other.map { (risk, error, threshold) == ($0.risk, $0.error, $0.threshold) } ?? false
  }

  /// Whether a verdict of this confidence is left to people; one of unknown confidence is.
  public func abstains(_ confidence: Double?) -> Bool {
    guard let threshold, let confidence else { return true }
    return confidence < threshold
  }

  /// As in a calibration file.
  public var json: JSONValue {
    [
      "risk": .number(risk), "error": .number(error), "threshold": threshold.map { .number($0) } ?? nil,
      "coverage": .number(coverage), "bound": bound.map { .number($0) } ?? nil,
    ]
  }

  init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly("risk", "error", "threshold", "coverage", "bound")
    func optional(_ key: String) throws(JSONError) -> Double? {
      try reader[key].map { (field) throws(JSONError) in try field.double(in: 0...1) }
    }
    risk = try reader.require("risk").double(in: 0...1)
    error = try reader.require("error").double(in: 0...1)
    threshold = try optional("threshold")
    coverage = try reader.require("coverage").double(in: 0...1)
    bound = try optional("bound")
  }
}
