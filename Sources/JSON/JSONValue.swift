/// A JSON value. Objects keep the order in which their keys were written, so that a value read and written again is the
/// same text, and a digest over it is stable.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  /// An integer that fits 64 bits. `1` and `1.0` are different values here; use ``double`` where only the amount
  /// matters.
  case int(Int64)
  /// A finite number. NaN and infinities cannot be written as JSON: ``JSONWriter`` refuses them.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// Strings are equal when they have the same characters (RFC 8259 §8.3): a composed and a decomposed `é`, which Swift's
  /// `==` takes for equal, are different values.
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.int(let left), .int(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): JSONKey(left) == JSONKey(right)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }
}

extension JSONValue {
  /// The kind of value, in the words of an error message.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .int: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The text of a string; nil for every other kind of value.
  public var string: String? { if case .string(let text) = self { text } else { nil } }
  /// The flag of a boolean; nil for every other kind of value.
  public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  /// The elements of an array; nil for every other kind of value.
  public var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
  /// The members of an object; nil for every other kind of value.
  public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
  /// True for JSON null only, which is a value: an absent member is nil.
  public var isNull: Bool { self == .null }

  /// The value as a whole number: an integer, or a number without a fraction that fits.
  public var int: Int? {
    switch self {
    case .int(let value): Int(exactly: value)
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The value as a number, whichever way it was written.
  public var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The member `key` of an object; nil for every other kind of value.
  public subscript(key: String) -> JSONValue? { object?[key] }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  /// A string literal is a ``string(_:)``.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An integer literal is an ``int(_:)``.
  public init(integerLiteral value: Int64) { self = .int(value) }
  /// A literal with a fraction is a ``number(_:)``, also when the fraction is 0.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A literal `true` or `false` is a ``bool(_:)``.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An array literal is an ``array(_:)``.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// A dictionary literal is an ``object(_:)`` with its members as written; of equal keys the last value stays.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
  /// A literal `nil` is ``null``.
  public init(nilLiteral: ()) { self = .null }
}
