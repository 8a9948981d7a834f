import Judging
import Wire

/// The conversation of a call: its messages, the last of which is the response.
struct RewardConversation: Sendable, Hashable {
  /// What one side said, in words.
  struct Turn: Sendable, Hashable {
    let role: JudgeMessage.Role
    let text: String

    /// Byte by byte: a mark with an accent after it is the same token to a tokenizer, and another character to Swift.
    func holds(_ mark: String) -> Bool { text.utf8.firstRange(of: mark.utf8) != nil }
  }

  /// At least the response; the reference is not among them.
  private(set) var messages: [JudgeMessage]
  private let reference: JudgeMessage?

  /// Throws `invalid_input` for a call without a response.
  init(_ call: JudgeCall) throws(Unscored) {
    reference = call.messages.first { $0.role == .reference }
    messages = call.messages.filter { $0.role != .reference }
    guard messages.last?.role == .assistant else {
      throw Unscored(.invalidInput, "there is no response to give a reward for")
    }
  }

  /// The conversation in words. Throws `invalid_input` for media, which have none.
  func turns() throws(Unscored) -> [Turn] {
    var turns: [Turn] = []
    for message in messages { turns.append(try Self.turn(message)) }
    return turns
  }

  /// The response in words.
  func response() throws(Unscored) -> String { try Self.turn(messages[messages.count - 1]).text }

  /// Other words for the response.
  mutating func setResponse(_ text: String) {
    messages[messages.count - 1] = JudgeMessage(.assistant, [.text(text)])
  }

  /// The prompt, where it is one turn: a place for one text has no way to say who says what.
  func singlePrompt() throws(Unscored) -> String {
    guard messages.count == 2 else {
      let what = messages.count == 1 ? "there is no prompt" : "the conversation has \(messages.count) turns"
      throw Unscored(
        .invalidInput,
        "\(what), and the judge is sent one prompt and one response; let it take 'messages', or give a template by roles"
      )
    }
    return try Self.turn(messages[0]).text
  }

  /// The reference, which must be there.
  func neededReference() throws(Unscored) -> String {
    guard let turn = try referenceTurn() else {
      throw Unscored(.invalidInput, "there is no reference, and the judge is to be sent it")
    }
    return turn.text
  }

  /// The reference in words; nil where there is none.
  func referenceTurn() throws(Unscored) -> Turn? {
    guard let reference else { return nil }
    return try Self.turn(reference)
  }

  private static func turn(_ message: JudgeMessage) throws(Unscored) -> Turn {
    var text = ""
    for part in message.parts {
      guard case .text(let words) = part else {
        throw Unscored(
          .invalidInput,
          "a turn of the \(message.role.rawValue) holds media, and the judge is sent words; let it take 'messages'")
      }
      text += words
    }
    return Turn(role: message.role, text: text)
  }
}
