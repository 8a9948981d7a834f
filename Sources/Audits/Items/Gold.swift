import JSON

/// What is known to be right of an item.
public enum Gold: Sendable, Hashable {
  /// Which of several responses is best; nil: none is better than another.
  case winner(Int?)
  /// Whether the one response is good enough.
  case pass(Bool)
  /// What the one response is worth, on the rubric's scale.
  case score(Double)

  /// The decision that a right judge comes to; a score passes from `passAt` on.
  func decision(passAt: Double?) -> Decision? {
    switch self {
    case .winner(let winner): .winner(winner)
    case .pass(let passes): .passes(passes)
    case .score(let score): passAt.map { .passes(score >= $0) }
    }
  }

  /// Reads `{"winner": 0}` (null: a tie), `{"pass": true}` or `{"score": 4}`.
  init(_ reader: JSONReader, responses: Int) throws(JSONError) {
    try reader.allowOnly("winner", "pass", "score")
    let members = try reader.object()
    guard members.count == 1 else {
      throw reader.error("has \(members.count) members; give one of: winner, pass, score")
    }
    if members["winner"] != nil {
      guard responses > 1 else {
        throw reader.error("names a winner, and the item has one response; give pass or score")
      }
      self = .winner(try reader["winner"]?.int(in: 0...responses - 1))
    } else {
      guard responses == 1 else {
        throw reader.error("is about one response, and the item has \(responses); give the winner")
      }
      if let pass = reader["pass"] {
        self = .pass(try pass.bool())
      } else {
        self = .score(try reader.require("score").double())
      }
    }
  }

  /// What the file says.
  var json: JSONValue {
    switch self {
    case .winner(let winner): ["winner": winner.map { .int(Int64($0)) } ?? .null]
    case .pass(let passes): ["pass": .bool(passes)]
    case .score(let score): ["score": .number(score)]
    }
  }
}

/// What a judgment comes to, in the only respect that an audit compares.
public enum Decision: Sendable, Hashable {
  /// The best of several responses; nil: a tie.
  case winner(Int?)
  /// Whether the one response is good enough.
  case passes(Bool)
  /// What a solver answers, in the form in which answers are compared.
  case answers(String)

  /// Whether it is what `response` would wish for.
  func favours(_ response: Int) -> Bool {
    switch self {
    case .winner(let winner): winner == response
    case .passes(let passes): passes
    case .answers: false
    }
  }
}
