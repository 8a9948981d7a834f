import JSON
import Wire

/// slime, and its fork miles: `POST` of one rollout to whatever URL was given, answered by a number and nothing else, or by an object
/// where the client is told which key to take (`--reward-key`).
struct Slime: Dialect {
  static let name = "slime"
  /// slime waits 120 s.
  static let timeoutMilliseconds = 110_000
  static let fields = RolloutReader.fields + ["key"]
  private let reader: RolloutReader
  private let key: String?

  init(options: JSONReader) throws(JSONError) {
    reader = try RolloutReader(options: options)
    key = try options["key"]?.string()
    if let key, Self.besides.contains(key) || key.isEmpty {
      throw JSONError(
        "'\(key)' cannot be the key of the reward; it must not be empty, and these are taken: "
          + Self.besides.joined(separator: ", "),
        path: options.path["key"].description)
    }
  }

  private static let besides = ["fraction", "verdicts", "unscored"]

  func read(_ body: JSONReader) throws(JSONError) -> [Sample] {
    let prompt = body["prompt"]
    let rollout = try rollout(prompt, try body.require("response").string())
    return [
      Sample(.success(rollout), reference: reader.reference(body["label"]), prompt: prompt?.value, path: body.path)
    ]
  }

  private func rollout(_ prompt: JSONReader?, _ response: String) throws(JSONError) -> Rollout {
    guard let prompt, prompt.value.string == nil else {
      return reader.split.rollout(prompt: prompt?.value.string ?? "", response: response)
    }
    return Rollout(prompt: try Content(prompt), response: reader.split.special.stripped(response).trimmed)
  }

  func write(_ rewards: [Reward]) -> JSONValue {
    let reward = rewards[0]
    guard let key else { return .number(reward.number) }
    return .object(
      JSONObject([
        (key, .number(reward.number)), ("fraction", .number(reward.fraction)),
        ("verdicts", .number(Double(reward.verdicts))), ("unscored", reward.unscoredFlag),
      ]))
  }
}
