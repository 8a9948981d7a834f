import Judging
import Wire

/// What a scoring judge is shown: the conversation turn by turn, the response at its end, and the reference apart.
///
/// Nothing is fenced and nothing added: a reward model was trained on bare conversations.
enum Conversation {
  /// The messages for one response.
  static func messages(_ item: LoadedItem, _ response: LoadedContent) -> [PromptMessage] {
    let turns =
      item.prompt.turns.map { ($0, JudgeMessage.Role.user) } + response.turns.map { ($0, JudgeMessage.Role.assistant) }
    var messages = turns.map { turn, standing in
      PromptMessage(role: turn.role.flatMap(role) ?? standing, parts: turn.parts)
    }
    if !item.reference.isEmpty { messages.append(PromptMessage(role: .reference, parts: item.reference.parts)) }
    return messages
  }

  /// The item with every response failed that no reward model can be shown. Throws when that is so of the prompt.
  static func admit(_ item: LoadedItem) throws(Unscored) -> LoadedItem {
    if let role = item.prompt.turns.compactMap(\.role).first(where: { role($0) == nil }) {
      throw Unscored(.invalidInput, "the prompt \(strange(role))")
    }
    let responses = item.responses.map { response in response.flatMap(admit) }
    return LoadedItem(id: item.id, prompt: item.prompt, reference: item.reference, responses: responses)
  }

  private static func admit(_ response: LoadedContent) -> Result<LoadedContent, Unscored> {
    if let role = response.turns.compactMap(\.role).first(where: { role($0) == nil }) {
      return .failure(Unscored(.invalidInput, "the response \(strange(role))"))
    }
    if let last = response.turns.last?.role, role(last) != .assistant {
      return .failure(
        Unscored(.invalidInput, "the response ends in a turn of '\(last)'; a reward is for what the assistant says"))
    }
    return .success(response)
  }

  private static func strange(_ role: String) -> String {
    "has a turn of '\(role.prefix(40))'; a reward model is shown turns of system, developer, user and assistant"
  }

  /// `developer` is what newer chats call `system`. Turns of tools are not among them: judges differ in how they show those, and
  /// a reward for another conversation than the one that took place would be wrong without a sign of it.
  private static func role(_ word: String) -> JudgeMessage.Role? {
    switch word {
    case "system", "developer": .system
    case "user": .user
    case "assistant": .assistant
    default: nil
    }
  }
}
