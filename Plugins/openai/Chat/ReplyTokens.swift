import JSON
import Judging

/// Reads the log-probabilities of one choice.
enum ReplyTokens {
  /// What vLLM writes for a token of which it knows no log-probability; as good as impossible, and finite.
  static let unknown = -9999.0

  /// The tokens of `logprobs.content`, reasoning included where the server lists it; empty where there are none. Alternatives
  /// come most likely first and are at most `count`; those without a log-probability are left out.
  static func read(_ logprobs: JSONValue?, atMost count: Int) -> [JudgeReply.Token] {
    guard let content = logprobs?["content"]?.array else { return [] }
    return content.map { entry in
      let top = (entry["top_logprobs"]?.array ?? []).compactMap { other in
        other["logprob"]?.double.map { JudgeReply.Token(text: text(other), logprob: $0) }
      }
      return JudgeReply.Token(
        text: text(entry), logprob: entry["logprob"]?.double ?? unknown,
        top: Array(top.sorted { $0.logprob > $1.logprob }.prefix(count)))
    }
  }

  /// What the token adds to the text. `bytes` are exact where `token` shows a piece of a character as U+FFFD, or is written as the
  /// vocabulary has it.
  private static func text(_ entry: JSONValue) -> String {
    if let bytes = entry["bytes"]?.array, !bytes.isEmpty {
      let exact = bytes.compactMap { $0.int.flatMap { UInt8(exactly: $0) } }
      if exact.count == bytes.count { return String(decoding: exact, as: UTF8.self) }
    }
    return entry["token"]?.string ?? ""
  }
}
