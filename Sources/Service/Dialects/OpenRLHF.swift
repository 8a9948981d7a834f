import JSON
import Wire

/// OpenRLHF: `POST /get_reward` with arrays of queries (prompt and response as one text), prompts and labels. Version 0.5 sends
/// queries alone; versions up to 0.9.0 whole batches, shared out over the URLs; later ones a sample at a time, to the first URL, and
/// empty arrays to the others.
struct OpenRLHF: Dialect {
  static let name = "openrlhf"
  /// The client waits 180 s.
  static let timeoutMilliseconds = 170_000
  static let fields = RolloutReader.fields
  private let reader: RolloutReader

  init(options: JSONReader) throws(JSONError) { reader = try RolloutReader(options: options) }

  func read(_ body: JSONReader) throws(JSONError) -> [Sample] {
    let queries = try body.require("query").array()
    let prompts = try Self.column(body, "prompts", count: queries.count)
    let labels = try Self.column(body, "labels", count: queries.count)
    var samples: [Sample] = []
    for (index, query) in queries.enumerated() {
      let prompt = prompts[index]
      let rollout = reader.split.rollout(query: try query.string(), prompt: try prompt?.string())
      samples.append(
        Sample(rollout, reference: reader.reference(labels[index]), prompt: prompt?.value, path: query.path))
    }
    return samples
  }

  /// One value for each query, nil where it is null or the whole column is missing.
  private static func column(_ body: JSONReader, _ key: String, count: Int) throws(JSONError) -> [JSONReader?] {
    guard let column = body[key] else { return Array(repeating: nil, count: count) }
    let values = try column.array()
    guard values.count == count else {
      throw column.error(
        "holds \(values.count) values for \(count) of 'query'; there must be one for each, null for none")
    }
    return values.map { $0.value.isNull ? nil : $0 }
  }

  /// All values are lists of numbers: the client makes tensors of them outside of what it guards against errors. An empty batch has
  /// the same keys, because it puts the lists of all URLs together by the keys of the first.
  func write(_ rewards: [Reward]) -> JSONValue {
    func list(_ value: (Reward) -> JSONValue) -> JSONValue { .array(rewards.map(value)) }
    return [
      "rewards": list { .number($0.number) },
      "scores": list { .number($0.fraction) },
      "extra_logs": [
        "cupel_unscored": list(\.unscoredFlag),
        "cupel_score": list { .number($0.number) },
        "cupel_verdicts": list { .number(Double($0.verdicts)) },
      ],
    ]
  }
}
