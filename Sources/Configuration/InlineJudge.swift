import JSON

/// A judge that is said in one argument instead of the configuration. Only what fits there: keys would be seen by everybody who may
/// list processes, and prices and limits belong where they are written once.
enum InlineJudge {
  /// What `--judge` takes besides the names of the configuration.
  static let forms = ["replay=FILE", "openai=URL,MODEL"]

  /// nil for what is none of these forms.
  static func settings(_ argument: String) throws(JudgeProblem) -> JudgeSettings? {
    let halves = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard halves.count == 2 else { return nil }
    switch halves[0] {
    case "replay":
      guard !halves[1].isEmpty else { throw JudgeProblem(description: "--judge replay=FILE: the file is missing") }
      return JudgeSettings(name: "replay", plugin: "replay", options: JSONObject([("file", .string(halves[1]))]))
    case "openai":
      let parts = halves[1].split(separator: ",", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw JudgeProblem(
          description: "--judge openai=URL,MODEL: expected a base URL and the name of a model, as in "
            + "openai=http://127.0.0.1:8000/v1,my-model, found '\(halves[1])'")
      }
      let options = JSONObject([("url", .string(parts[0])), ("model", .string(parts[1]))])
      return JudgeSettings(name: "openai", plugin: "openai", options: options)
    default: return nil
    }
  }
}
