package import JSON
import Wire

/// Which fields of a data set's records are an item's fields: `--map prompt=question --map responses=chosen,rejected`. A path may say that what is
/// found there names a file: `--map prompt=video:clip,question`.
public struct FieldMapping: Sendable, Hashable {
  /// For a field of an item, where its value is found.
  private var sources: [String: [Source]] = [:]

  /// A dotted path into a record: `choices.0.message.content`. A field whose name holds the dots goes first.
  struct Source: Sendable, Hashable {
    let text: String
    /// What the file is that the value names, or the files that its values name; nil: the value is content itself.
    let kind: MediaReference.Kind?

    init(_ text: Substring) {
      let kind = MediaReference.Kind.allCases.first { text.hasPrefix("\($0.rawValue):") }
      self.kind = kind
      self.text = String(text.dropFirst(kind.map { $0.rawValue.count + 1 } ?? 0))
    }

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
          "--map '\(argument)': expected FIELD=PATH, such as prompt=question, responses=chosen,rejected or "
            + "prompt=video:clip,question")
      }
      guard Item.fields.contains(halves[0]) else {
        throw UsageError("--map '\(argument)': \(Suggestion.unknown("field", halves[0], among: Item.fields))")
      }
      guard sources[halves[0]] == nil else { throw UsageError("--map '\(argument)': '\(halves[0])' is mapped twice") }
      let paths = halves[1].split(separator: ",", omittingEmptySubsequences: false).map { Source($0) }
      guard paths.allSatisfy({ $0.kind == nil }) || Self.ofContent.contains(halves[0]) else {
        throw UsageError(
          "--map '\(argument)': '\(halves[0])' holds no files; accepted with image:, video: and sound: are "
            + Self.ofContent.joined(separator: ", "))
      }
      sources[halves[0]] = paths
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
      for source in sources { values.append(try source.value(in: record, of: field)) }
      item[field] =
        field != "responses" && sources.contains { $0.kind != nil }
        ? .array(values.flatMap { $0.asParts })
        : values.count == 1 && !(Self.lists.contains(field) && values[0].array == nil) ? values[0] : .array(values)
    }
    return item
  }

  /// The fields that are lists, also of one.
  private static let lists = ["images", "videos", "audios"]
  /// The fields that may hold files.
  private static let ofContent = ["prompt", "response", "responses", "reference"]

  /// A mapped `responses` takes the place of a record's own `response`, and the other way round; the same for the prompt.
  private func isReplaced(_ field: String) -> Bool {
    let alternatives = ["response": "responses", "responses": "response", "prompt": "messages", "messages": "prompt"]
    return alternatives[field].map { sources[$0] != nil } ?? false
  }
}

extension MediaReference.Kind {
  /// The type of a part that names such a file.
  fileprivate var part: String {
    switch self {
    case .image: "image_url"
    case .video: "video_url"
    case .sound: "audio_url"
    }
  }
}

extension JSONValue {
  /// Content as a list of parts, to stand beside others.
  fileprivate var asParts: [JSONValue] {
    if let parts = array { return parts }
    return [string.map { ["type": "text", "text": .string($0)] } ?? self]
  }
}

extension FieldMapping.Source {
  /// The value as content: files as a list of parts. `responses` that are a list of files are as many responses.
  fileprivate func value(in record: JSONObject, of field: String) throws(JSONError) -> JSONValue {
    let value = try find(in: record)
    guard let kind else { return value }
    let names = value.array ?? [value]
    var parts: [JSONValue] = []
    for name in names {
      guard name.string != nil || name.object != nil else {
        throw JSONError("expected the name of a file (\(kind.rawValue)), found \(name.kind)", path: text)
      }
      let type = kind.part
      parts.append(["type": .string(type), type: name.object != nil ? name : ["url": name]])
    }
    let isListOfResponses = field == "responses" && value.array != nil
    return isListOfResponses ? .array(parts.map { .array([$0]) }) : .array(parts)
  }

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
