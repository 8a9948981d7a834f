public import JSON

/// What the road makes of one item: scores, a preference, or why there is none, with everything needed to replay it.
public struct Judgment: Sendable, Hashable {
  public enum Status: String, Sendable, CaseIterable {
    /// Every response is scored (and, side by side, compared).
    case ok
    /// Pointwise: some responses are scored, others are not; `unscored` says which and why.
    case partial
    case unscored
  }

  public var id: String
  public var format: JudgmentFormat
  /// One per response, on the rubric's scale, in the order the item gave them; nil where there is no score. Side by side
  /// styles that only name a winner give no scores at all: empty.
  public var scores: [Double?] = []
  /// Why a response has no score; a failure of the whole item has `response` nil.
  public var unscored: [ResponseUnscored] = []
  public var comparison: Comparison?
  public var criteria: [CriterionJudgment] = []
  /// The reasoning that belongs to the first verdict that counted.
  public var rationale: String?
  public var samples: [SampleJudgment] = []
  /// What decoding lost or changed.
  public var notes: [String] = []
  public var provenance: Provenance
  public var usage = Usage()

  public struct ResponseUnscored: Sendable, Hashable {
    public let response: Int?
    public let unscored: Unscored

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

    public init(winner: Int?, preference: [Double], ranking: [[Int]], confidence: Double, positionConsistent: Bool?) {
      self.winner = winner
      self.preference = preference
      self.ranking = ranking
      self.confidence = confidence
      self.positionConsistent = positionConsistent
    }
  }

  public init(id: String, format: JudgmentFormat, provenance: Provenance) {
    self.id = id
    self.format = format
    self.provenance = provenance
  }

  public var status: Status {
    if unscored.isEmpty { return .ok }
    return scores.contains { $0 != nil } && !unscored.contains { $0.response == nil } ? .partial : .unscored
  }
}

/// One criterion of a judgment, for every response.
public struct CriterionJudgment: Sendable, Hashable {
  public let name: String
  /// One per response, in the order the item gave them.
  public let outcomes: [Result<Score, Unscored>]

  public struct Score: Sendable, Hashable {
    /// On the criterion's own scale.
    public let score: Double
    /// What a check measured, in its own unit; nil for a judge's opinion.
    public let value: Double?
    /// A check's one-line reason.
    public let reason: String?
    /// For a required criterion: whether the gate opened.
    public let passed: Bool?

    public init(score: Double, value: Double? = nil, reason: String? = nil, passed: Bool? = nil) {
      self.score = score
      self.value = value
      self.reason = reason
      self.passed = passed
    }
  }

  public init(name: String, outcomes: [Result<Score, Unscored>]) {
    self.name = name
    self.outcomes = outcomes
  }
}

/// One answered (or failed) question to a judge.
public struct SampleJudgment: Sendable, Hashable {
  public var sample: Int
  /// The responses in the places they were shown in.
  public var order: [Int]
  /// The response a pointwise call showed.
  public var response: Int?
  public var criterion: String?
  public var seed: UInt64
  /// Requests that were made: 2 when a truncated reply was asked again with twice the tokens.
  public var attempts: Int
  public var prompt: String
  public var outcome: Result<Verdict, Unscored>
  /// The raw reply; nil when there was none.
  public var text: String?
  public var reasoning: String?
  public var finish: String?
  public var model: String?
  public var usage: Usage

  public init(
    sample: Int, order: [Int], response: Int?, criterion: String?, seed: UInt64, attempts: Int, prompt: String,
    outcome: Result<Verdict, Unscored>, text: String?, reasoning: String?, finish: String?, model: String?, usage: Usage
  ) {
    self.sample = sample
    self.order = order
    self.response = response
    self.criterion = criterion
    self.seed = seed
    self.attempts = attempts
    self.prompt = prompt
    self.outcome = outcome
    self.text = text
    self.reasoning = reasoning
    self.finish = finish
    self.model = model
    self.usage = usage
  }

  public var isScored: Bool { if case .success = outcome { true } else { false } }
}

/// What one reply said, by response in the order the item gave them (not the order they were shown in).
public enum Verdict: Sendable, Hashable {
  /// For every response shown, one number per criterion asked (one number when the call had no criteria).
  case scores([[Double]])
  /// Which of two is better, and whether clearly; nil: a tie.
  case choice(winner: Int?, strong: Bool)
}

/// Where a judgment comes from: enough to replay it without the model.
public struct Provenance: Sendable, Hashable {
  /// The judge's configured name; nil when only checks were needed.
  public var judge: String?
  public var model: String?
  public var fingerprint: String?
  /// `name@sha256:…`.
  public var rubric: String
  /// `name@version`.
  public var style: String
  /// The parser of the style, `answer-tags@1`.
  public var parser: String
  /// Fingerprint of the checks plugin, when checks were run.
  public var checks: String?
  public var sampling: JSONValue
  public var seed: UInt64
  /// Digests of the media that were shown, in the order they were first named.
  public var media: [String]

  public init(
    judge: String?, model: String?, fingerprint: String?, rubric: String, style: String, parser: String, checks: String?,
    sampling: JSONValue, seed: UInt64, media: [String] = []
  ) {
    self.judge = judge
    self.model = model
    self.fingerprint = fingerprint
    self.rubric = rubric
    self.style = style
    self.parser = parser
    self.checks = checks
    self.sampling = sampling
    self.seed = seed
    self.media = media
  }
}
