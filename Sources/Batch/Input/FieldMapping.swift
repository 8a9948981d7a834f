package import JSON
import Wire

/// Which fields of a data set's records are an item's fields: `--map prompt=question --map responses=chosen,rejected`.
public struct FieldMapping: Sendable, Hashable {
  /// For a field of an item, where its value is found.
  private var sources: [String: [Source]] = [:]

  /// A dotted path into a record: `choices.0.message.content`. A field whose name holds the dots goes first.
  struct Source: Sendable, Hashable {
    let text: String
    var steps: [String] { text.split(separator: ".", omittingEmptySubsequences: false).map(String.init) }
  }

  /// Every field under its own name.
  public init() {}

  /// Reads `field=path` arguments; several paths, separated by commas, are gathered into a list.
  public init(_ arguments: [String]) throws(UsageError) {
    for argument in arguments {
      let halves = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty else {
        throw UsageError(
          "--map '\(argument)': expected FIELD=PATH, such as prompt=question or responses=chosen,rejected")
      }
      guard Item.fields.contains(halves[0]) else {
        throw UsageError("--map '\(argument)': \(Suggestion.unknown("field", halves[0], among: Item.fields))")
      }
      guard sources[halves[0]] == nil else { throw UsageError("--map '\(argument)': '\(halves[0])' is mapped twice") }
      sources[halves[0]] = halves[1].split(separator: ",", omittingEmptySubsequences: false).map {
        Source(text: String($0))
      }
    }
  }

  /// Where the value of `field` comes from, for error messages; nil when it stands under its own name.
  func origin(of field: String) -> String? { sources[field].map { $0.map(\.text).joined(separator: ",") } }

  /// Whether the value of some field is found in the member `key` of a record.
  func uses(_ key: String) -> Bool {
    sources.values.contains { $0.contains { $0.text == key || $0.steps.first == key } }
  }

  /// The fields of an item out of `record`; fields that are not an item's are left behind.
  ///
  /// - Throws: with the path that was mapped but is not there.
  package func pick(from record: JSONObject) throws(JSONError) -> JSONObject {
    // Nothing to move and nothing to leave behind: the common case, and a record need not be copied.
    if sources.isEmpty, record.members.allSatisfy({ Item.fields.contains($0.key) }) { return record }
    var item = JSONObject()
    for field in Item.fields {
      guard let sources = sources[field] else {
        if !isReplaced(field), let value = record[field] { item[field] = value }
        continue
      }
      var values: [JSONValue] = []
      for source in sources { values.append(try source.find(in: record)) }
      item[field] = values.count == 1 ? values[0] : .array(values)
    }
    return item
  }

  /// A mapped `responses` takes the place of a record's own `response`, and the other way round; the same for the prompt.
  private func isReplaced(_ field: String) -> Bool {
    let alternatives = ["response": "responses", "responses": "response", "prompt": "messages", "messages": "prompt"]
    return alternatives[field].map { sources[$0] != nil } ?? false
  }
}

extension FieldMapping.Source {
  fileprivate func find(in record: JSONObject) throws(JSONError) -> JSONValue {
    if let value = record[text] { return value }
    var value = JSONValue.object(record)
    for (depth, step) in steps.enumerated() {
      guard let inner = value.array.flatMap({ Self.element(step, of: $0) }) ?? value[step] else {
        let place = steps.prefix(depth).joined(separator: ".")
        let found =
          value.object.map { "fields there: \($0.keys.joined(separator: ", "))" } ?? "found \(value.kind) there"
        let hint = Suggestion.nearest(to: step, in: value.object?.keys ?? []).map { "did you mean '\($0)'? " } ?? ""
        throw JSONError("the mapped field '\(step)' is missing; \(hint)\(found)", path: place)
      }
      value = inner
    }
    return value
  }

  private static func element(_ step: String, of values: [JSONValue]) -> JSONValue? {
    guard let index = Int(step), values.indices.contains(index) else { return nil }
    return values[index]
  }
}
