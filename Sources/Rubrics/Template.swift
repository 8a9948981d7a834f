/// A prompt text with slots, parsed once.
///
/// A slot is a name in braces, `{responses}`; `{{` and `}}` stand for single braces. Text between blank lines is a paragraph,
/// and one whose slots are all empty is left out with its heading, so a template needs no conditions. What is put into a slot
/// is never read again: a candidate that contains `{scale}` stays as it is.
public struct Template: Sendable, Hashable {
  /// What can be put into a prompt.
  public enum Slot: String, Sendable, CaseIterable {
    /// What the format asks of the judge, in the style's words.
    case task
    /// The rubric's description.
    case rubric
    /// The rubric's extra text for the judge.
    case instructions
    /// The questions of this call, a line each.
    case criteria
    /// The scale with its anchors, where all questions share it.
    case scale
    /// What the responses answer, fenced.
    case prompt
    /// The reference answer, fenced.
    case reference
    /// The responses, each fenced under its name.
    case responses
    /// What the reply must end in.
    case answerFormat = "answer_format"
    /// The mark of this call's fences.
    case boundary
    /// What is known of the files that are shown, fenced: of each file all there is, or with `{facts: codec, duration}` these.
    case facts
  }

  /// A stretch of a template.
  public enum Segment: Sendable, Hashable {
    /// Text to be taken as it is.
    case text(String)
    /// A place to be filled.
    case slot(Slot)
    /// A place for facts with these keys; for all where there are none.
    case facts([String])

    fileprivate var slot: Slot? {
      switch self {
      case .text: nil
      case .slot(let slot): slot
      case .facts: .facts
      }
    }
  }

  /// The paragraphs in order; the first segment of each but the first starts with the blank line before it.
  let paragraphs: [[Segment]]

  /// The slots that occur.
  public var slots: Set<Slot> { Set(allSlots) }

  /// The slots in the order in which they occur.
  public var allSlots: [Slot] { paragraphs.joined().compactMap(\.slot) }

  /// The segments that remain when some slots are empty, in order.
  public func segments(isEmpty: (Segment) -> Bool) -> [Segment] {
    let kept = paragraphs.filter { paragraph in
      let slots = paragraph.filter { $0.slot != nil }
      return slots.isEmpty || !slots.allSatisfy(isEmpty)
    }
    return Array(kept.joined(separator: [.text("\n\n")]))
  }

  /// The text with every slot filled; a slot without a value is empty.
  public func render(_ values: [Slot: String]) -> String {
    func filling(_ segment: Segment) -> String {
      if case .text(let text) = segment { return text }
      return segment.slot.flatMap { values[$0] } ?? ""
    }
    return segments { filling($0).isEmpty }.map(filling).joined()
  }
}
