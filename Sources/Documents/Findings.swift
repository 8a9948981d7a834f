public import JSON

/// Collects what is wrong with a document, so that its author sees all of it at once rather than one error a run.
public struct Findings: Sendable {
  /// So many are kept; whoever sees a hundred errors does not need the next.
  public static let limit = 100

  /// In the order in which they were found.
  public private(set) var errors: [JSONError] = []

  /// None yet.
  public init() {}

  /// Whether no more are kept.
  public var isFull: Bool { errors.count >= Self.limit }

  /// Adds one, unless there are enough.
  public mutating func add(_ error: JSONError) {
    if !isFull { errors.append(error) }
  }

  /// What `body` gives; nil, and its error added, when it throws.
  public mutating func attempt<Value>(_ body: () throws(JSONError) -> Value) -> Value? {
    do {
      return try body()
    } catch {
      add(error)
      return nil
    }
  }

  /// The member `key` as `read` gives it; nil where it is absent or wrong.
  public mutating func optional<Value>(
    _ reader: JSONReader, _ key: String, _ read: (JSONReader) throws(JSONError) -> Value
  ) -> Value? {
    guard let field = reader[key] else { return nil }
    return attempt { () throws(JSONError) in try read(field) }
  }

  /// Adds every member of `reader` that is not in `accepted`, and every one that has no value.
  public mutating func refuseUnknown(in reader: JSONReader, accepted: [String]) {
    for member in reader.value.object?.members ?? [] where !isFull {
      let path = reader.path[member.key].description
      if !accepted.contains(member.key) {
        add(JSONError(Suggestion.unknown("field", member.key, among: accepted), path: path))
      } else if member.value.isNull {
        add(JSONError("has no value; give one or leave the field out", path: path))
      }
    }
  }
}
