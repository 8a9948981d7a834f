public import JSON

/// The scale on which people score: what labels are held against, and what calibrated scores stay within.
public struct HumanScale: Sendable, Hashable {
  /// From the lowest to the highest score.
  public let range: ClosedRange<Double>
  /// The distance between scores, counted from the lowest; nil where any number between is a score.
  public let step: Double?

  /// Refuses an empty range and a step that does not lead from one end to the other.
  public init(_ least: Double, _ most: Double, step: Double? = nil) throws(CalibrationError) {
    guard least.isFinite, most.isFinite, least < most else {
      throw CalibrationError("a scale from \(least) to \(most); the first must be below the second, both finite")
    }
    if let step {
      let steps = (most - least) / step
      guard step > 0, abs(steps - steps.rounded()) < 1e-9 * max(1, steps) else {
        throw CalibrationError("a scale from \(least) to \(most) cannot be divided into steps of \(step)")
      }
    }
    (self.range, self.step) = (least...most, step)
  }

  /// Reads `MIN:MAX` or `MIN:MAX:STEP`.
  public init(_ text: String) throws(CalibrationError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    let numbers = parts.compactMap(\.self)
    guard numbers.count == parts.count, (2...3).contains(parts.count) else {
      throw CalibrationError("'\(text)' is no scale; accepted: MIN:MAX or MIN:MAX:STEP, such as 1:5:1")
    }
    try self.init(numbers[0], numbers[1], step: numbers.count > 2 ? numbers[2] : nil)
  }

  /// Why `score` is none of this scale; nil where it is one.
  func problem(with score: Double) -> String? {
    guard range.contains(score) else {
      return "\(score) is off the scale; accepted: \(range.lowerBound) to \(range.upperBound)"
    }
    guard let step else { return nil }
    let place = (score - range.lowerBound) / step
    guard abs(place - place.rounded()) > 1e-9 * max(1, place) else { return nil }
    return "\(score) lies between the steps of the scale; accepted: \(range.lowerBound) and every \(step) after it"
  }

  /// The score of this scale that is nearest to `score`.
  func nearest(to score: Double) -> Double {
    let inside = score.clamped(to: range)
    guard let step else { return inside }
    return range.lowerBound + ((inside - range.lowerBound) / step).rounded() * step
  }

  /// `{"min": 1, "max": 5, "step": 1}`.
  public var json: JSONValue {
    var members = JSONObject([("min", .number(range.lowerBound)), ("max", .number(range.upperBound))])
    members["step"] = step.map { .number($0) }
    return .object(members)
  }

  /// Reads what ``json`` writes.
  public init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly("min", "max", "step")
    let step = try reader["step"].map { (field) throws(JSONError) in try field.double() }
    do throws(CalibrationError) {
      try self.init(reader.member("min"), reader.member("max"), step: step)
    } catch {
      throw reader.error(error.message)
    }
  }
}

extension JSONReader {
  /// A number, or NaN where there is none: for values that are checked right after.
  fileprivate func member(_ key: String) -> Double { self[key]?.value.double ?? .nan }
}
