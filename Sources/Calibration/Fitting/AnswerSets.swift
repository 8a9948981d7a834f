public import JSON

/// Sets of answers about which response is best, that hold the one of people as often as they say.
public struct AnswerSets: Sendable, Hashable {
  /// The share of items whose set holds the answer of people, at least.
  public let level: Double
  /// Answers of at least this probability are in the set; 0 where there were too few items to say, and every set holds all.
  public let threshold: Double
  /// How many items it is from.
  public let items: Int

  /// From items that nothing was fitted to, one row for each. Nil where a judgment does not tell how likely its answers are, or people named a
  /// response that it does not have.
  init?(_ rows: [LabelledJudgments.Row], level: Double) throws(CalibrationError) {
    var (probabilities, answers): ([[Double]], [Int]) = ([], [])
    for row in rows {
      guard let given = row.evidence.answers else { return nil }
      let answer = row.label == Label.tie ? given.count - 1 : Int(row.label)
      guard row.label == Label.tie || answer < given.count - 1 else { return nil }
      probabilities.append(given)
      answers.append(answer)
    }
    guard !rows.isEmpty else { return nil }
    let sets = try PredictionSets(probabilities, answers: answers, level: level)
    (self.level, threshold, items) = (level, sets.threshold, rows.count)
  }

  /// The set of a judgment with these probabilities: the indices of responses, nil for the tie.
  public func set(_ probabilities: [Double]) -> [Int?] {
    PredictionSets(threshold: threshold, level: level).set(probabilities).map { place in
      place == probabilities.count - 1 ? nil : place
    }
  }

  /// As in a calibration file.
  public var json: JSONValue {
    ["level": .number(level), "threshold": .number(threshold), "items": .int(Int64(items))]
  }

  init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly("level", "threshold", "items")
    level = try reader.require("level").double(in: 0...1)
    threshold = try reader.require("threshold").double(in: 0...1)
    items = try reader.require("items").int(in: 0...Int.max)
  }
}
