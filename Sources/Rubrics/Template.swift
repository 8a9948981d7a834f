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
  }

  /// A stretch of a template.
  public enum Segment: Sendable, Hashable {
    /// Text to be taken as it is.
    case text(String)
    /// A place to be filled.
    case slot(Slot)
  }

  /// The paragraphs in order; the first segment of each but the first starts with the blank line before it.
  let paragraphs: [[Segment]]

  /// The slots that occur.
  public var slots: Set<Slot> {
    Set(paragraphs.joined().compactMap { if case .slot(let slot) = $0 { slot } else { nil } })
  }

  /// The segments that remain when some slots are empty, in order.
  public func segments(isEmpty: (Slot) -> Bool) -> [Segment] {
    let kept = paragraphs.filter { paragraph in
      let slots = paragraph.compactMap { segment -> Slot? in if case .slot(let slot) = segment { slot } else { nil } }
      return slots.isEmpty || !slots.allSatisfy(isEmpty)
    }
    return Array(kept.joined(separator: [.text("\n\n")]))
  }

  /// The text with every slot filled; a slot without a value is empty.
  public func render(_ values: [Slot: String]) -> String {
    segments { values[$0, default: ""].isEmpty }.map { segment in
      switch segment {
      case .text(let text): text
      case .slot(let slot): values[slot, default: ""]
      }
    }.joined()
  }
}
