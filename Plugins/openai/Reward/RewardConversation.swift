import Judging
import Wire

/// The conversation of a call, in words: its turns, the last of which is the response.
struct RewardConversation: Sendable, Hashable {
  /// What one side said.
  struct Turn: Sendable, Hashable {
    let role: JudgeMessage.Role
    var text: String

    /// Byte by byte: a mark with an accent after it is the same token to a tokenizer, and another character to Swift.
    func holds(_ mark: String) -> Bool { text.utf8.firstRange(of: mark.utf8) != nil }
  }

  /// At least the response.
  private(set) var turns: [Turn]
  let reference: String?

  /// Throws `invalid_input` for a call without a response, and for media, which the endpoints here do not read.
  init(_ call: JudgeCall) throws(Unscored) {
    var turns: [Turn] = []
    for message in call.messages { turns.append(Turn(role: message.role, text: try Self.text(message))) }
    reference = turns.first { $0.role == .reference }?.text
    self.turns = turns.filter { $0.role != .reference }
    guard self.turns.last?.role == .assistant else {
      throw Unscored(.invalidInput, "there is no response to give a reward for")
    }
  }

  /// The turns, and the reference as one.
  var all: [Turn] { turns + (reference.map { [Turn(role: .reference, text: $0)] } ?? []) }

  /// The last turn of the assistant.
  var response: String {
    get { turns[turns.count - 1].text }
    set { turns[turns.count - 1].text = newValue }
  }

  /// The prompt, where it is one turn: a place for one text has no way to say who says what.
  func singlePrompt() throws(Unscored) -> String {
    guard turns.count == 2 else {
      let what = turns.count == 1 ? "there is no prompt" : "the conversation has \(turns.count) turns"
      throw Unscored(
        .invalidInput,
        "\(what), and the judge is sent one prompt and one response; let it take 'messages', or give a template by roles"
      )
    }
    return turns[0].text
  }

  /// The reference, which must be there.
  func neededReference() throws(Unscored) -> String {
    guard let reference else { throw Unscored(.invalidInput, "there is no reference, and the judge is to be sent it") }
    return reference
  }

  private static func text(_ message: JudgeMessage) throws(Unscored) -> String {
    var texts: [String] = []
    for part in message.parts {
      guard case .text(let text) = part else {
        throw Unscored(.invalidInput, "a turn of the \(message.role.rawValue) holds media; this judge reads text only")
      }
      texts.append(text)
    }
    return texts.joined(separator: "\n")
  }
}
