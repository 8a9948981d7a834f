import JSON
import Testing
import Wire

@testable import Batch

@Suite struct SummaryTests {
  /// Expected numbers by hand: mean 5, squared deviations 32, so s² = 32/7 and the standard error sqrt(32/7/8).
  @Test func meanAndStandardError() throws {
    var mean = RunningMean()
    for value in [2.0, 4, 4, 4, 5, 5, 7, 9] { mean.add(value) }
    #expect(mean.mean == 5)
    #expect(abs(try #require(mean.standardError) - 0.755_928_946_018_454_5) < 1e-15)
    #expect((mean.minimum, mean.maximum) == (2, 9))
  }

  @Test func nothingHasNoMean() {
    var mean = RunningMean()
    #expect(mean.mean == nil)
    mean.add(3)
    #expect(mean.mean == 3)
    #expect(mean.standardError == nil)
  }

  /// Large numbers with a small spread, where sum-of-squares formulas give nonsense.
  @Test func isStable() throws {
    var mean = RunningMean()
    for value in [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16] { mean.add(value) }
    #expect(abs(try #require(mean.standardError) - (30.0 / 4).squareRoot()) < 1e-9)
  }

  /// Verdicts are counted that were calibrated, and of those with a threshold the ones that are left to people.
  @Test func countsWhatIsLeftToPeople() {
    func outcome(_ abstains: Bool?) -> Calibrated.Outcome {
      .init(score: 3, interval: nil, confidence: 0.5, abstains: abstains, given: .init(verdict: 3, confidence: 0.5))
    }
    var summary = BatchSummary()
    summary.add(RunTests.judgment("plain", 3))
    #expect(summary.json["calibrated"] == nil)
    for (place, outcomes) in [
      Calibrated.Outcomes.responses([outcome(true), nil, outcome(false)]), .comparison(outcome(true)), .comparison(nil),
      .responses([outcome(nil)]),
    ].enumerated() {
      var judgment = RunTests.judgment("c\(place)", 3)
      judgment.calibrated = Calibrated(by: "sha256:1", outcomes)
      summary.add(judgment)
    }
    #expect((summary.calibrated, summary.decidable, summary.abstained) == (4, 3, 2))
    let score: JSONValue = ["n": 3, "mean": 3.0, "standard_error": 0.0, "min": 3.0, "max": 3.0]
    #expect(summary.json["calibrated"] == ["verdicts": 4, "abstained": 2, "score": score])
  }

  /// What two judges of a cascade give has no mean: neither of scores, nor of criteria, nor of places. Verdicts are counted.
  @Test func scoresOfSeveralJudgesHaveNoMean() throws {
    func judgment(_ id: String, _ scores: [Double?], earlier count: Int) -> Judgment {
      var judgment = RunTests.judgment(id, 3)
      judgment.scores = scores
      judgment.criteria = [
        CriterionJudgment(name: "c", outcomes: scores.map { .success(.init(score: $0 ?? 0, passed: true)) })
      ]
      judgment.comparison = .init(
        winner: 0, preference: [1, 0], ranking: [], confidence: 1, positionConsistent: true)
      judgment.earlier = Array(repeating: RunTests.judgment(id, 1), count: count)
      return judgment
    }
    for (places, isMixed) in [([0, 0], false), ([1, 1], false), ([0, 1], true), ([2, 0, 2], true)] {
      var summary = BatchSummary()
      for (place, count) in places.enumerated() { summary.add(judgment("q\(place)", [4, 2], earlier: count)) }
      #expect(summary.isOfSeveralJudges == isMixed, "\(places)")
      #expect(summary.score.mean == (isMixed ? nil : 3))
      #expect(summary.criteria.map(\.score.mean) == [isMixed ? nil : 3])
      #expect(summary.criteria.map(\.gated) == [isMixed ? 0 : 2 * places.count])
      #expect(summary.responses.map(\.score.mean) == (isMixed ? [nil, nil] : [4, 2]))
      #expect(summary.responses.map(\.wins.mean) == [1, 0])
      #expect(summary.lastAsked.reduce(0, +) == places.count)
      let lastAsked = summary.json["last_asked"]
      #expect(lastAsked?.array?.count == (places == [0, 0] ? nil : (places.max() ?? 0) + 1))
      #expect(summary.json["score"]?["mean"] == (isMixed ? .null : 3.0))
    }
  }

  @Test func countsOutcomes() throws {
    var partial = RunTests.judgment("p", 4)
    partial.scores = [4, nil, 2]
    partial.unscored = [.init(response: 1, Unscored(.truncated, "cut"))]
    partial.criteria = [
      CriterionJudgment(
        name: "c",
        outcomes: [
          .success(.init(score: 4, passed: true)), .failure(Unscored(.truncated, "cut")),
          .success(.init(score: 2, passed: false)),
        ])
    ]
    partial.usage = Usage(promptTokens: 10)
    var summary = BatchSummary()
    for judgment in [RunTests.judgment("a", 5), RunTests.judgment("b", nil, reason: .timeout), partial] {
      summary.add(judgment)
    }
    #expect(summary.incomplete == 2)
    #expect(
      try JSONWriter.compact(summary.json)
        == #"{"items":3,"ok":1,"partial":1,"unscored":1,"reasons":{"truncated":1,"timeout":1},"#
        + #""score":{"n":2,"mean":4.0,"standard_error":1.0,"min":3.0,"max":5.0},"#
        + #""criteria":[{"name":"c","score":{"n":1,"mean":3.0,"standard_error":null,"min":3.0,"max":3.0},"unscored":1,"#
        + #""gate":{"responses":2,"passed":1}}],"#
        + #""responses":[{"score":{"n":1,"mean":4.0,"standard_error":null,"min":4.0,"max":4.0}},"#
        + #"{"score":{"n":0,"mean":null,"standard_error":null}},{"score":{"n":1,"mean":2.0,"standard_error":null,"min":2.0,"max":2.0}}],"#
        + #""usage":{"prompt_tokens":10}}"#)
  }

  @Test func comparesSystems() {
    func pair(_ winner: Int?, consistent: Bool?) -> Judgment {
      var judgment = RunTests.judgment("p", nil)
      (judgment.scores, judgment.unscored) = ([], [])
      judgment.comparison = .init(
        winner: winner, preference: winner.map { $0 == 0 ? [1, 0] : [0, 1] } ?? [0.5, 0.5], ranking: [], confidence: 1,
        positionConsistent: consistent)
      return judgment
    }
    var summary = BatchSummary()
    for judgment in [
      pair(0, consistent: true), pair(0, consistent: true), pair(nil, consistent: false), pair(1, consistent: nil),
    ] {
      summary.add(judgment)
    }
    #expect(summary.responses.map(\.wins.mean) == [0.625, 0.375])
    #expect((summary.comparisons, summary.ties) == (4, 1))
    #expect((summary.ordersCompared, summary.ordersAgreed) == (3, 2))
  }
}
