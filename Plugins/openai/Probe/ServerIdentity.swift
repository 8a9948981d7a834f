import JSON

/// Which server software answers, by the pages that only it has.
struct ServerIdentity {
  /// Its name, with its version where it says one; nil where it is none that is known.
  var name: String?
  /// Tokens that prompt and reply may have together, where the server says it.
  var contextLength: Int?

  /// Asks for one page after another.
  static func find(_ session: ProbeSession) async -> ServerIdentity {
    for (path, read) in pages {
      guard case .answered(let answer) = await session.get(path, root: .server) else { continue }
      if let identity = read(answer) { return identity }
    }
    return ServerIdentity()
  }

  /// Each with how it is read: nil where the answer is not that of the server which has this page.
  private static let pages: [(path: String, read: @Sendable (JSONValue) -> ServerIdentity?)] = [
    ("/get_model_info", { $0["model_path"]?.string == nil ? nil : ServerIdentity(name: "SGLang") }),
    ("/version", { named("vLLM", $0["version"]) }),
    ("/props", llamaCpp),
    ("/info", textInference),
    ("/api/version", { named("Ollama", $0["version"]) }),
  ]

  private static func named(_ name: String, _ version: JSONValue?) -> ServerIdentity? {
    version?.string.map { ServerIdentity(name: "\(name) \(Quote.of($0))") }
  }

  private static func version(_ value: JSONValue?) -> String { value?.string.map { " \(Quote.of($0))" } ?? "" }

  private static func llamaCpp(_ answer: JSONValue) -> ServerIdentity? {
    answer["default_generation_settings"].map { settings in
      ServerIdentity(name: "llama.cpp\(version(answer["build_info"]))", contextLength: settings["n_ctx"]?.int)
    }
  }

  /// Hugging Face's servers: the one for embeddings has limits on the input alone.
  private static func textInference(_ answer: JSONValue) -> ServerIdentity? {
    guard answer["model_id"]?.string != nil else { return nil }
    if let length = answer["max_total_tokens"]?.int {
      return ServerIdentity(name: "text-generation-inference\(version(answer["version"]))", contextLength: length)
    }
    return ServerIdentity(
      name: "text-embeddings-inference\(version(answer["version"]))", contextLength: answer["max_input_length"]?.int)
  }
}

/// The list of models that a server gives under `/models`.
struct ModelList {
  private let entries: [JSONValue]

  /// nil for an answer that is no list of models.
  init?(_ answer: JSONValue) {
    guard let list = answer["data"]?.array else { return nil }
    entries = list.filter { $0["id"]?.string != nil }
  }

  var names: [String] { entries.compactMap { $0["id"]?.string } }

  /// The context length of `model`, by the names that vLLM and SGLang, llama.cpp, and gateways have for it.
  func contextLength(of model: String) -> Int? {
    guard let entry = entries.first(where: { $0["id"]?.string == model }) else { return nil }
    let stated = [
      entry["max_model_len"], entry["meta"]?["n_ctx"], entry["context_length"], entry["context_window"],
    ]
    return stated.lazy.compactMap { $0?.int }.first
  }

  /// Some of the names, for people.
  var shown: String {
    let more = names.count > 10 ? ", … (\(names.count) in all)" : ""
    return names.isEmpty ? "none" : names.prefix(10).map(Quote.of).joined(separator: ", ") + more
  }
}
