import JSON

/// What the log-probabilities of a reply say about its verdict, beside what the words say.
public struct VerdictEvidence: Sendable, Hashable {
  /// The verdict in words: what the judge wrote.
  public let said: Verdict
  /// For every response shown, one per criterion asked, laid out as `said`; a choice between two responses is one row of one.
  public let answers: [[AnswerChances]]

  /// The evidence of one reply.
  public init(said: Verdict, answers: [[AnswerChances]]) {
    self.said = said
    self.answers = answers
  }

  /// `{"said": …, "answers": …}`, both laid out as the sample's own verdict.
  var json: JSONValue {
    var object = JSONObject()
    switch said {
    case .scores(let rows):
      object["said"] = rows.laidOut { .number($0) }
      object["answers"] = answers.laidOut(\.json)
    case .choice, .chances:
      var choice = JSONObject()
      said.write(to: &choice)
      object["said"] = .object(choice)
      object["answers"] = answers.first?.first?.json
    }
    return .object(object)
  }
}

/// How likely each answer to one question was, as far as it is known.
public struct AnswerChances: Sendable, Hashable {
  /// One answer and its probability.
  public struct Chance: Sendable, Hashable {
    /// A number or a label of the scale; for a choice the index of the better response, or `tie`.
    public let answer: String
    /// 0...1, not divided by ``AnswerChances/mass``.
    public let probability: Double

    /// An answer with its probability.
    public init(_ answer: String, _ probability: Double) {
      self.answer = answer
      self.probability = probability
    }
  }

  /// The answers of which any probability is known, in the order of the scale.
  public let chances: [Chance]
  /// The sum of these probabilities, 0...1: how much of what the judge might have answered is known.
  public let mass: Double

  /// The probabilities of single answers.
  public init(_ chances: [Chance], mass: Double) {
    self.chances = chances
    self.mass = mass
  }

  var json: JSONValue {
    [
      "mass": .number(mass),
      "probabilities": .object(JSONObject(chances.map { ($0.answer, .number($0.probability)) })),
    ]
  }
}

extension Array {
  /// Rows as a sample shows them: plain where every row holds one value, else arrays.
  func laidOut<Value>(_ json: (Value) -> JSONValue) -> JSONValue where Element == [Value] {
    let single = allSatisfy { $0.count == 1 }
    return .array(map { row in single ? json(row[0]) : .array(row.map(json)) })
  }
}
