public import Wire

/// How one family of judge models is asked and how it answers: a data file under `Rubrics/styles`.
public struct Style: Sendable, Hashable {
  /// How responses are put before the judge in one format.
  public struct Layout: Sendable, Hashable {
    /// The scale where a rubric names none; nil where the answer is a verdict for the pair.
    public let scale: Scale?
    /// What is asked of the judge in this format.
    public let task: String
    /// The system message.
    public let system: Template
    /// The user message.
    public let user: Template

    /// The slots that occur in one of them.
    public var slots: Set<Template.Slot> { system.slots.union(user.slots) }
  }

  /// What `style:` in a rubric says.
  public let name: String
  /// Raised with every change of the wording.
  public let version: Int
  /// For people.
  public let description: String
  /// How a verdict is written.
  public let pattern: AnswerPattern
  /// Whether one reply can answer several questions about a response.
  public let holdsSeveralQuestions: Bool
  /// Whether the judge reasons inside `<think></think>` first.
  public let reasons: Bool
  /// What the family's authors sample with.
  public let sampling: SamplingSettings
  /// The supported formats.
  public let layouts: [JudgmentFormat: Layout]
  /// How a verdict for a pair is written; empty where pairs are scored.
  public let verdicts: [PairVerdict.Token]
  /// `sha256:…` over the normalised content.
  public let digest: String

  /// `flex-judge@1`.
  public var reference: String { "\(name)@\(version)" }

  /// The supported formats, in the order of ``JudgmentFormat``.
  public var formats: [JudgmentFormat] { JudgmentFormat.allCases.filter { layouts[$0] != nil } }
}
