import JSON
import Wire

/// What a message says: its answer, and the reasoning where the server keeps it apart.
struct ReplyWords {
  let text: String
  let reasoning: String?
  /// Whether `text` is not an answer but the model's word for declining (`refusal`).
  let isRefusal: Bool

  /// Reads `content` (a string, null, or a list of parts), `refusal`, `reasoning_content` and `reasoning`.
  init(_ message: JSONValue, _ source: ServerAnswer.Source) throws(Unscored) {
    var parts = Parts()
    switch message["content"] {
    case nil, .null: break
    case .string(let words): parts.text = words
    case .array(let list): for part in list { try parts.add(part, source) }
    case let other?:
      throw source.error(.judgeError, "'content' is \(other.kind), expected a string, null or a list of parts")
    }
    let refusal = (message["refusal"]?.string ?? "") + parts.refusal
    isRefusal = parts.text.isEmpty && !refusal.isEmpty
    text = isRefusal ? refusal : parts.text
    let apart = [message["reasoning_content"], message["reasoning"]].lazy.compactMap(Self.thought).first
    let thought = apart ?? parts.reasoning
    reasoning = thought.isEmpty ? nil : thought
  }

  /// The three things that parts can be.
  private struct Parts {
    var text = ""
    var reasoning = ""
    var refusal = ""

    /// A part of a kind that is not known is a failure: it may hold the verdict.
    mutating func add(_ part: JSONValue, _ source: ServerAnswer.Source) throws(Unscored) {
      if let words = part.string {
        text += words
        return
      }
      switch part["type"]?.string {
      case "text", "output_text":
        guard let words = part["text"]?.string else {
          throw source.error(.judgeError, "a part of 'content' is of type text and has no 'text'")
        }
        text += words
      case "thinking", "reasoning", "reasoning_text", "redacted_thinking": reasoning += ReplyWords.thought(part) ?? ""
      case "refusal": refusal += part["refusal"]?.string ?? ""
      case let type:
        throw source.error(
          .judgeError, "'content' holds a part of type '\(source.quote(type ?? "none"))'; only words can be read")
      }
    }
  }

  /// Reasoning in one of the shapes it comes in: a string, a list, or an object that holds either. nil where it holds no words.
  private static func thought(_ value: JSONValue?) -> String? {
    let words: String? =
      switch value {
      case .string(let words): words
      case .array(let list): list.compactMap(thought).joined(separator: "\n")
      case .object(let object):
        ["text", "content", "thinking", "reasoning", "summary"].lazy.compactMap { thought(object[$0]) }.first
      default: nil
      }
    return words.flatMap { $0.isEmpty ? nil : $0 }
  }
}
