/// What the road makes of one item: scores, a preference, or why there is none, with everything needed to replay it.
public struct Judgment: Sendable, Hashable {
  /// How much of the item is scored. Derived from the outcomes, never set.
  public enum Status: String, Sendable, CaseIterable {
    /// Every response is scored (and, side by side, compared).
    case ok
    /// Pointwise: some responses are scored, others are not; `unscored` says which and why.
    case partial
    /// There is no result; `unscored` says why.
    case unscored
  }

  /// The item's id.
  public var id: String
  /// How the responses were put before the judge.
  public var format: JudgmentFormat
  /// One per response, on the rubric's scale, in the order the item gave them; nil where there is no score. Side by
  /// side styles that only name a winner give no scores at all: empty.
  public var scores: [Double?] = []
  /// Why a response has no score; a failure of the whole item has `response` nil.
  public var unscored: [ResponseUnscored] = []
  /// How the responses compare; nil for pointwise and for what is unscored.
  public var comparison: Comparison?
  /// What it is worth by what people said of others like it; nil where no calibration was applied, or nothing is scored.
  public var calibrated: Calibrated?
  /// In the rubric's order. A verdict that only names the better response answers no criterion: those asked of the
  /// judge are then left out.
  public var criteria: [CriterionJudgment] = []
  /// The reasoning that belongs to the first verdict that counted.
  public var rationale: String?
  /// Every question to the judge, answered or not, in the order of the plan.
  public var samples: [SampleJudgment] = []
  /// What decoding lost or changed.
  public var notes: [String] = []
  /// The inputs and settings behind the numbers.
  public var provenance: Provenance
  /// Sum over all samples, retries included.
  public var usage = Usage()
  /// The same with what it cost, and how much of it is not known.
  public var expense = Expense()
  /// What the judges before this one said, who were not sure enough of it, or could not tell; the first one first. Empty where one
  /// judge was asked.
  public var earlier: [Judgment] = []

  /// Why one response, or the whole item, has no score.
  public struct ResponseUnscored: Sendable, Hashable {
    /// Index into the responses; nil: the whole item.
    public let response: Int?
    /// The reason, with its message.
    public let unscored: Unscored

    /// A failure of one response, or with nil of the item.
    public init(response: Int?, _ unscored: Unscored) {
      self.response = response
      self.unscored = unscored
    }
  }

  /// How responses that were seen side by side compare.
  public struct Comparison: Sendable, Hashable {
    /// The best response; nil for a tie.
    public let winner: Int?
    /// Share of verdicts that put a response first, ties shared equally; sums to 1.
    public let preference: [Double]
    /// Groups of equal rank, best first.
    public let ranking: [[Int]]
    /// Share of verdicts that agree with the winner (or with the tie).
    public let confidence: Double
    /// Whether every order named the same winner; nil when only one order was judged.
    public let positionConsistent: Bool?

    /// A comparison; `preference` has one number per response, and every response stands in one group of `ranking`.
    public init(winner: Int?, preference: [Double], ranking: [[Int]], confidence: Double, positionConsistent: Bool?) {
      self.winner = winner
      self.preference = preference
      self.ranking = ranking
      self.confidence = confidence
      self.positionConsistent = positionConsistent
    }
  }

  /// A judgment in which nothing is scored yet; the stages fill it in.
  public init(id: String, format: JudgmentFormat, provenance: Provenance) {
    self.id = id
    self.format = format
    self.provenance = provenance
  }

  /// Of this judge and those before it.
  public var totalUsage: Usage { earlier.reduce(usage) { $0 + $1.usage } }
  /// Of this judge and those before it.
  public var totalExpense: Expense { earlier.reduce(expense) { $0 + $1.expense } }

  /// `ok` when there is a result and no failure, `partial` when single responses failed and another has a score, otherwise
  /// `unscored`.
  public var status: Status {
    if unscored.isEmpty { return scores.isEmpty && comparison == nil ? .unscored : .ok }
    return scores.contains { $0 != nil } && !unscored.contains { $0.response == nil } ? .partial : .unscored
  }
}

/// One criterion of a judgment, for every response.
public struct CriterionJudgment: Sendable, Hashable {
  /// As the rubric names it.
  public let name: String
  /// One per response, in the order the item gave them.
  public let outcomes: [Result<Score, Unscored>]

  /// What a criterion says of one response.
  public struct Score: Sendable, Hashable {
    /// On the criterion's own scale.
    public let score: Double
    /// What a check measured or a scoring judge gave, in its own unit; nil for an opinion in words.
    public let value: Double?
    /// The one-line reason of a check or a scoring judge.
    public let reason: String?
    /// For a required criterion: whether the gate opened.
    public let passed: Bool?

    /// A score; checks and scoring judges also give what they measured and why.
    public init(score: Double, value: Double? = nil, reason: String? = nil, passed: Bool? = nil) {
      self.score = score
      self.value = value
      self.reason = reason
      self.passed = passed
    }
  }

  /// The outcomes of one criterion, one per response.
  public init(name: String, outcomes: [Result<Score, Unscored>]) {
    self.name = name
    self.outcomes = outcomes
  }
}

/// One answered (or failed) question to a judge.
public struct SampleJudgment: Sendable, Hashable {
  /// Counted from 0 within each order.
  public var sample: Int
  /// The responses in the places they were shown in.
  public var order: [Int]
  /// The response a pointwise call showed.
  public var response: Int?
  /// The one criterion a call was about; nil when it covered all.
  public var criterion: String?
  /// What the judge was asked to sample with; nil for a scoring judge, which does not sample.
  public var seed: UInt64?
  /// Requests that were made: 2 when a truncated reply was asked again with twice the tokens.
  public var attempts: Int
  /// Digest of the messages with their media, `sha256:…`.
  public var prompt: String
  /// What the reply said, or why it says nothing that counts.
  public var outcome: Result<Verdict, Unscored>
  /// The number as a scoring judge gave it, before it was put on the rubric's scale; nil for a judge that answers in words.
  public var value: Double?
  /// A scoring judge's one-line account of its number.
  public var reason: String?
  /// What the log-probabilities say, where the verdict was to be taken from them; also when they say too little for one.
  public var evidence: VerdictEvidence?
  /// The raw reply; nil when there was none.
  public var text: String?
  /// Reasoning that came apart from the text; nil when it did not.
  public var reasoning: String?
  /// Why the judge stopped: `stop`, `length` or `refused`; nil when there was no reply or it did not say.
  public var finish: String?
  /// As the judge named itself in this reply; nil when it did not.
  public var model: String?
  /// Of all attempts.
  public var usage: Usage

  /// One sample as it was asked and answered.
  public init(
    sample: Int, order: [Int], response: Int?, criterion: String?, seed: UInt64?, attempts: Int, prompt: String,
    outcome: Result<Verdict, Unscored>, value: Double? = nil, reason: String? = nil, evidence: VerdictEvidence? = nil,
    text: String?, reasoning: String?,
    finish: String?, model: String?, usage: Usage
  ) {
    self.sample = sample
    self.order = order
    self.response = response
    self.criterion = criterion
    self.seed = seed
    self.attempts = attempts
    self.prompt = prompt
    self.outcome = outcome
    self.value = value
    self.reason = reason
    self.evidence = evidence
    self.text = text
    self.reasoning = reasoning
    self.finish = finish
    self.model = model
    self.usage = usage
  }

  /// Whether there is a verdict.
  public var isScored: Bool { if case .success = outcome { true } else { false } }

  /// Whether the verdict names the better of two and gives no scores.
  public var namesWinner: Bool {
    switch outcome {
    case .success(.choice), .success(.chances): true
    case .success(.scores), .failure: false
    }
  }
}

/// What one reply said, by response in the order the item gave them (not the order they were shown in).
public enum Verdict: Sendable, Hashable {
  /// For every response shown, one number per criterion asked (one number when the call had no criteria). From
  /// log-probabilities these are expected values, which need not be on a step of the scale.
  case scores([[Double]])
  /// Which of two is better, and whether clearly; nil: a tie.
  case choice(winner: Int?, strong: Bool)
  /// How likely each of two is called the better one, and how likely neither is, from log-probabilities; sums to 1.
  case chances(wins: [Double], tie: Double)
}
