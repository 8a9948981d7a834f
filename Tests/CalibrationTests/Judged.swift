import JSON

@testable import Calibration

/// Judgments and labels made up for a test.
enum Judged {
  static let provenance: JSONValue = [
    "judge": "j", "model": "m", "fingerprint": "f1", "rubric": "r@sha256:00", "style": "s@1", "parser": "p@1",
    "sampling": ["samples": 5],
  ]

  /// A pointwise judgment of one response by these samples; its score is their mean.
  static func scores(
    _ id: String, _ votes: [Double], texts: [String] = [], answers: [JSONValue] = [],
    with changes: [String: JSONValue] = [:]
  ) -> JSONValue {
    let samples = votes.enumerated().map { place, vote -> JSONValue in
      var sample = JSONObject([
        ("sample", .int(Int64(place))), ("order", .array([0])), ("response", 0), ("status", "ok"),
        ("scores", .array([.number(vote)])),
      ])
      if place < texts.count { sample["text"] = .string(texts[place]) }
      if place < answers.count { sample["logprobs"] = ["said": [.number(vote)], "answers": [answers[place]]] }
      return .object(sample)
    }
    var judgment = JSONObject([
      ("id", .string(id)), ("status", "ok"), ("format", "pointwise"), ("scores", .array([.number(votes.mean)])),
      ("samples", .array(samples)), ("provenance", provenance),
    ])
    for (key, value) in changes { judgment[key] = value }
    return .object(judgment)
  }

  static func label(_ id: String, _ kind: LabelKind, _ value: JSONValue, _ more: [String: JSONValue] = [:]) -> JSONValue
  {
    var members = JSONObject([("id", .string(id)), (kind.rawValue, value)])
    for (key, value) in more { members[key] = value }
    return .object(members)
  }

  /// Everything read and put together.
  static func data(
    _ labels: [JSONValue], _ judgments: [JSONValue], _ rules: EvidenceRules, scale: HumanScale? = nil
  ) throws -> LabelledJudgments {
    var set = LabelSet(scale: scale)
    for (place, label) in labels.enumerated() { try set.add(JSONReader(label), line: place + 1) }
    var data = try LabelledJudgments(set, rules)
    for (place, judgment) in judgments.enumerated() { try data.add(JSONReader(judgment), line: place + 1) }
    try data.finish()
    return data
  }

  /// A judge on a scale of 1 to 5 that is too generous, and whose five samples agree more often than they are right.
  static func overconfident(
    _ items: Int, seed: UInt64, from first: Int = 0
  ) -> (labels: [JSONValue], judgments: [JSONValue]) {
    var randomness = Randomness(seed: seed, purpose: "test")
    var (labels, judgments): ([JSONValue], [JSONValue]) = ([], [])
    for item in first..<(first + items) {
      let human = Double(1 + randomness.index(below: 5))
      let isHard = randomness.uniform() < 0.5
      // On hard items it is off, and its samples are only a little less at one.
      let seen = (human + 0.4 + (isHard ? 1.2 : 0.3) * randomness.normal()).rounded().clamped(to: 1...5)
      let votes = (0..<5).map { _ in
        randomness.uniform() < (isHard ? 0.75 : 0.97)
          ? seen : (seen + (randomness.uniform() < 0.5 ? 1 : -1)).clamped(to: 1...5)
      }
      labels.append(label("q\(item)", .score, .number(human), ["group": isHard ? "hard" : "easy"]))
      judgments.append(scores("q\(item)", votes))
    }
    return (labels, judgments)
  }
}
