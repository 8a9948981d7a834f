import JSON
import Judging
import Wire

/// The one request that a reward takes: where to, and what is said.
struct RewardRequest: Sendable {
  let options: RewardOptions
  let model: String
  let extraBody: JSONObject

  /// What is sent for a conversation.
  func letter(_ conversation: RewardConversation) throws(Unscored) -> Letter {
    var body = JSONObject()
    if readsModel { body["model"] = .string(model) }
    try write(conversation, to: &body)
    writeActivation(to: &body)
    if let task = options.task { body["task"] = .string(task) }
    for member in extraBody.members { body[member.key] = member.value }
    do {
      return Letter(path: path, root: root, body: try bytes(body, conversation))
    } catch let error as Unscored {
      throw error
    } catch {
      throw Unscored(.invalidInput, "the conversation cannot be written as JSON: \(error)")
    }
  }

  /// Messages are written straight into the buffer, for the media that they may hold.
  private func bytes(_ body: JSONObject, _ conversation: RewardConversation) throws -> [UInt8] {
    guard options.input == .messages else { return try JSONWriter.bytes(.object(body)) }
    var writer = BodyWriter(capacity: 4096)
    writer.raw("{\"messages\":")
    var messages = MessageWriter(options: options.media, body: writer)
    try messages.write(conversation.messages)
    writer = messages.body
    for member in body.members {
      writer.raw(",")
      try writer.value(.string(member.key))
      writer.raw(":")
      try writer.value(member.value)
    }
    writer.raw("}")
    return writer.bytes
  }

  /// TEI serves one model, and SGLang's own endpoint names none.
  private var readsModel: Bool {
    options.server != .tei && !(options.server == .sglang && options.kind == .classify)
  }

  private var path: String {
    switch (options.kind, options.server) {
    case (.classify, .tei): "/predict"
    case (.embeddings, .tei): "/embed"
    default: "/\(options.kind.rawValue)"
    }
  }

  /// vLLM, SGLang, TEI and infinity keep these beside `/v1`; what OpenAI's own protocol has, and what hosted services call
  /// `/rerank`, lies under it.
  private var root: Letter.Root {
    switch (options.kind, options.server) {
    case (.embeddings, .vllm), (.embeddings, .sglang), (.rerank, .vllm), (.rerank, .sglang), (.rerank, .cohere): .base
    default: .server
    }
  }

  private func write(_ conversation: RewardConversation, to body: inout JSONObject) throws(Unscored) {
    switch options.input {
    case .messages: break
    case .text:
      guard let template = options.template else { throw Unscored(.judgeError, "there is no template") }
      let text = JSONValue.string(try template.text(conversation))
      switch options.server {
      case .vllm, .cohere: body["input"] = text
      case .infinity: body["input"] = [text]
      case .sglang: body[options.kind == .classify ? "text" : "input"] = text
      case .tei: body["inputs"] = text
      }
    case .pair:
      let query =
        switch options.query {
        case .prompt: try conversation.singlePrompt()
        case .reference: try conversation.neededReference()
        }
      writePair(.string(query), .string(try conversation.response()), to: &body)
    }
  }

  private func writePair(_ query: JSONValue, _ document: JSONValue, to body: inout JSONObject) {
    switch (options.kind, options.server) {
    case (.classify, _): body["inputs"] = [query, document]
    // The names that all versions of vLLM know.
    case (.score, _):
      body["text_1"] = query
      body["text_2"] = document
    case (_, .tei):
      body["query"] = query
      body["texts"] = [document]
    default:
      body["query"] = query
      body["documents"] = [document]
    }
  }

  /// Asks for raw numbers, or leaves the server its own way. What is too long is to be refused, not cut.
  private func writeActivation(to body: inout JSONObject) {
    let isRaw = options.activation != .server
    switch options.server {
    case .vllm where isRaw || options.kind == .embeddings:
      // `activation` is what vLLM before 0.11.1 calls it; each version passes over the other's name.
      body["use_activation"] = false
      body["activation"] = false
    case .tei:
      body["truncate"] = false
      if options.kind == .embeddings { body["normalize"] = false } else { body["raw_scores"] = .bool(isRaw) }
    case .infinity: body["raw_scores"] = .bool(isRaw)
    default: break
    }
    if options.kind == .embeddings, options.server != .tei { body["encoding_format"] = "float" }
  }
}
