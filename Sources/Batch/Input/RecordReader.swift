import JSON
import Wire

/// Turns one line of a data set into an item.
struct RecordReader: Sendable {
  let mapping: FieldMapping
  let media: MediaPaths

  /// A line as an item; its id is `location` where the record has none.
  ///
  /// An id may be a number, as many data sets have it. Fields that are not an item's are ignored.
  func read(_ line: [UInt8], location: String) -> (id: String, content: Result<Item, Unscored>) {
    var id = location
    do throws(JSONError) {
      let value = try JSONParser.parse(line)
      guard let record = value.object else { throw JSONError("expected an object, found \(value.kind)") }
      var fields = try mapping.pick(from: record)
      id = try Self.id(of: fields) ?? location
      if fields["id"]?.string != id { fields["id"] = .string(id) }
      try explainMissingResponses(fields, record)
      return (id, .success(media.resolve(try Item(JSONReader(.object(fields))))))
    } catch {
      return (id, .failure(Unscored(.invalidInput, "\(location): \(describe(error))")))
    }
  }

  /// Remarks on fields that are ignored and look like a slip in the name of one that is not there.
  func ignored(_ line: [UInt8]) -> [String] {
    guard let record = try? JSONParser.parse(line).object, let fields = try? mapping.pick(from: record) else {
      return []
    }
    let absent = Item.fields.filter { fields[$0] == nil && record[$0] == nil }
    return record.keys.filter { !Item.fields.contains($0) && !mapping.uses($0) }.compactMap { key in
      guard let near = Suggestion.nearest(to: key, in: absent), !isGiven(near, fields) else { return nil }
      return "the field '\(key)' is ignored; did you mean '\(near)'?"
    }
  }

  /// Whether `field` is there under the other of its two names.
  private func isGiven(_ field: String, _ fields: JSONObject) -> Bool {
    [["prompt", "messages"], ["response", "responses"]].contains { names in
      names.contains(field) && names.contains { fields[$0] != nil }
    }
  }

  private static func id(of fields: JSONObject) throws(JSONError) -> String? {
    switch fields["id"] {
    case nil, .null?: return nil
    case .int(let number)?: return String(number)
    case .string(let text)? where !text.isEmpty: return text
    case .string?: throw JSONError("must not be empty", path: "id")
    case let other?: throw JSONError("expected a string or a whole number, found \(other.kind)", path: "id")
    }
  }

  private func explainMissingResponses(_ fields: JSONObject, _ record: JSONObject) throws(JSONError) {
    guard fields["responses"] == nil, fields["response"] == nil else { return }
    guard !record.isEmpty else { throw JSONError("the record is empty: 'responses' is missing") }
    let near = ["responses", "response"].lazy.compactMap { Suggestion.nearest(to: $0, in: record.keys) }.first
    let hint = near.map { "did you mean '\($0)'? " } ?? ""
    throw JSONError(
      "'responses' is missing; \(hint)fields here: \(record.keys.joined(separator: ", "));"
        + " say which one holds them with --map responses=\(near ?? "FIELD")")
  }

  /// An error in the words of the record: a path into a mapped field starts with the name it was mapped from.
  private func describe(_ error: JSONError) -> String {
    guard error.line == nil else { return "column \(error.column ?? 1): \(error.message)" }
    guard let field = error.path.split(whereSeparator: { ".[".contains($0) }).first.map(String.init),
      let origin = mapping.origin(of: field)
    else { return error.description }
    return "\(origin)\(error.path.dropFirst(field.count)) (mapped to '\(field)'): \(error.message)"
  }
}
