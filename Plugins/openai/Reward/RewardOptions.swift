import JSON

/// How a reward is asked for and read: the member `reward` of a judge's options.
struct RewardOptions: Sendable {
  /// What is made of the server's number.
  enum Activation: String, Sendable, CaseIterable {
    /// The raw number is asked for and is the reward; it has no bounds.
    case none
    /// The raw number is asked for, and its sigmoid is the score.
    case sigmoid
    /// The raw numbers of all classes are asked for, and the softmax of the chosen one is the score.
    case softmax
    /// The server applies its own, and the score is what it gives, which must be within 0...1.
    case server
  }

  /// Which of several numbers is the reward.
  enum Label: Sendable, Hashable {
    case index(Int)
    case name(String)
  }

  /// What stands as the query of a pair.
  enum Query: String, Sendable, CaseIterable { case prompt, reference }

  let kind: Options.Kind
  let server: RewardServer
  let input: RewardInput
  /// For ``RewardInput/text``.
  let template: RewardTemplate?
  /// How media are put into ``RewardInput/messages``: `modalities`, `image` and `frames`, as for kind chat.
  let media: ChatOptions
  let query: Query
  /// nil: there is one number.
  let label: Label?
  let activation: Activation
  /// `task` of vLLM's `/pooling`; nil: the server's own.
  let task: String?
  /// nil: one number for the whole response.
  let steps: StepOptions?

  static let fields = [
    "server", "input", "template", "query", "label", "activation", "task", "steps", "modalities", "image", "frames",
  ]

  /// Members of a request's body that ``ExtraBody`` may not hold. `truncate_prompt_tokens` is not among them: whoever wants
  /// long conversations cut can say so there.
  static let reserved = [
    "text", "use_activation", "activation", "softmax", "raw_scores", "normalize", "truncate", "task", "encoding_format",
  ]

  /// Reads the options of a judge of `kind`; `parent` holds them under `reward`, or nothing at all.
  init(_ parent: JSONReader, kind: Options.Kind) throws(JSONError) {
    let reader = parent["reward"] ?? JSONReader(.object(JSONObject()), path: parent.path["reward"])
    try reader.allowOnly(Self.fields)
    self.kind = kind
    server = try reader["server"]?.choice() ?? .vllm
    guard server.kinds.contains(kind) else {
      let accepted = server.kinds.map(\.rawValue).joined(separator: ", ")
      throw (reader["server"] ?? reader).error(
        "\(server.rawValue) gives no reward by kind \(kind.rawValue); kinds that it does: \(accepted)")
    }
    input = try Self.input(reader, kind, server)
    template = try Self.template(reader, input)
    media = try ChatOptions(reader)
    if input != .messages, let field = reader["modalities"] {
      throw field.error("has no effect: the input is \(input.rawValue), which holds words only")
    }
    query = try reader["query"]?.choice() ?? .prompt
    if input != .pair, let field = reader["query"] {
      throw field.error("has no effect: the input is \(input.rawValue), and only a pair has a query")
    }
    label = try Self.label(reader["label"], isNamed: server.namesClasses(kind))
    activation = try reader["activation"]?.choice() ?? .none
    task = try reader["task"]?.string()
    steps = try reader["steps"].map { (field) throws(JSONError) in try StepOptions(field) }
    for key in ["task", "steps"] where kind != .pooling {
      if let field = reader[key] {
        throw field.error("belongs to kind pooling, and this judge is of kind \(kind.rawValue)")
      }
    }
    if steps?.aggregate == .product, activation == .none, let field = reader["steps"]?["aggregate"] {
      throw field.error(
        "a product of raw numbers means nothing; choose an 'activation', or aggregate by min, mean or last")
    }
  }

  private static func input(
    _ reader: JSONReader, _ kind: Options.Kind, _ server: RewardServer
  ) throws(JSONError) -> RewardInput {
    let possible = server.inputs(kind)
    guard let field = reader["input"] else {
      // Where a template is given, it is meant to be used.
      return reader["template"] != nil && possible.contains(.text) ? .text : possible[0]
    }
    let input: RewardInput = try field.choice()
    guard possible.contains(input) else {
      let accepted = possible.map(\.rawValue).joined(separator: ", ")
      throw field.error("\(server.rawValue) takes no \(input.rawValue) by kind \(kind.rawValue); accepted: \(accepted)")
    }
    return input
  }

  private static func template(_ reader: JSONReader, _ input: RewardInput) throws(JSONError) -> RewardTemplate? {
    guard input == .text else {
      if let field = reader["template"] { throw field.error("has no effect: the input is \(input.rawValue)") }
      return nil
    }
    guard let field = reader["template"] else {
      throw reader.error(
        "'template' is missing: the server is sent one text, and only you know how the model was trained to read a "
          + "conversation; accepted: chatml, a text with {prompt} and {response}, or an object with a text for each role"
      )
    }
    return try RewardTemplate(field)
  }

  private static func label(_ field: JSONReader?, isNamed: Bool) throws(JSONError) -> Label? {
    guard let field else { return nil }
    switch (field.value.string, isNamed) {
    case (let name?, true): return .name(name)
    case (_?, false): throw field.error("this server gives numbers without names; say which by its index, from 0")
    case (nil, true): throw field.error("this server gives classes by name, in no fixed order; say which by its name")
    case (nil, false): return .index(try field.int(in: 0...100_000))
    }
  }
}
