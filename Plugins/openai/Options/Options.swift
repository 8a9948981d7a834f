import JSON

/// What `judges.NAME.options` says in the configuration; docs/judges.md has a line for every field.
///
/// Each part reads its own fields, and a field that belongs to another kind of judge is an error that says so.
struct Options: Sendable {
  /// The endpoint that judges: decides which other fields there are.
  enum Kind: String, Sendable, CaseIterable {
    /// A model that answers in words, through `/chat/completions`.
    case chat
    /// Reward models, by the endpoint that serves them.
    case classify, score, rerank, pooling, embeddings
  }

  /// The fields of ``Kind/chat``, and those of all other kinds.
  enum Endpoint: Sendable {
    case chat(ChatOptions)
    case reward(RewardOptions)

    /// Members of a request's body that ``ExtraBody`` may not hold.
    fileprivate var reserved: [String] {
      switch self {
      case .chat(let chat): chat.reserved
      case .reward: ExtraBody.always + RewardOptions.reserved
      }
    }
  }

  let kind: Kind
  /// As the server knows it: sent with every request.
  let model: String
  /// Where the servers are, and how they are spoken to.
  var delivery: DeliveryOptions
  /// Members that are added to the body of every request.
  let extraBody: JSONObject
  /// What only judges of this kind have.
  let endpoint: Endpoint
  /// The options as they were given, for the parts that read fields of their own.
  let reader: JSONReader

  /// Fields that reward models have and chat has not.
  static let rewardFields = ["reward"]
  private static let common = ["kind", "model", "extra_body"] + DeliveryOptions.fields

  /// Reads all fields. What is not known, does not belong to the kind or is out of range is an error with its path.
  init(_ reader: JSONReader) throws(JSONError) {
    self.reader = reader
    kind = try reader["kind"]?.choice() ?? .chat
    let own = Self.fields(of: kind)
    try Self.refuseForeign(reader, kind: kind, own: own)
    try reader.allowOnly(Self.common + own)
    model = try Self.model(reader)
    delivery = try DeliveryOptions(reader)
    endpoint = kind == .chat ? .chat(try ChatOptions(reader)) : .reward(try RewardOptions(reader, kind: kind))
    extraBody = try ExtraBody.read(reader["extra_body"], reserved: endpoint.reserved)
  }

  /// nil for a reward model.
  var chat: ChatOptions? { if case .chat(let chat) = endpoint { chat } else { nil } }
  /// nil for a judge that answers in words.
  var reward: RewardOptions? { if case .reward(let reward) = endpoint { reward } else { nil } }

  /// What only judges of one kind know.
  private static func fields(of kind: Kind) -> [String] {
    kind == .chat ? ChatOptions.fields : rewardFields
  }

  /// A field of the other kind of judge is no typing error, so the message is another.
  private static func refuseForeign(_ reader: JSONReader, kind: Kind, own: [String]) throws(JSONError) {
    let foreign = kind == .chat ? rewardFields : ChatOptions.fields
    for key in try reader.object().keys where foreign.contains(key) && !own.contains(key) {
      let owner = kind == .chat ? "reward models (kind classify, score, rerank, pooling, embeddings)" : "kind chat"
      throw JSONError(
        "'\(key)' belongs to \(owner), and this judge is of kind \(kind.rawValue)",
        path: reader.path[key].description)
    }
  }

  private static func model(_ reader: JSONReader) throws(JSONError) -> String {
    guard let field = reader["model"] else {
      throw reader.error("'model' is missing; it is the name that the server lists under /v1/models")
    }
    let model = try field.string()
    guard !model.isEmpty, !model.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
      throw field.error("a model has a name, as the server lists it under /v1/models")
    }
    return model
  }
}
