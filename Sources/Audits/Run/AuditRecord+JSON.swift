import Grading
import JSON
import Wire

extension AuditRecord {
  /// A line of a ledger.
  var json: JSONValue {
    var object = JSONObject([
      ("item", .string(key.item)), ("perturbation", .string(key.perturbation)), ("variant", .string(key.variant)),
      ("outcome", outcome.json),
    ])
    object["words"] = words.map { .string($0) }
    if !replies.isEmpty {
      let sorted = replies.sorted { ($0.key.response ?? -1, $0.key.sample) < ($1.key.response ?? -1, $1.key.sample) }
      object["replies"] = .array(sorted.map { Self.json($0.key, $0.value) })
    }
    if !rounds.isEmpty { object["rounds"] = .array(rounds.map(\.json)) }
    object["calls"] = .int(Int64(spent.calls))
    object["tokens"] = .int(Int64(clamping: spent.tokens))
    object["money"] = .string(String(spent.money))
    object["unknown"] = .int(Int64(spent.unknown))
    return .object(object)
  }

  init(_ reader: JSONReader) throws(JSONError) {
    key = AuditKey(
      item: try reader.require("item").string(), perturbation: try reader.require("perturbation").string(),
      variant: try reader.require("variant").string())
    outcome = try Outcome(reader.require("outcome"))
    words = try reader["words"]?.string()
    for reply in try reader["replies"]?.array() ?? [] {
      replies[try Self.thread(reply)] = try reply.require("text").string()
    }
    for round in try reader["rounds"]?.array() ?? [] { rounds.append(try Round(round)) }
    spent.calls = try reader.require("calls").int(in: 0...Int.max)
    spent.tokens = Int128(try reader.require("tokens").int(in: 0...Int.max))
    let money = try reader.require("money")
    guard let units = Int128(try money.string()) else { throw money.error("is no whole number") }
    spent.money = units
    spent.unknown = try reader.require("unknown").int(in: 0...Int.max)
  }

  private static func json(_ thread: Exchange.Thread, _ text: String) -> JSONValue {
    var object = JSONObject([("order", .array(thread.order.map { .int(Int64($0)) }))])
    object["response"] = thread.response.map { .int(Int64($0)) }
    object["sample"] = .int(Int64(thread.sample))
    object["criterion"] = thread.criterion.map { .string($0) }
    object["text"] = .string(text)
    return .object(object)
  }

  private static func thread(_ reader: JSONReader) throws(JSONError) -> Exchange.Thread {
    var order: [Int] = []
    for place in try reader.require("order").array() { order.append(try place.int(in: 0...Int.max)) }
    return Exchange.Thread(
      response: try reader["response"]?.int(in: 0...Int.max), order: order,
      sample: try reader.require("sample").int(in: 0...Int.max), criterion: try reader["criterion"]?.string())
  }
}

extension AuditRecord.Round {
  var json: JSONValue {
    var object = JSONObject()
    object["remark"] = remark.map { .string($0) }
    object["objection"] = .bool(isObjection)
    object["outcome"] = outcome.json
    object["words"] = words.map { .string($0) }
    object["acknowledges"] = .bool(acknowledges)
    return .object(object)
  }

  init(_ reader: JSONReader) throws(JSONError) {
    remark = try reader["remark"]?.string()
    isObjection = try reader.require("objection").bool()
    outcome = try Outcome(reader.require("outcome"))
    words = try reader["words"]?.string()
    acknowledges = try reader.require("acknowledges").bool()
  }
}

extension Outcome {
  var json: JSONValue {
    switch self {
    case .unscored(let reason, let message):
      return ["unscored": .string(reason.rawValue), "message": .string(message)]
    case .read(let reading):
      var object = JSONObject()
      switch reading.decision {
      case .winner(let winner): object["winner"] = winner.map { .int(Int64($0)) } ?? .null
      case .passes(let passes): object["passes"] = .bool(passes)
      case .answers(let answer): object["answer"] = .string(answer)
      }
      if !reading.scores.isEmpty { object["scores"] = .array(reading.scores.map { .number($0) }) }
      object["confidence"] = reading.confidence.map { .number($0) }
      return .object(object)
    }
  }

  init(_ reader: JSONReader) throws(JSONError) {
    if let reason = reader["unscored"] {
      self = .unscored(try reason.choice(), try reader["message"]?.string() ?? "")
      return
    }
    let decision: Decision
    if let passes = reader["passes"] {
      decision = .passes(try passes.bool())
    } else if let answer = reader["answer"] {
      decision = .answers(try answer.string())
    } else {
      guard try reader.object()["winner"] != nil else {
        throw reader.error("has none of unscored, winner, passes, answer")
      }
      decision = .winner(try reader["winner"]?.int(in: 0...Int.max))
    }
    var scores: [Double] = []
    for score in try reader["scores"]?.array() ?? [] { scores.append(try score.double()) }
    self = .read(Reading(decision: decision, scores: scores, confidence: try reader["confidence"]?.double()))
  }
}
