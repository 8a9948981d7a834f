public import JSON
public import Wire

/// One line of a recording: a call and what the judge answered. `cupel grade --record` writes these, the `replay` plugin
/// answers from them.
///
/// ```json
/// {"key": {"attempt": 0, "item": "q1", "order": [0, 1], "sample": 0}, "prompt": "sha256:…", "text": "… [[A]]",
///  "reasoning": "…", "finish": "stop", "model": "…", "usage": {"prompt_tokens": 812},
///  "tokens": [{"text": "A", "logprob": -0.1, "top": [{"text": "A", "logprob": -0.1}]}]}
/// {"key": {…}, "prompt": "sha256:…", "scores": [{"name": "reward", "value": 2.31, "score": 0.91, "reason": "…"}]}
/// {"key": {…}, "prompt": "sha256:…", "unscored": {"reason": "timeout", "message": "…"}}
/// ```
///
/// A line with `scores` is the answer of a scoring judge and has no `text`. A score without bounds has only its `value`; one that
/// could not be had says `unscored` in place of both.
public struct RecordedReply: Sendable, Hashable {
  /// Which call this answers.
  public let key: CallKey
  /// The digest of the prompt that was answered; nil where a recording was written by hand.
  public let promptDigest: String?
  /// The reply, or why there was none.
  public let outcome: Result<JudgeReply, Unscored>

  /// What a judge answered to `call`.
  public init(_ call: JudgeCall, _ outcome: Result<JudgeReply, Unscored>) {
    self.init(key: call.key, promptDigest: call.promptDigest.isEmpty ? nil : call.promptDigest, outcome)
  }

  /// An answer from its parts.
  public init(key: CallKey, promptDigest: String? = nil, _ outcome: Result<JudgeReply, Unscored>) {
    self.key = key
    self.promptDigest = promptDigest
    self.outcome = outcome
  }
}

extension RecordedReply {
  /// One line, without its line end. Throws for a log-probability that is not finite, which JSON cannot express. A NUL in
  /// what the judge said becomes U+FFFD: strict JSON readers, ours among them, refuse it.
  public func line() throws(JSONError) -> String { try JSONWriter.compact(json) }

  private var json: JSONValue {
    var object = JSONObject([("key", key.json)])
    object["prompt"] = promptDigest.map { .string($0) }
    switch outcome {
    case .success(let reply) where !reply.scores.isEmpty:
      object["scores"] = .array(reply.scores.map(\.json))
      object.append(consumedBy: reply)
    case .success(let reply):
      object["text"] = .string(reply.text.withoutNUL)
      object["reasoning"] = reply.reasoning.map { .string($0.withoutNUL) }
      object["finish"] = reply.finish.map { .string($0.rawValue) }
      object.append(consumedBy: reply)
      if !reply.tokens.isEmpty { object["tokens"] = .array(reply.tokens.map(\.json)) }
    case .failure(let unscored):
      object["unscored"] = unscored.json
      if unscored.spent != Usage() { object["usage"] = unscored.spent.json }
    }
    return .object(object)
  }

  /// Reads what ``line()`` writes. `finish` is `stop` where it is left out, so that a recording is easily written by hand.
  public init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly(
      "key", "prompt", "text", "reasoning", "finish", "model", "usage", "tokens", "scores", "unscored")
    let key = try CallKey(try reader.require("key"))
    let prompt = try reader["prompt"]?.string()
    let kinds = ["unscored", "scores", "text"].filter { reader[$0] != nil }
    if kinds.count > 1, let second = reader[kinds[1]] {
      throw second.error("stands beside '\(kinds[0])'; give one of them")
    }
    if let unscored = reader["unscored"] {
      self.init(
        key: key, promptDigest: prompt, .failure(try Unscored(recorded: unscored, spent: try Self.usage(reader))))
    } else if let scores = reader["scores"] {
      self.init(key: key, promptDigest: prompt, .success(try Self.scored(reader, scores)))
    } else {
      self.init(key: key, promptDigest: prompt, .success(try Self.reply(reader)))
    }
  }

  private static func scored(_ reader: JSONReader, _ scores: JSONReader) throws(JSONError) -> JudgeReply {
    for field in ["reasoning", "finish", "tokens"] {
      if let field = reader[field] { throw field.error("stands beside 'scores'; a judge that gives numbers has none") }
    }
    var list: [CriterionScore] = []
    for score in try scores.array() { list.append(try CriterionScore(score)) }
    guard !list.isEmpty else { throw scores.error("is empty; say 'unscored' where there was no answer") }
    return JudgeReply(
      finish: nil, model: try reader["model"]?.string(), usage: try Self.usage(reader), scores: list)
  }

  private static func reply(_ reader: JSONReader) throws(JSONError) -> JudgeReply {
    JudgeReply(
      text: try reader.require("text").string(), reasoning: try reader["reasoning"]?.string(),
      finish: try reader["finish"]?.choice() ?? .stop, model: try reader["model"]?.string(),
      usage: try Self.usage(reader), tokens: try JudgeReply.Token.list(reader["tokens"], depth: 0))
  }

  private static func usage(_ reader: JSONReader) throws(JSONError) -> Usage {
    try reader["usage"].map { (usage) throws(JSONError) in try Usage(usage) } ?? Usage()
  }
}

extension JSONObject {
  /// Who answered, and what it took.
  fileprivate mutating func append(consumedBy reply: JudgeReply) {
    self["model"] = reply.model.map { .string($0) }
    if reply.usage != Usage() { self["usage"] = reply.usage.json }
  }
}

extension Unscored {
  fileprivate var json: JSONValue { ["reason": .string(reason.rawValue), "message": .string(message)] }

  /// The reasons that a judge, rather than the reading of its reply, can give.
  fileprivate init(recorded reader: JSONReader, spent: Usage = Usage()) throws(JSONError) {
    try reader.allowOnly("reason", "message")
    let field = try reader.require("reason")
    let reason: UnscoredReason = try field.choice()
    switch reason {
    case .timeout, .judgeError, .invalidInput, .overloaded, .cancelled: break
    case .unparsed, .truncated, .refused, .outOfRange, .wrongCount:
      throw field.error("'\(reason.rawValue)' comes from reading a reply, not from a judge; record the reply's text")
    }
    self.init(reason, try reader["message"]?.string() ?? "the recording does not say why", spent: spent)
  }
}

extension CriterionScore {
  fileprivate var json: JSONValue {
    var object = JSONObject([("name", .string(name))])
    switch outcome {
    case .success(let measured):
      object["value"] = .number(measured.value)
      object["score"] = measured.score.map { .number($0) }
      if !measured.reason.isEmpty { object["reason"] = .string(measured.reason.withoutNUL) }
    case .failure(let unscored): object["unscored"] = unscored.json
    }
    return .object(object)
  }

  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly("name", "value", "score", "reason", "unscored")
    let name = try reader.require("name").string()
    if let unscored = reader["unscored"] {
      if let value = reader["value"] { throw value.error("stands beside 'unscored'; give one of them") }
      self.init(name: name, .failure(try Unscored(recorded: unscored)))
      return
    }
    self.init(
      name: name,
      .success(
        .init(
          value: try reader.require("value").double(), score: try reader["score"]?.double(in: 0...1),
          reason: try reader["reason"]?.string() ?? "")))
  }
}

extension JudgeReply.Token {
  fileprivate var json: JSONValue {
    var object = JSONObject([("text", .string(text.withoutNUL)), ("logprob", .number(logprob))])
    if !top.isEmpty { object["top"] = .array(top.map(\.json)) }
    return .object(object)
  }

  /// Alternatives have no alternatives of their own.
  fileprivate static func list(_ reader: JSONReader?, depth: Int) throws(JSONError) -> [Self] {
    guard let reader else { return [] }
    var tokens: [Self] = []
    for token in try reader.array() {
      if depth == 0 { try token.allowOnly("text", "logprob", "top") } else { try token.allowOnly("text", "logprob") }
      tokens.append(
        Self(
          text: try token.require("text").string(), logprob: try token.require("logprob").double(),
          top: try list(token["top"], depth: depth + 1)))
    }
    return tokens
  }
}

extension String {
  fileprivate var withoutNUL: String {
    utf8.contains(0) ? String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })) : self
  }
}
