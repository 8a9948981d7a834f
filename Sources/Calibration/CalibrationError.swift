/// Input that cannot be evaluated at all: lengths that differ, a number that is not finite or out of its range. What is
/// valid but has no answer, such as a correlation with a constant, is ``Undefined``.
public struct CalibrationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was wrong, where, and what is accepted.
  public let message: String

  /// One sentence, no trailing full stop.
  public init(_ message: String) { self.message = message }

  /// The message.
  public var description: String { message }
}

/// Refuses NaN and infinities, naming the first place.
func requireFinite(_ values: [Double], _ what: String) throws(CalibrationError) {
  guard let place = values.firstIndex(where: { !$0.isFinite }) else { return }
  throw CalibrationError("\(what)[\(place)] is \(values[place]); accepted: finite numbers")
}

/// Refuses what is not within `range`, NaN included, naming the first place.
func require(_ values: [Double], in range: ClosedRange<Double>, _ what: String) throws(CalibrationError) {
  guard let place = values.firstIndex(where: { !range.contains($0) }) else { return }
  throw CalibrationError(
    "\(what)[\(place)] is \(values[place]); accepted: \(range.lowerBound) to \(range.upperBound)")
}

/// Refuses columns of a table that do not have one value for each row.
func requireSameCount(_ left: Int, _ leftName: String, _ right: Int, _ rightName: String) throws(CalibrationError) {
  guard left == right else {
    throw CalibrationError("\(leftName) has \(left) values and \(rightName) has \(right); one for each item is needed")
  }
}
