public import JSON
public import Media

/// One question to a judge.
public struct JudgeCall: Sendable, Hashable {
  /// Tells this call from all others of the run.
  public let key: CallKey
  /// What the judge reads, in order.
  public let messages: [JudgeMessage]
  /// A scoring judge has no use for it.
  public let sampling: Sampling
  /// Over the messages with their media (`sha256:…`).
  public let promptDigest: String
  /// Calls that share a long prefix carry the same text; empty: none.
  public let group: String
  /// What the reply should end in, as a hint for structured output.
  public let answerShape: JSONValue?
  /// Counted from the moment the call is handed over; nil: none.
  public let timeoutMilliseconds: Int?
  /// The trace that the call belongs to, for the servers that the judge asks; no part of the question.
  public var traceParent: TraceParent?

  /// A question that is ready to be asked.
  public init(
    key: CallKey, messages: [JudgeMessage], sampling: Sampling, promptDigest: String, group: String = "",
    answerShape: JSONValue? = nil, timeoutMilliseconds: Int? = nil
  ) {
    self.key = key
    self.messages = messages
    self.sampling = sampling
    self.promptDigest = promptDigest
    self.group = group
    self.answerShape = answerShape
    self.timeoutMilliseconds = timeoutMilliseconds
  }
}

/// Which call of a judgment this is. The same question asked in another run has the same key, so a recorded reply is
/// found by it.
public struct CallKey: Sendable, Hashable {
  /// The item's id.
  public let item: String
  /// Which response a pointwise call shows; nil when all are shown.
  public let response: Int?
  /// The responses in the places they are shown in.
  public let order: [Int]
  /// Counted from 0 within each order.
  public let sample: Int
  /// Which criterion a call is about; nil when it covers all.
  public let criterion: String?
  /// 0, and 1 for the retry of a truncated reply.
  public let attempt: Int

  /// A key; the defaults are the first sample, all criteria, the first attempt.
  public init(
    item: String, response: Int? = nil, order: [Int], sample: Int = 0, criterion: String? = nil, attempt: Int = 0
  ) {
    self.item = item
    self.response = response
    self.order = order
    self.sample = sample
    self.criterion = criterion
    self.attempt = attempt
  }

  /// The key as JSON with sorted keys; absent members are left out.
  public var json: JSONValue {
    var object = JSONObject([("attempt", .int(Int64(attempt)))])
    object["criterion"] = criterion.map { .string($0) }
    object["item"] = .string(item)
    object["order"] = .array(order.map { .int(Int64($0)) })
    object["response"] = response.map { .int(Int64($0)) }
    object["sample"] = .int(Int64(sample))
    return .object(object)
  }

  /// Reads what ``json`` writes; `order`, `sample` and `attempt` may be left out.
  public init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly("item", "response", "order", "sample", "criterion", "attempt")
    item = try reader.require("item").string()
    response = try reader["response"].map { (field) throws(JSONError) in try field.int(in: 0...Int.max) }
    var order: [Int] = []
    for place in try reader["order"]?.array() ?? [] { order.append(try place.int(in: 0...Int.max)) }
    self.order = order
    sample = try reader["sample"]?.int(in: 0...Int.max) ?? 0
    criterion = try reader["criterion"]?.string()
    attempt = try reader["attempt"]?.int(in: 0...Int.max) ?? 0
  }
}

/// One message to a judge.
public struct JudgeMessage: Sendable, Hashable {
  /// Who speaks.
  public enum Role: String, Sendable, CaseIterable {
    case system, user, assistant
    /// The reference answer, for scoring judges only.
    case reference
  }

  /// The speaker of all parts.
  public let role: Role
  /// Text and media, as they are to be shown.
  public let parts: [JudgePart]
  /// What is known of the files that media among the parts are from, by the index of the part. Only scoring judges are told; in
  /// other prompts facts are words.
  public let facts: [Int: [Media.Fact]]

  /// What one speaker says.
  public init(_ role: Role, _ parts: [JudgePart], facts: [Int: [Media.Fact]] = [:]) {
    self.role = role
    self.parts = parts
    self.facts = facts
  }
}

/// One piece of a message, with media decoded.
public enum JudgePart: Sendable, Hashable {
  case text(String)
  case image(Image)
  /// Moving pictures, with the file that they were taken from where a judge may be shown that.
  case frames([Frame], original: EncodedFile? = nil)
  /// Sound, with the file that holds exactly this where there is one.
  case sound(Sound, original: EncodedFile? = nil)
}

/// How a generative judge samples. nil: the judge's own default.
public struct Sampling: Sendable, Hashable {
  /// 0: the likeliest token each time.
  public var temperature: Double?
  /// Share of probability that tokens are drawn from, above 0 and up to 1.
  public var topP: Double?
  /// For reasoning and answer together.
  public var maxTokens: Int?
  /// Texts that end a reply; empty: none.
  public var stop: [String]
  /// The same seed and messages ask for the same reply; whether the judge keeps that is its affair.
  public var seed: UInt64?
  /// Alternatives wanted per token; 0: no log-probabilities.
  public var topLogprobs: Int
  /// Replies wanted of one call, at most ``JudgeDescription/maxSamples``.
  public var samples: Int

  /// Settings; by default all is left to the judge.
  public init(
    temperature: Double? = nil, topP: Double? = nil, maxTokens: Int? = nil, stop: [String] = [], seed: UInt64? = nil,
    topLogprobs: Int = 0, samples: Int = 1
  ) {
    self.temperature = temperature
    self.topP = topP
    self.maxTokens = maxTokens
    self.stop = stop
    self.seed = seed
    self.topLogprobs = topLogprobs
    self.samples = samples
  }
}
