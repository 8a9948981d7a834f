public import Wire

/// What is judged, on what scale, and how the judge is asked. Read from a file by ``RubricLibrary``; complete and valid.
public struct Rubric: Sendable, Hashable {
  /// Whether one call asks for all criteria, or each has a call of its own.
  public enum Calls: String, Sendable, CaseIterable {
    case together
    case perCriterion = "per-criterion"
  }

  /// How the scores of several samples become one.
  public enum Combine: String, Sendable, CaseIterable {
    case mean, median, majority
  }

  /// As it is asked for.
  public let name: String
  /// Raised by its author when its meaning changes.
  public let version: Int
  /// What makes a response good, for people and for the judge.
  public let description: String
  /// Extra text for the judge; empty: none.
  public let instructions: String
  /// The scale of answers and of the overall score; nil: the style's for the format.
  public let scale: Scale?
  /// nil when nothing is asked in words: every criterion is a check, or a reward model gives the number.
  public let style: Style?
  /// How responses are shown unless a request says otherwise.
  public let format: JudgmentFormat
  /// One call or several.
  public let calls: Calls
  /// In the order of the file. None: one judgment by the description.
  public let criteria: [Criterion]
  /// The criteria that a judge model answers.
  public let asked: [Criterion]
  /// The criteria that are computed.
  public let checked: [Criterion]
  /// How often a judge is asked the same.
  public let samples: Int
  /// In which orders responses are shown.
  public let order: OrderPolicy
  /// The rubric's own settings over those of its style.
  public let sampling: SamplingSettings
  /// How samples become one.
  public let combine: Combine
  /// What a verdict is taken from.
  public let verdict: VerdictSource
  /// Whether judge and checks hear the sound of videos that they see.
  public let hearsVideos: Bool
  /// `sha256:…` over the normalised content: defaults filled in, whatever the order and layout of the file.
  public internal(set) var digest: String
  /// The file it was read from.
  public let file: String
}

extension Rubric {
  /// `visual-qa@sha256:…`, as provenance carries it.
  public var reference: String { "\(name)@\(digest)" }

  /// Whether only a reward model's number will do: the scale has no ends, or a criterion says so.
  public var wantsReward: Bool { scale?.isUnbounded == true || criteria.contains(where: \.isReward) }

  /// Whether a judge model is needed: there is something to ask, nothing but the description, or a reward to give.
  public var needsJudge: Bool { style != nil || wantsReward }

  /// The criteria that the judge answers; one nameless question where there is none and a judge is needed.
  public var answered: [Criterion?] {
    let answered = criteria.filter { $0.check == nil }
    return answered.isEmpty && needsJudge ? [nil] : answered
  }

  /// The formats in which this rubric can be used.
  public var formats: [JudgmentFormat] { style?.formats ?? JudgmentFormat.allCases }

  /// The scale of the overall score in `format`.
  public func scale(in format: JudgmentFormat) -> Scale { scale ?? style?.layouts[format]?.scale ?? .fraction }

  /// The scale that `criterion` is answered on in `format`.
  public func scale(of criterion: Criterion, in format: JudgmentFormat) -> Scale {
    criterion.check == nil ? criterion.scale ?? scale(in: format) : .fraction
  }

  /// What the reply to each call must hold: one shape with `calls: together`, else one for each asked criterion. Empty for a
  /// rubric of checks, and for a format that its style does not support.
  public func shapes(in format: JudgmentFormat, responses: Int) -> [AnswerShape] {
    guard let style, style.layouts[format] != nil else { return [] }
    let questions =
      asked.isEmpty
      ? [AnswerShape.Question("score", scale(in: format))]
      : asked.map { AnswerShape.Question($0.name, scale(of: $0, in: format)) }
    let groups = calls == .together ? [questions] : questions.map { [$0] }
    return groups.map {
      AnswerShape(style.pattern, format, responses: responses, questions: $0, verdicts: style.verdicts)
    }
  }
}
