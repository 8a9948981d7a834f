import JSON
import Judging
import Wire

/// How a conversation becomes the one text that a reward model reads, where the server has no chat template of its own.
struct RewardTemplate: Sendable, Hashable {
  /// One piece of a text.
  enum Segment: Sendable, Hashable {
    case words(String)
    case slot(Slot)
  }

  /// Where something of the conversation goes.
  enum Slot: String, Sendable, CaseIterable { case prompt, response, reference, content }

  private enum Form: Sendable, Hashable {
    /// One text with a place for the prompt and one for the response.
    case whole([Segment])
    /// A text for each turn, by its role, between a beginning and an end.
    case turns([JudgeMessage.Role: [Segment]], start: String, end: String)
  }

  private let form: Form
  /// What a turn may not hold: it could pretend to be another turn.
  private let marks: [String]

  /// Reads `chatml`, a text with `{prompt}` and `{response}`, or `{system, user, assistant, start, end}`.
  init(_ reader: JSONReader) throws(JSONError) {
    if reader.value == "chatml" {
      form = .turns(
        Self.chatML.mapValues { [.words("<|im_start|>\($0)\n"), .slot(.content), .words("<|im_end|>\n")] }, start: "",
        end: "")
    } else if reader.value.string != nil {
      let segments = try Self.segments(reader, [.prompt, .response, .reference])
      guard segments.contains(.slot(.response)) else {
        throw reader.error("has no {response}; a reward that does not see the response is none")
      }
      form = .whole(segments)
    } else {
      form = try Self.turns(reader)
    }
    marks = Self.marks(form)
  }

  private static let chatML: [JudgeMessage.Role: String] = [.system: "system", .user: "user", .assistant: "assistant"]

  private static func turns(_ reader: JSONReader) throws(JSONError) -> Form {
    try reader.allowOnly("system", "user", "assistant", "start", "end")
    var roles: [JudgeMessage.Role: [Segment]] = [:]
    for role in [JudgeMessage.Role.system, .user, .assistant] {
      guard let field = role == .system ? reader["system"] : try reader.require(role.rawValue) else { continue }
      let segments = try segments(field, [.content])
      guard segments.contains(.slot(.content)) else { throw field.error("has no {content}") }
      roles[role] = segments
    }
    return .turns(roles, start: try reader["start"]?.string() ?? "", end: try reader["end"]?.string() ?? "")
  }

  /// Words and slots; `{{` and `}}` stand for single braces.
  private static func segments(_ reader: JSONReader, _ slots: [Slot]) throws(JSONError) -> [Segment] {
    var segments: [Segment] = []
    var words = ""
    var rest = Substring(try reader.string())
    while let character = rest.popFirst() {
      if character == "{" || character == "}", rest.first == character {
        words.append(character)
        rest.removeFirst()
      } else if character == "{" {
        guard let end = rest.firstIndex(of: "}"), let slot = slots.first(where: { $0.rawValue == rest[..<end] }) else {
          let accepted = slots.map { "{\($0.rawValue)}" }.joined(separator: ", ")
          throw reader.error("'{' belongs to no slot; accepted: \(accepted), and '{{' for a brace")
        }
        if !words.isEmpty { segments.append(.words(words)) }
        words = ""
        segments.append(.slot(slot))
        rest = rest[rest.index(after: end)...]
      } else if character == "}" {
        throw reader.error("'}' closes no slot; write '}}' for a brace")
      } else {
        words.append(character)
      }
    }
    return words.isEmpty ? segments : segments + [.words(words)]
  }

  /// The conversation as one text. Throws `invalid_input` for what the template has no place for, and for a turn that holds one of
  /// the template's own marks.
  func text(_ conversation: RewardConversation) throws(Unscored) -> String {
    let turns = try conversation.turns()
    let shown = try turns + [conversation.referenceTurn()].compactMap { $0 }
    for turn in shown {
      guard let mark = marks.first(where: { turn.holds($0) }) else { continue }
      throw Unscored(
        .invalidInput, "a turn of the \(turn.role.rawValue) holds '\(mark)', which the template marks turns with")
    }
    switch form {
    case .whole(let segments): return try whole(segments, conversation)
    case .turns(let roles, let start, let end):
      var text = start
      for turn in turns {
        guard let segments = roles[turn.role] else {
          throw Unscored(
            .invalidInput, "the conversation has a turn of the \(turn.role.rawValue), and the template none")
        }
        text += segments.map { if case .words(let words) = $0 { words } else { turn.text } }.joined()
      }
      return text + end
    }
  }

  private func whole(_ segments: [Segment], _ conversation: RewardConversation) throws(Unscored) -> String {
    var text = ""
    for segment in segments {
      switch segment {
      case .words(let words): text += words
      case .slot(.prompt): text += try conversation.singlePrompt()
      case .slot(.reference): text += try conversation.neededReference()
      case .slot(.response), .slot(.content): text += try conversation.response()
      }
    }
    return text
  }

  /// `<|im_end|>`, `<s>`, `[INST]`: what tokenizers take for tokens of their own.
  private static func marks(_ form: Form) -> [String] {
    let words: [String] =
      switch form {
      case .whole(let segments): segments.compactMap(\.words)
      case .turns(let roles, let start, let end): [start, end] + roles.values.flatMap { $0.compactMap(\.words) }
      }
    var marks: Set<String> = []
    for text in words {
      for match in text.matches(of: /<[^<>\s]{1,40}>|\[\/?[A-Z_]{2,20}\]/) { marks.insert(String(match.output)) }
    }
    return marks.sorted()
  }
}

extension RewardTemplate.Segment {
  fileprivate var words: String? { if case .words(let words) = self { words } else { nil } }
}
