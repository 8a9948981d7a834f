public import JSON
import Wire

extension BatchSummary {
  /// The summary as `cupel grade --format json` prints it.
  public var json: JSONValue {
    var object = JSONObject([
      ("items", .int(Int64(items))), ("ok", .int(Int64(ok))), ("partial", .int(Int64(partial))),
      ("unscored", .int(Int64(unscored))),
    ])
    object["reasons"] = .object(
      JSONObject(
        UnscoredReason.allCases.compactMap { reason in reasons[reason].map { (reason.rawValue, .int(Int64($0))) } }))
    if lastAsked.count > 1 { object["last_asked"] = .array(lastAsked.map { .int(Int64($0)) }) }
    object["score"] = score.json
    if !criteria.isEmpty { object["criteria"] = .array(criteria.map(\.json)) }
    if !responses.isEmpty { object["responses"] = .array(responses.map(\.json)) }
    if comparisons > 0 {
      object["comparisons"] = ["items": .int(Int64(comparisons)), "ties": .int(Int64(ties))]
    }
    if ordersCompared > 0 {
      object["position_consistency"] = [
        "items": .int(Int64(ordersCompared)), "consistent": .int(Int64(ordersAgreed)),
        "rate": .number(Double(ordersAgreed) / Double(ordersCompared)),
      ]
    }
    if calibrated > 0 {
      var counts = JSONObject([("verdicts", .int(Int64(calibrated)))])
      if decidable > 0 { counts["abstained"] = .int(Int64(abstained)) }
      if calibratedScore.count > 0 { counts["score"] = calibratedScore.json }
      object["calibrated"] = .object(counts)
    }
    if usage != Usage() || uncounted > 0 {
      var counts = usage.json.object ?? JSONObject()
      if uncounted > 0 { counts["unknown_items"] = .int(Int64(uncounted)) }
      object["usage"] = .object(counts)
    }
    object["cost"] = cost.map { Expense.cost($0.currency, $0.known, unknown: $0.unknown, of: "items") }
    return .object(object)
  }
}

extension RunningMean {
  var json: JSONValue {
    var object = JSONObject([("n", .int(Int64(count)))])
    object["mean"] = mean.map { .number($0) } ?? .null
    object["standard_error"] = standardError.map { .number($0) } ?? .null
    if count > 0 {
      object["min"] = .number(minimum)
      object["max"] = .number(maximum)
    }
    return .object(object)
  }
}

extension BatchSummary.Criterion {
  fileprivate var json: JSONValue {
    var object = JSONObject([("name", .string(name)), ("score", score.json), ("unscored", .int(Int64(unscored)))])
    if gated > 0 { object["gate"] = ["responses": .int(Int64(gated)), "passed": .int(Int64(passed))] }
    return .object(object)
  }
}

extension BatchSummary.Response {
  fileprivate var json: JSONValue {
    var object = JSONObject([("score", score.json)])
    if wins.count > 0 { object["win_rate"] = wins.json }
    return .object(object)
  }
}
