import JSON
import Judging
import Rubrics
import Wire

/// Stage *prompt*: rubric and item to the messages of one call.
struct PromptWriter: Sendable {
  let rubric: Rubric
  let item: LoadedItem
  /// Everything in the prompt that is not the rubric's own.
  let texts: [String]
  /// nil: none stands around anything.
  let fence: Fence?

  init(rubric: Rubric, item: LoadedItem, seed: UInt64, isFenced: Bool = true) {
    self.rubric = rubric
    self.item = item
    let hasFacts = rubric.style?.layouts.values.contains { $0.slots.contains(.facts) } ?? false
    texts = item.texts + (hasFacts ? item.factTexts : [])
    fence = isFenced ? Fence(seed: seed, item: item.id, texts: texts) : nil
  }

  /// The messages that show the responses `order` names and ask for an answer of `shape`.
  func messages(_ layout: Style.Layout, shape: AnswerShape, order: [Int]) -> [PromptMessage] {
    var slots = rubric.slots(for: shape).mapValues { $0.isEmpty ? [] : [PromptPart.text($0)] }
    slots[.boundary] = fence.map { [.text($0.boundary)] } ?? []
    slots[.prompt] = item.prompt.isEmpty ? [] : shown(item.prompt.parts, title: "PROMPT")
    slots[.reference] = item.reference.isEmpty ? [] : shown(item.reference.parts, title: "REFERENCE")
    slots[.responses] = responses(shape, order)
    var names = MediaNames(fence: fence)
    let facts = MediaFacts(of: Self.media(in: [layout.system, layout.user], slots), fence: fence)
    return [(JudgeMessage.Role.system, layout.system), (.user, layout.user)].compactMap { role, template in
      let parts = names.naming(Self.fill(template, slots, facts))
      return parts.isEmpty ? nil : PromptMessage(role: role, parts: parts)
    }
  }

  private func responses(_ shape: AnswerShape, _ order: [Int]) -> [PromptPart] {
    let whole = item.whole
    var parts: [PromptPart] = []
    for (place, index) in order.enumerated() {
      let name = AnswerShape.responseName(place, in: shape.format)
      let title = shape.format == .pointwise ? "RESPONSE" : "RESPONSE \(name)"
      if place > 0 { parts.append(.text("\n\n")) }
      parts += shown(whole[index]?.parts ?? [], title: title)
    }
    return parts
  }

  private func shown(_ parts: [PromptPart], title: String) -> [PromptPart] {
    fence?.around(parts, title: title) ?? [.text("\(title):\n")] + parts
  }

  /// The media in the order in which they are shown, which is that of their numbers.
  private static func media(in templates: [Template], _ slots: [Template.Slot: [PromptPart]]) -> [PromptPart] {
    templates.flatMap { $0.allSlots }.flatMap { slots[$0, default: []] }.filter { $0.noun != nil }
  }

  private static func fill(
    _ template: Template, _ slots: [Template.Slot: [PromptPart]], _ facts: MediaFacts
  ) -> [PromptPart] {
    var parts: [PromptPart] = []
    var text = ""
    func flush() {
      if !text.isEmpty { parts.append(.text(text)) }
      text = ""
    }
    func filling(_ segment: Template.Segment) -> [PromptPart] {
      switch segment {
      case .text(let words): [.text(words)]
      case .slot(let slot): slots[slot, default: []]
      case .facts(let keys): facts.parts(keys)
      }
    }
    for segment in template.segments(isEmpty: { filling($0).isEmpty }) {
      let filled = filling(segment)
      for part in filled {
        if case .text(let words) = part {
          text += words
        } else {
          flush()
          parts.append(part)
        }
      }
    }
    flush()
    return parts
  }
}

/// One message before it is handed to a judge.
struct PromptMessage: Sendable, Hashable {
  let role: JudgeMessage.Role
  let parts: [PromptPart]

  var judgeMessage: JudgeMessage { JudgeMessage(role, parts.map(\.judgePart)) }

  /// The digest of a prompt: SHA-256 over each role and part, each preceded by what it is and its length.
  static func digest(_ messages: [PromptMessage]) -> String {
    var text = ""
    for message in messages {
      text += "role:\(message.role.rawValue)\n"
      for part in message.parts {
        switch part {
        case .text(let words): text += "text:\(words.utf8.count):\(words)\n"
        case .media(_, let digest, _): text += "media:\(digest)\n"
        }
      }
    }
    return Digest.sha256(text)
  }
}
