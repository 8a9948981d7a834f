public import JSON

/// One thing to judge: a prompt, the responses to it, and what they may be held against.
public struct Item: Sendable, Hashable {
  /// Unique within a request or a file; results are found by it.
  public let id: String
  /// What was asked; nil when the responses are judged by themselves.
  public let prompt: Content?
  /// At least one. Pointwise judges each by itself, pairwise takes two, listwise two or more.
  public let responses: [Content]
  /// A known good answer; nil when there is none.
  public let reference: Content?
  /// What calibrated intervals are to hold for by itself, as labels name it: a modality, a language; nil when it is of no group.
  public let group: String?

  /// An item as given, unchecked: ids may collide and `responses` may be empty until a pipeline takes it.
  public init(
    id: String, prompt: Content? = nil, responses: [Content], reference: Content? = nil, group: String? = nil
  ) {
    self.id = id
    self.prompt = prompt
    self.responses = responses
    self.reference = reference
    self.group = group
  }

  /// The fields of an item on the wire; others are refused.
  public static let fields =
    ["id", "prompt", "messages", "response", "responses", "reference"] + media.map(\.field) + ["group"]

  /// The fields of files, in the order in which they are appended to the prompt.
  private static let media: [(field: String, kind: MediaReference.Kind)] = [
    ("images", .image), ("videos", .video), ("audios", .sound),
  ]

  /// Reads `{"id", "prompt" | "messages", "response" | "responses", "reference", "images", "videos", "audios", "group"}`; files are
  /// appended to the prompt, for data sets that keep them apart.
  public init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly(Self.fields)
    id = try reader.require("id").string()
    guard !id.isEmpty else { throw JSONError("must not be empty", path: reader.path["id"].description) }
    prompt = try Self.prompt(reader)
    responses = try Self.responses(reader)
    reference = try reader["reference"].map { (field) throws(JSONError) in try Content(field) }
    group = try reader["group"].map { (field) throws(JSONError) in try field.string() }
  }

  private static func prompt(_ reader: JSONReader) throws(JSONError) -> Content? {
    if let messages = reader["messages"], reader["prompt"] != nil {
      throw messages.error("stands beside 'prompt'; give one of them")
    }
    var turns =
      try (reader["prompt"] ?? reader["messages"]).map { (field) throws(JSONError) in try Content(field).turns } ?? []
    var parts: [Part] = []
    for (field, kind) in media {
      for file in try reader[field]?.array() ?? [] {
        parts.append(.media(MediaReference(kind: kind, url: try MediaReference.url(file))))
      }
    }
    if !parts.isEmpty { turns.append(Turn(role: turns.last?.role == nil ? nil : "user", parts: parts)) }
    return turns.isEmpty ? nil : Content(turns: turns)
  }

  private static func responses(_ reader: JSONReader) throws(JSONError) -> [Content] {
    if let one = reader["response"] {
      if reader["responses"] != nil { throw one.error("stands beside 'responses'; give one of them") }
      return [try Content(one)]
    }
    let list = try reader.require("responses")
    var responses: [Content] = []
    for response in try list.array() { responses.append(try Content(response)) }
    guard !responses.isEmpty else { throw list.error("must hold at least one response") }
    return responses
  }
}
