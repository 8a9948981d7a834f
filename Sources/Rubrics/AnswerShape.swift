public import Wire

/// What the reply to one call must hold: the questions, the scale of each, and how the answers are written.
public struct AnswerShape: Sendable, Hashable {
  /// One thing a judge is asked about every response.
  public struct Question: Sendable, Hashable {
    /// The criterion, or `score` where a rubric has none to ask.
    public let name: String
    /// What may be answered.
    public let scale: Scale

    /// A question.
    public init(_ name: String, _ scale: Scale) {
      self.name = name
      self.scale = scale
    }
  }

  /// How answers are written.
  public let pattern: AnswerPattern
  /// How responses are shown.
  public let format: JudgmentFormat
  /// How many responses the call shows; 1 for pointwise.
  public let responses: Int
  /// At least one, in the order of the rubric.
  public let questions: [Question]
  /// How a pair's verdict is written; empty unless ``isComparison``.
  public let verdicts: [PairVerdict.Token]

  /// A shape.
  public init(
    _ pattern: AnswerPattern, _ format: JudgmentFormat, responses: Int, questions: [Question],
    verdicts: [PairVerdict.Token] = []
  ) {
    self.pattern = pattern
    self.format = format
    self.responses = format == .pointwise ? 1 : responses
    self.questions = questions
    self.verdicts = verdicts
  }

  /// Whether the answer is one verdict for a pair and no scores.
  public var isComparison: Bool { format == .pairwise && pattern.comparesPairs }

  /// How many answers the reply must hold: response by response, and within a response question by question.
  public var count: Int { isComparison ? 1 : responses * questions.count }

  /// The question that the answer at `place` is about.
  public func question(at place: Int) -> Question { questions[place % questions.count] }

  /// What a response is called in prompt and reply: A and B in a pair, else 1, 2, 3 …
  public static func responseName(_ place: Int, in format: JudgmentFormat) -> String {
    format == .pairwise ? (place == 0 ? "A" : "B") : String(place + 1)
  }

  /// The verdict that `token` stands for, without regard to case and white space.
  public func verdict(of token: some StringProtocol) -> PairVerdict? {
    let folded = String(token.filter { !$0.isWhitespace }).lowercased()
    return verdicts.first { $0.text.lowercased() == folded }?.verdict
  }
}
