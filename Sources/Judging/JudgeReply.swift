public import Wire

/// What a judge answered.
public struct JudgeReply: Sendable, Hashable {
  /// Why a generative judge stopped.
  public enum Finish: String, Sendable, CaseIterable {
    case stop
    /// It ran out of tokens.
    case length
    /// It, or a filter before it, declined.
    case refused
  }

  /// The answer in words; empty for a scoring judge.
  public var text: String
  /// Reasoning that the judge gives apart from its text.
  public var reasoning: String?
  /// nil for a scoring judge.
  public var finish: Finish?
  /// As the judge names itself; nil when it does not say.
  public var model: String?
  /// What this reply, and ``more`` with it, consumed.
  public var usage: Usage
  /// The numbers of a scoring judge.
  public var scores: [CriterionScore]
  /// Tokens of `text` with log-probabilities, when they were asked for and the judge has them.
  public var tokens: [Token]
  /// The further replies of a call that wanted several samples; `usage` of the first covers all.
  public var more: [JudgeReply]

  /// A reply; the defaults are those of a generative judge that ended by itself.
  public init(
    text: String = "", reasoning: String? = nil, finish: Finish? = .stop, model: String? = nil, usage: Usage = Usage(),
    scores: [CriterionScore] = [], tokens: [Token] = [], more: [JudgeReply] = []
  ) {
    self.text = text
    self.reasoning = reasoning
    self.finish = finish
    self.model = model
    self.usage = usage
    self.scores = scores
    self.tokens = tokens
    self.more = more
  }

  /// One token, or an alternative to it.
  public struct Token: Sendable, Hashable {
    /// As it stands in the text.
    public let text: String
    /// Natural logarithm.
    public let logprob: Double
    /// Alternatives, most likely first.
    public let top: [Token]

    /// A token; an alternative has no `top` of its own.
    public init(text: String, logprob: Double, top: [Token] = []) {
      self.text = text
      self.logprob = logprob
      self.top = top
    }
  }
}

/// One number of a scoring judge, or why there is none.
public struct CriterionScore: Sendable, Hashable {
  /// The criterion, as it was configured.
  public let name: String
  /// A failure leaves this criterion without a number and the others untouched.
  public let outcome: Result<Measured, Unscored>

  /// A number and what it means.
  public struct Measured: Sendable, Hashable {
    /// What was measured, in its own unit.
    public let value: Double
    /// 0...1, more is better; nil where the judge's numbers have no bounds.
    public let score: Double?
    /// One line.
    public let reason: String

    /// A measurement with its reason.
    public init(value: Double, score: Double?, reason: String) {
      self.value = value
      self.score = score
      self.reason = reason
    }
  }

  /// The outcome for one criterion.
  public init(name: String, _ outcome: Result<Measured, Unscored>) {
    self.name = name
    self.outcome = outcome
  }
}
