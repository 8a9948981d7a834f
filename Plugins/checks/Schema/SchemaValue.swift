import JSON

/// JSON values as JSON Schema compares them: a number is its amount, so that 1 and 1.0 are equal.
enum SchemaValue {
  /// With every number that is a whole 64-bit amount as an integer.
  static func normalised(_ value: JSONValue) -> JSONValue {
    switch value {
    case .number(let number): Int64(exactly: number).map { .int($0) } ?? value
    case .array(let values): .array(values.map(normalised))
    case .object(let object): .object(JSONObject(object.members.map { ($0.key, normalised($0.value)) }))
    default: value
    }
  }

  static func isLess(_ left: JSONValue, _ right: JSONValue) -> Bool {
    if case .int(let left) = left, case .int(let right) = right { return left < right }
    guard let left = left.double, let right = right.double else { return false }
    return left < right
  }

  static func text(_ value: JSONValue) -> String { (try? JSONWriter.compact(value)) ?? value.kind }
}
