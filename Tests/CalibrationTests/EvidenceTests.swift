import Glibc
import JSON
import Testing

@testable import Calibration

@Suite struct EvidenceTests {
  private let scale = try? HumanScale(1, 5, step: 1)

  private func confidences(_ judgment: JSONValue, _ rules: EvidenceRules) throws -> [ConfidenceSource: Double] {
    let evidence = try #require(try JudgmentReader(rules).evidence(JSONReader(judgment)).first)
    return ConfidenceSource.allCases.reduce(into: [:]) { $0[$1] = evidence.confidences[$1] }
  }

  private func near(_ found: [ConfidenceSource: Double], _ wanted: [ConfidenceSource: Double]) -> Bool {
    found.keys == wanted.keys && found.allSatisfy { abs($0.value - (wanted[$0.key] ?? 0)) < 1e-9 }
  }

  private let answers: [JSONValue] = [
    ["mass": 0.8, "probabilities": ["3": 0.2, "4": 0.6]], ["mass": 1, "probabilities": ["4": 0.5, "5": 0.5]],
  ]

  @Test func ofScores() throws {
    let judgment = Judged.scores(
      "a", [4, 4], texts: ["Confidence: 80%", "<confidence>0.6</confidence>"], answers: answers)
    let found = try confidences(judgment, .score(within: 0.5, scale: scale))
    // The mixture is 1/8 for 3, 5/8 for 4, 1/4 for 5: mean 4.125, variance 0.359375.
    let entropy = exp(0.125 * log(0.125) + 0.625 * log(0.625) + 0.25 * log(0.25))
    #expect(
      near(
        found,
        [
          .samples: 1, .tokens: 0.625, .stated: 0.7, .expectation: 1 - 0.359375.squareRoot() / 2, .entropy: entropy,
        ]), "\(found)")
    let passing = try confidences(judgment, .pass(least: 4, scale: scale))
    #expect(
      near(passing, [.samples: 1, .tokens: 0.875, .stated: 0.7, .expectation: 3.125 / 4, .entropy: entropy]),
      "\(passing)")
    // Without a scale nothing says how far up an expected answer lies.
    #expect(try confidences(judgment, .pass(least: 4, scale: nil))[.expectation] == nil)
  }

  @Test func samplesThatDiffer() throws {
    let judgment = Judged.scores("a", [2, 3, 3, 4, 3])
    #expect(try confidences(judgment, .score(within: 0.5, scale: nil)) == [.samples: 0.6])
    #expect(try confidences(judgment, .pass(least: 3, scale: nil)) == [.samples: 0.8])
    // One sample agrees with itself, which says nothing.
    #expect(try confidences(Judged.scores("a", [3]), .score(within: 0.5, scale: nil)).isEmpty)
  }

  private func pair(_ winner: JSONValue, _ samples: [JSONValue], consistent: JSONValue? = nil) -> JSONValue {
    var judgment = JSONObject([
      ("id", "a"), ("status", "ok"), ("format", "pairwise"), ("winner", winner), ("samples", .array(samples)),
      ("provenance", Judged.provenance),
    ])
    judgment["position_consistent"] = consistent
    return .object(judgment)
  }

  @Test func ofPairs() throws {
    let words: [JSONValue] = [
      ["status": "ok", "scores": [7, 3]], ["status": "ok", "scores": [5, 5]], ["status": "ok", "winner": 0],
      ["status": "unscored", "reason": "truncated"], ["status": "ok", "winner": 1],
    ]
    #expect(try confidences(pair(0, words, consistent: false), .winner) == [.samples: 0.5, .order: 0])
    #expect(try confidences(pair(nil, words, consistent: true), .winner) == [.samples: 0.25, .order: 1])

    let named: JSONValue = [
      "status": "ok", "preference": [0.8, 0.2],
      "logprobs": [
        "said": ["winner": 0, "strong": false],
        "answers": ["mass": 1, "probabilities": ["0": 0.7, "1": 0.1, "tie": 0.2]],
      ],
    ]
    let found = try confidences(pair(0, [named]), .winner)
    #expect(abs((found[.tokens] ?? 0) - 0.7) < 1e-12)
    #expect(abs((found[.expectation] ?? 0) - 0.8) < 1e-12)

    // Two scores, read independently: 0.5 · 0.4 that they tie, 0.5 · 0.6 + 0.5 · 1 that the first wins.
    let scored: JSONValue = [
      "status": "ok", "scores": [4.5, 3.4],
      "logprobs": [
        "said": [4, 3],
        "answers": [
          ["mass": 1, "probabilities": ["4": 0.5, "5": 0.5]], ["mass": 1, "probabilities": ["3": 0.6, "4": 0.4]],
        ],
      ],
    ]
    let tokens = try #require(try confidences(pair(0, [scored]), .winner)[.tokens])
    #expect(abs(tokens - 0.8) < 1e-12)
  }

  @Test(arguments: [
    ("Confidence: 85%", 0.85), ("confidence 0.4", 0.4), ("\"confidence\": 0.25, more", 0.25), ("CONFIDENCE=100", 1),
    ("<confidence>7</confidence>", 0.07), ("confidence: 20%. Final confidence: 90%.", 0.9),
    ("**Confidence:** 60%", 0.6),
    ("confidence: high", nil), ("confidence in 3 of them", nil), ("confidence: 250%", nil), ("85", nil), ("", nil),
    ("confidence", nil), ("confidence:", nil), ("confidence: -3", nil), ("confidence: .", nil),
  ]) func stated(text: String, wanted: Double?) {
    #expect(StatedConfidence.find(in: text) == wanted)
  }

  @Test func ofAPanel() throws {
    var labels = LabelSet()
    try labels.add(JSONReader(Judged.label("a", .score, 3)), line: 1)
    var data = try LabelledJudgments(labels, .score(within: 0.5, scale: nil))
    try data.add(JSONReader(Judged.scores("a", [3])), line: 1)
    for votes in [[3.0], [3], [5]] {
      data.beginPanelMember()
      try data.addToPanel(JSONReader(Judged.scores("a", votes)))
      try data.addToPanel(JSONReader(Judged.scores("elsewhere", votes)))
    }
    data.beginPanelMember()
    try data.finish()
    let panel = try #require(data.rows.first?.evidence.confidences[.panel])
    #expect(abs(panel - 2.0 / 3) < 1e-12)
  }
}
