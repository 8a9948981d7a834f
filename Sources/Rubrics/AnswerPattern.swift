/// The shapes that a verdict can have in a reply; docs/rubrics.md shows one reply for each.
public enum AnswerPattern: String, Sendable, CaseIterable {
  /// `<answer>8</answer>`, one for each response and question.
  case answerTags = "answer-tags"
  /// `[[7]]`, or `[[A>B]]` for a pair.
  case bracketed
  /// `[RESULT] 4`, or `[RESULT] A` for a pair.
  case result
  /// `{"score": 7}`, `{"scores": [8, 2]}`.
  case json

  /// Whether one reply can answer several questions about a response.
  public var holdsSeveralQuestions: Bool {
    switch self {
    case .answerTags, .json: true
    case .bracketed, .result: false
    }
  }

  /// Whether a pair is answered by naming the better response rather than with a score for each.
  public var comparesPairs: Bool { !holdsSeveralQuestions }
}
