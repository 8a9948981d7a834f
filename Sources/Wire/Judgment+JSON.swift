public import JSON

extension Judgment {
  /// The judgment as it goes over the wire and into result files (docs/results.md).
  public var json: JSONValue {
    var object = JSONObject()
    object.reserveCapacity(8)
    object["id"] = .string(id)
    object["status"] = .string(status.rawValue)
    object["format"] = .string(format.rawValue)
    if status == .unscored { object.append(unscored.first?.unscored ?? Unscored(.judgeError, "nothing was judged")) }
    if !scores.isEmpty { object["scores"] = .array(scores.map { $0.map { .number($0) } ?? .null }) }
    if status == .partial || unscored.count > 1 { object["unscored"] = .array(unscored.map(\.json)) }
    if let comparison { object.append(comparison) }
    object["calibrated"] = calibrated?.json
    if let rationale { object["rationale"] = .string(rationale) }
    if !criteria.isEmpty { object["criteria"] = .array(criteria.map(\.json)) }
    if !samples.isEmpty { object["samples"] = .array(samples.map(\.json)) }
    if !notes.isEmpty { object["notes"] = .array(notes.map { .string($0) }) }
    object["provenance"] = provenance.json
    if !earlier.isEmpty { object["earlier"] = .array(earlier.map(\.json)) }
    let (usage, expense) = (totalUsage, totalExpense)
    if usage != Usage() || expense.tokens.unknown > 0 {
      var counts = usage.json.object ?? JSONObject()
      if expense.tokens.unknown > 0 { counts["unknown_calls"] = .int(Int64(expense.tokens.unknown)) }
      object["usage"] = .object(counts)
    }
    object["cost"] = expense.cost
    return .object(object)
  }
}

extension JSONValue {
  /// A seed beyond what a JSON integer holds is written as text: the number must be the one that was used.
  static func seed(_ seed: UInt64) -> JSONValue {
    Int64(exactly: seed).map { .int($0) } ?? .string(String(seed))
  }
}

extension JSONObject {
  fileprivate mutating func append(_ unscored: Unscored) {
    self["reason"] = .string(unscored.reason.rawValue)
    self["message"] = .string(unscored.message)
    self["retryable"] = .bool(unscored.reason.isRetryable)
  }

  fileprivate mutating func append(_ comparison: Judgment.Comparison) {
    self["winner"] = comparison.winner.map { .int(Int64($0)) } ?? .null
    self["preference"] = .array(comparison.preference.map { .number($0) })
    self["ranking"] = .array(comparison.ranking.map { .array($0.map { .int(Int64($0)) }) })
    self["confidence"] = .number(comparison.confidence)
    self["position_consistent"] = comparison.positionConsistent.map { .bool($0) }
  }
}

extension Judgment.ResponseUnscored {
  var json: JSONValue {
    var object = JSONObject()
    object["response"] = response.map { .int(Int64($0)) }
    object.append(unscored)
    return .object(object)
  }
}

extension CriterionJudgment {
  var json: JSONValue {
    ["name": .string(name), "responses": .array(outcomes.map(Self.json))]
  }

  private static func json(_ outcome: Result<Score, Unscored>) -> JSONValue {
    var object = JSONObject()
    object.reserveCapacity(4)
    switch outcome {
    case .success(let score):
      object["score"] = .number(score.score)
      object["value"] = score.value.map { .number($0) }
      object["passed"] = score.passed.map { .bool($0) }
      object["reason"] = score.reason.map { .string($0) }
    case .failure(let unscored):
      object["status"] = "unscored"
      object.append(unscored)
    }
    return .object(object)
  }
}

extension SampleJudgment {
  var json: JSONValue {
    var object = JSONObject([("sample", .int(Int64(sample))), ("order", .array(order.map { .int(Int64($0)) }))])
    object["response"] = response.map { .int(Int64($0)) }
    object["criterion"] = criterion.map { .string($0) }
    switch outcome {
    case .success(let verdict):
      object["status"] = "ok"
      verdict.write(to: &object)
      object["value"] = value.map { .number($0) }
      object["reason"] = reason.map { .string($0) }
    case .failure(let unscored):
      object["status"] = "unscored"
      object.append(unscored)
    }
    object["logprobs"] = evidence?.json
    object["seed"] = seed.map { .seed($0) }
    object["attempts"] = .int(Int64(attempts))
    object["prompt"] = .string(prompt)
    object["finish"] = finish.map { .string($0) }
    object["model"] = model.map { .string($0) }
    object["reasoning"] = reasoning.map { .string($0) }
    object["text"] = text.map { .string($0) }
    if usage != Usage() { object["usage"] = usage.json }
    return .object(object)
  }
}

extension Verdict {
  func write(to object: inout JSONObject) {
    switch self {
    case .scores(let scores):
      object["scores"] = scores.laidOut { .number($0) }
    case .choice(let winner, let strong):
      object["winner"] = winner.map { .int(Int64($0)) } ?? .null
      object["strong"] = .bool(strong)
    case .chances(let wins, let tie):
      object["preference"] = .array(wins.map { .number($0 + tie / Double(wins.count)) })
    }
  }
}
