import JSON

/// The argument of a measuring check: `{min: 10, max: 200}`, or `true` when an option says how to score.
struct Bounds: Sendable {
  private let min: Double?
  private let max: Double?

  var areGiven: Bool { min != nil || max != nil }

  static func read(_ reader: JSONReader) throws(JSONError) -> Bounds {
    if reader.value == .bool(true) { return Bounds(min: nil, max: nil) }
    guard reader.value.object != nil else {
      throw reader.error("expected true or bounds such as {min: 1, max: 10}, found \(reader.value.kind)")
    }
    try reader.allowOnly("min", "max")
    let bounds = try read(min: reader["min"], max: reader["max"], in: reader)
    guard bounds.areGiven else { throw reader.error("the bounds are empty; give min, max or both") }
    return bounds
  }

  /// Bounds among the other fields of `reader`; none where neither is there.
  static func read(min: JSONReader?, max: JSONReader?, in reader: JSONReader) throws(JSONError) -> Bounds {
    let min = try min.map { (bound) throws(JSONError) in try bound.double() }
    let max = try max.map { (bound) throws(JSONError) in try bound.double() }
    if let min, let max, min > max { throw reader.error("min \(min) is above max \(max)") }
    return Bounds(min: min, max: max)
  }

  /// The value with its score, when there are bounds: 1 inside, 0 outside.
  func measure(_ value: Double, _ described: String) -> Measurement {
    guard areGiven else { return Measurement(value: value, score: nil, reason: described) }
    if let min, value < min {
      return Measurement(value: value, score: 0, reason: "\(described), below the minimum \(Reason.number(min))")
    }
    if let max, value > max {
      return Measurement(value: value, score: 0, reason: "\(described), above the maximum \(Reason.number(max))")
    }
    return Measurement(value: value, score: 1, reason: described)
  }
}
