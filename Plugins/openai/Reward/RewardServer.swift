import JSON

/// Whose contract the endpoint follows. The same path means different things to different servers, so it is said and not guessed.
enum RewardServer: String, Sendable, CaseIterable {
  case vllm, sglang
  /// Hugging Face's text-embeddings-inference.
  case tei
  case infinity
  /// The bare `/rerank` of Cohere, which Jina, Voyage and llama.cpp have, too.
  case cohere

  /// The kinds that it serves in a way that a reward can be read from.
  var kinds: [Options.Kind] {
    switch self {
    case .vllm: [.classify, .score, .rerank, .pooling, .embeddings]
    case .sglang, .tei: [.classify, .rerank, .embeddings]
    case .infinity: [.classify, .rerank]
    case .cohere: [.rerank]
    }
  }

  /// How a conversation can be put to the endpoint; the first is what is done unless the configuration says otherwise.
  func inputs(_ kind: Options.Kind) -> [RewardInput] {
    switch (self, kind) {
    case (_, .score), (_, .rerank): [.pair]
    case (.vllm, _): [.messages, .text]
    case (.tei, .classify): [.text, .pair]
    default: [.text]
    }
  }

  /// Whether the numbers of several classes come with their names, and so in an order of the server's own.
  func namesClasses(_ kind: Options.Kind) -> Bool { kind == .classify && (self == .tei || self == .infinity) }
}

/// What of a conversation the server is sent.
enum RewardInput: String, Sendable, CaseIterable {
  /// The turns; the server's chat template makes one text of them.
  case messages
  /// One text, by the template of the configuration.
  case text
  /// The prompt as query and the response as document.
  case pair
}
