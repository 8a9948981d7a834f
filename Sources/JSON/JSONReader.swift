/// A value together with its path: reads members as the types one expects, and says where it was and what was accepted
/// when they are not.
///
/// ```swift
/// let reader = JSONReader(value)
/// try reader.allowOnly("name", "samples")
/// let name = try reader.require("name").string()
/// let samples = try reader["samples"]?.int(in: 1...64) ?? 1
/// ```
public struct JSONReader: Sendable {
  /// What is read.
  public let value: JSONValue
  /// Where it stands in the value that reading began with.
  public let path: JSONPath

  /// A value and its place; by default it is the root.
  public init(_ value: JSONValue, path: JSONPath = JSONPath()) {
    self.value = value
    self.path = path
  }

  /// An error at this place.
  public func error(_ message: String) -> JSONError { JSONError(message, path: path.description) }

  /// The member `key`; nil where it is absent, is null, or this is not an object.
  public subscript(key: String) -> JSONReader? {
    guard let member = value[key], !member.isNull else { return nil }
    return JSONReader(member, path: path[key])
  }

  /// The member `key`, which must be there.
  public func require(_ key: String) throws(JSONError) -> JSONReader {
    _ = try object()
    guard let member = self[key] else { throw error("'\(key)' is missing") }
    return member
  }

  /// Refuses members that are not in `keys`, naming the nearest accepted one.
  public func allowOnly(_ keys: [String]) throws(JSONError) {
    for key in try object().keys where !keys.contains(key) {
      throw JSONError(Suggestion.unknown("field", key, among: keys), path: path[key].description)
    }
  }

  /// Refuses members that are not in `keys`, naming the nearest accepted one.
  public func allowOnly(_ keys: String...) throws(JSONError) { try allowOnly(keys) }

  /// The members, if this is an object. Like every reading function it throws for other kinds of values: the error
  /// names the path, what was expected and what was found.
  public func object() throws(JSONError) -> JSONObject {
    guard let object = value.object else { throw unexpected("an object") }
    return object
  }

  /// The elements of an array, each with its own path.
  public func array() throws(JSONError) -> [JSONReader] {
    guard let values = value.array else { throw unexpected("an array") }
    return values.enumerated().map { JSONReader($0.element, path: path[$0.offset]) }
  }

  /// The text of a string; numbers are not turned into text.
  public func string() throws(JSONError) -> String {
    guard let text = value.string else { throw unexpected("a string") }
    return text
  }

  /// `true` or `false`; 0, 1 and words are refused.
  public func bool() throws(JSONError) -> Bool {
    guard let flag = value.bool else { throw unexpected("true or false") }
    return flag
  }

  /// A number, whether written with a fraction or without.
  public func double() throws(JSONError) -> Double {
    guard let number = value.double else { throw unexpected("a number") }
    return number
  }

  /// A number within `range`; the error for others states both ends.
  public func double(in range: ClosedRange<Double>) throws(JSONError) -> Double {
    let number = try double()
    guard range.contains(number) else {
      throw error("\(number) is out of range; accepted: \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A whole number; `3.0` is one, `3.5` and what does not fit `Int` are not.
  public func int() throws(JSONError) -> Int {
    guard let number = value.int else { throw unexpected("a whole number") }
    return number
  }

  /// A whole number within `range`; the error for others states both ends.
  public func int(in range: ClosedRange<Int>) throws(JSONError) -> Int {
    let number = try int()
    guard range.contains(number) else {
      throw error("\(number) is out of range; accepted: \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// One of the raw values of `Choice`, or an error that lists them and names the nearest.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ type: Choice.Type = Choice.self
  ) throws(JSONError) -> Choice where Choice.RawValue == String {
    let text = try string()
    guard let choice = Choice(rawValue: text) else {
      throw error(Suggestion.unknown("value", text, among: Choice.allCases.map(\.rawValue)))
    }
    return choice
  }

  private func unexpected(_ wanted: String) -> JSONError { error("expected \(wanted), found \(value.kind)") }
}
