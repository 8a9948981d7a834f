import Configuration
import JSON
import Wire

/// How items of requests are read: as in files, within the limits of requests.
struct ItemShape {
  let limits: ServeLimits

  /// An id is a label, not a text; it is repeated in answers and in the keys of calls.
  static let idLength = 1...256

  /// An item of `POST /v1/judge`.
  var shape: Shape<Item> { shape("Item", named: Item.fields) { (reader) throws(JSONError) in try Item(reader) } }

  /// A group of `POST /v1/reward`: an item whose reference may be called its label.
  var group: Shape<Item> {
    shape("Group", named: Item.fields + ["label"]) { (reader) throws(JSONError) in
      guard let label = reader["label"] else { return try Item(reader) }
      guard reader["reference"] == nil else { throw label.error("stands beside 'reference'; give one of them") }
      var object = try reader.object()
      object["label"] = nil
      let item = try Item(JSONReader(.object(object), path: reader.path))
      return Item(
        id: item.id, prompt: item.prompt, responses: item.responses, reference: try Content(label), group: item.group)
    }
  }

  private func shape(
    _ name: String, named fields: [String], read: @escaping @Sendable (JSONReader) throws(JSONError) -> Item
  ) -> Shape<Item> {
    Shape(schema(fields).named(name)) { [self] (reader) throws(Fault) in
      // Before anything is read: reading the id of what is no item says what is wrong.
      let item = try Fault.reading { () throws(JSONError) in try read(reader) }
      try check(item, reader)
      return item
    }
  }

  /// Refuses a sample with too many parts.
  func check(_ sample: Sample) throws(Fault) {
    guard case .success(let item) = sample.item, let prompt = item.prompt else { return }
    try check(prompt) { sample.path["prompt"] }
  }

  private func check(_ item: Item, _ reader: JSONReader) throws(Fault) {
    let idLength = item.id.unicodeScalars.count
    guard Self.idLength.contains(idLength) else {
      throw Fault(
        .invalidRequest, "has \(idLength) characters; accepted: 1 to \(Self.idLength.upperBound)",
        path: reader.path["id"].description)
    }
    guard item.responses.count <= limits.maxResponses else {
      throw Fault(
        .tooLarge, "there are \(item.responses.count); max_responses is \(limits.maxResponses)",
        path: reader.path["responses"].description)
    }
    for (name, content) in [("prompt", item.prompt), ("reference", item.reference)] {
      if let content { try check(content) { reader.path[name] } }
    }
    for (index, response) in item.responses.enumerated() {
      try check(response) { reader.path["responses"][index] }
    }
  }

  private func check(_ content: Content, at path: () -> JSONPath) throws(Fault) {
    let count = content.turns.reduce(0) { $0 + $1.parts.count }
    guard count <= limits.maxParts else {
      throw Fault(.tooLarge, "there are \(count) parts; max_parts is \(limits.maxParts)", path: path().description)
    }
  }

  private func schema(_ fields: [String]) -> Schema {
    let content = Schema.content(maxParts: limits.maxParts)
    let members: [Schema.Member] =
      [
        .must("id", .text(length: Self.idLength), "Unique in the request; results are found by it."),
        .may("prompt", content.orNull, "What was asked. Left out: the responses are judged by themselves."),
        .may("messages", content.orNull, "Another name for `prompt`."),
        .may("response", content, "The only response."),
        .may("responses", .list(of: content, count: 1...limits.maxResponses), "What is judged."),
        .may("reference", content.orNull, "A known good answer."),
        .may("label", content.orNull, "Another name for `reference`."),
      ]
      + ["images", "videos", "audios"].map { field in
        .may(field, Schema.list(of: .fileURL, count: 0...limits.maxParts).orNull, "Appended to the prompt.")
      }
      + [
        .may(
          "group", Schema.text.orNull,
          "What it is, as the labels of a calibration name it: its intervals are those of the group.")
      ]
    let either: JSONValue = [["required": ["response"]], ["required": ["responses"]]]
    return Schema.object(members.filter { fields.contains($0.name) }).with([("oneOf", either)])
  }
}

extension Schema {
  fileprivate static var fileURL: Schema { .any(of: [.text, .object([.must("url", .text)], isOpen: true)]) }
}
