import JSON
import Judging
import Wire

/// Reads the answer to a chat completion. What decides a verdict (the text, why it ended, how many replies there are) is read
/// strictly; what is not known is passed over.
struct ChatReply {
  let source: ServerAnswer.Source
  /// Replies that were asked for.
  let samples: Int
  /// Alternatives that were asked for at each token; 0: no log-probabilities.
  let topLogprobs: Int

  /// What an answer holds.
  struct Contents {
    /// In the order of their index; as many as were asked for, or fewer.
    var replies: [JudgeReply]
    /// Of the whole answer.
    var usage: Usage
  }

  /// Throws with what the answer has cost where it says so.
  func read(_ body: [UInt8]) throws(Unscored) -> Contents {
    let answer = try ServerAnswer.object(body, from: source)
    let usage = ReplyUsage.read(answer)
    do throws(Unscored) {
      return Contents(replies: try replies(answer), usage: usage)
    } catch {
      throw Unscored(error.reason, error.message, spent: usage)
    }
  }

  private func replies(_ answer: JSONValue) throws(Unscored) -> [JudgeReply] {
    guard let choices = answer["choices"]?.array else {
      throw source.error(.judgeError, "the answer has no list of 'choices'; is the URL that of a chat model?")
    }
    guard !choices.isEmpty else { throw source.error(.judgeError, "the answer's list of 'choices' is empty") }
    guard choices.count <= samples else {
      throw source.error(.judgeError, "the answer has \(choices.count) choices, and \(samples) were asked for")
    }
    let model = answer["model"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    var replies: [JudgeReply] = []
    for (place, choice) in try inOrder(choices).enumerated() {
      replies.append(try reply(JSONReader(choice, path: JSONPath()["choices"][place]), model))
    }
    return replies
  }

  /// By `index`; as they stand where none has one.
  private func inOrder(_ choices: [JSONValue]) throws(Unscored) -> [JSONValue] {
    let stated = choices.map { $0["index"].flatMap { $0.isNull ? nil : $0 } }
    if stated.allSatisfy({ $0 == nil }) { return choices }
    var byIndex: [Int: JSONValue] = [:]
    for (choice, stated) in zip(choices, stated) {
      guard let index = stated?.int, index >= 0 else {
        throw source.error(.judgeError, "a choice has no whole number as its 'index'")
      }
      guard byIndex.updateValue(choice, forKey: index) == nil else {
        throw source.error(.judgeError, "two choices have the index \(index), so which is which cannot be told")
      }
    }
    return byIndex.sorted { $0.key < $1.key }.map(\.value)
  }

  private func reply(_ choice: JSONReader, _ model: String?) throws(Unscored) -> JudgeReply {
    if let error = ServerError(choice.value) { throw error.unscored(source) }
    guard let message = choice.value["message"], message.object != nil else {
      throw source.error(.judgeError, "\(choice.path) has no 'message'")
    }
    let said = try ReplyWords(message, source)
    return JudgeReply(
      text: said.text, reasoning: said.reasoning, finish: try finish(choice.value["finish_reason"], said), model: model,
      tokens: topLogprobs > 0 ? ReplyTokens.read(choice.value["logprobs"], atMost: topLogprobs) : [])
  }

  /// Why the model stopped. A server that does not say may have cut the reply off in the middle of a number, so that is a
  /// failure like a reason that is not known.
  private func finish(_ reason: JSONValue?, _ said: ReplyWords) throws(Unscored) -> JudgeReply.Finish {
    switch reason?.string {
    case "stop", "eos", "eos_token", "stop_sequence", "end_turn": return said.isRefusal ? .refused : .stop
    case "length", "max_tokens", "model_length": return .length
    case "content_filter", "refusal", "safety": return .refused
    case "tool_calls", "function_call", "tool_use":
      throw source.error(
        .judgeError,
        "the model called a tool instead of answering; serve it without a tool parser, or set tool_choice: none in extra_body"
      )
    case "abort", "aborted", "cancelled", "error":
      throw source.error(.judgeError, "the server broke the reply off (finish_reason '\(reason?.string ?? "")')")
    case let word?:
      throw source.error(
        .judgeError, "the reply ended for a reason that is not known: finish_reason '\(source.quote(word))'")
    case nil:
      throw source.error(
        .judgeError,
        "the server does not say why the reply ended (finish_reason is \(reason?.kind ?? "missing")), so it may be cut off"
      )
    }
  }
}
