public import JSON

/// One thing that is looked at.
public struct Criterion: Sendable, Hashable {
  /// Who looks.
  public enum Kind: Sendable, Hashable {
    /// A judge model, with this question.
    case ask(String)
    /// Code: the object as the `checks` plugin understands it. The host knows no check by name.
    case check(JSONValue)
    /// A reward model, which reads the conversation and gives one number.
    case reward
  }

  /// Unique in the rubric; it names the answer in results and in JSON replies.
  public let name: String
  /// Its share in the overall score, relative to the other weights. 0 only for a gate.
  public let weight: Double
  /// Question, check or reward.
  public let kind: Kind
  /// Its own scale; nil: the rubric's. A check scores on 0...1.
  public let scale: Scale?
  /// For a gate, the lowest score that passes, on the criterion's scale; nil: no gate.
  public let threshold: Double?

  /// Whether a response that falls short here fails whatever else it does.
  public var isGate: Bool { threshold != nil }

  /// Whether a reward model's number answers it.
  public var isReward: Bool { kind == .reward }

  /// The question, for a criterion that a judge answers.
  public var question: String? { if case .ask(let text) = kind { text } else { nil } }

  /// The check, for a criterion that is computed.
  public var check: JSONValue? { if case .check(let object) = kind { object } else { nil } }
}
