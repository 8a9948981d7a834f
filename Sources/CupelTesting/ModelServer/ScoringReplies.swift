import JSON

extension ModelServer.Reply {
  /// The reply to `GET /v1/models`; `maxLength` is the context length that vLLM and SGLang tell.
  public static func models(_ names: String..., maxLength: Int? = 4096) -> Self {
    .json([
      "object": "list",
      "data": .array(
        names.map { name in
          var model = JSONObject([
            ("id", .string(name)), ("object", "model"), ("created", 1_750_000_000), ("owned_by", "vllm"),
            ("root", .string(name)),
          ])
          model["max_model_len"] = maxLength.map { .int(Int64($0)) }
          return .object(model)
        }),
    ])
  }

  /// The reply to vLLM's `POST /classify`: for each input the numbers of its classes, logits or probabilities as the
  /// request asked for.
  public static func classify(_ inputs: [[Double]], label: String = "LABEL_0") -> Self {
    list(
      "classify",
      inputs.map { numbers in
        ["label": .string(label), "probs": numbers.json, "num_classes": .int(Int64(numbers.count))]
      })
  }

  /// The reply to vLLM's `POST /score`: a number for each pair, in the order of the documents.
  public static func score(_ scores: [Double]) -> Self {
    list("score", scores.map { ["object": "score", "score": .number($0)] })
  }

  /// The reply to `POST /v1/rerank` as vLLM and Jina write it, the best first; `scores` in the order of the documents.
  public static func rerank(_ scores: [Double]) -> Self {
    let ranked = scores.enumerated().sorted { $0.element > $1.element }
    return .json([
      "id": "rerank-1", "model": "scripted-1", "usage": usage,
      "results": .array(ranked.map { ["index": .int(Int64($0.offset)), "relevance_score": .number($0.element)] }),
    ])
  }

  /// The reply to vLLM's `POST /pooling` of a model that pools the whole input: a vector for each input.
  public static func pooling(_ inputs: [[Double]]) -> Self {
    list("pool", inputs.map { ["object": "pooling", "data": $0.json] })
  }

  /// The reply to vLLM's `POST /pooling` per token (process rewards): a vector for each token of each input.
  public static func pooling(perToken inputs: [[[Double]]]) -> Self {
    list("pool", inputs.map { ["object": "pooling", "data": .array($0.map(\.json))] })
  }

  /// The reply to `POST /v1/embeddings`; SGLang's reward models answer with a vector of one number.
  public static func embeddings(_ inputs: [[Double]]) -> Self {
    list("embd", inputs.map { ["object": "embedding", "embedding": $0.json] })
  }

  private static let usage: JSONValue = ["prompt_tokens": 9, "total_tokens": 9]

  private static func list(_ id: String, _ data: [JSONValue]) -> Self {
    .json([
      "id": .string("\(id)-1"), "object": "list", "created": 1_750_000_000, "model": "scripted-1",
      "data": .array(
        data.enumerated().map { place, members in
          var entry = JSONObject([("index", .int(Int64(place)))])
          for member in members.object?.members ?? [] { entry[member.key] = member.value }
          return .object(entry)
        }),
      "usage": usage,
    ])
  }
}

extension [Double] {
  fileprivate var json: JSONValue { .array(map { .number($0) }) }
}
