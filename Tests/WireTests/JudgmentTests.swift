import JSON
import Testing
import Wire

/// The JSON of judgments, and what they say of themselves.
@Suite struct JudgmentTests {
  /// Fixtures/judgments: written by hand from the documented shape, compared to the byte, order of members included.
  @Test(arguments: Samples.all.keys.sorted()) func isWrittenAsDocumented(name: String) throws {
    let judgment = try #require(Samples.all[name])
    let text = try JSONWriter.pretty(judgment.json) + "\n"
    #expect(text == Fixture.text("judgments/\(name).json"))
    #expect(try JSONParser.parse(text) == judgment.json)
  }

  /// A number that JSON cannot express stops the writing; it never becomes a null or a 0.
  @Test(arguments: [Double.nan, .infinity, -.infinity]) func refusesNumbersThatAreNone(number: Double) throws {
    let judgment = Samples.judgment("q", .pointwise) { $0.scores = [1, number] }
    let error = try #require(throws: JSONError.self) { try JSONWriter.compact(judgment.json) }
    #expect(error.path == "scores[1]")
  }

  struct Derived: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let scores: [Double?]
    let failed: [Int?]
    let status: Judgment.Status
  }

  static let derived: [Derived] = [
    .init(testDescription: "all scored", scores: [1, 2], failed: [], status: .ok),
    .init(testDescription: "a score of 0 is a score", scores: [0], failed: [], status: .ok),
    .init(testDescription: "nothing was judged", scores: [], failed: [], status: .unscored),
    .init(testDescription: "one of two failed", scores: [1, nil], failed: [1], status: .partial),
    .init(testDescription: "a score of 0 beside a failure", scores: [nil, 0], failed: [0], status: .partial),
    .init(testDescription: "all but one failed", scores: [nil, nil, 3], failed: [0, 1], status: .partial),
    .init(testDescription: "all failed", scores: [nil, nil], failed: [0, 1], status: .unscored),
    .init(testDescription: "the only one failed", scores: [nil], failed: [0], status: .unscored),
    .init(testDescription: "the item failed", scores: [], failed: [nil], status: .unscored),
    .init(testDescription: "the item failed after a score", scores: [1, 2], failed: [nil], status: .unscored),
    .init(testDescription: "a response and the item failed", scores: [1, nil], failed: [1, nil], status: .unscored),
  ]

  @Test(arguments: derived) func derivesItsStatus(row: Derived) {
    let judgment = Samples.judgment("q", .pointwise) {
      $0.scores = row.scores
      $0.unscored = row.failed.map { .init(response: $0, Unscored(.unparsed, "no verdict")) }
    }
    #expect(judgment.status == row.status)
    #expect(judgment.json["status"]?.string == row.status.rawValue)
    // The reason stands at the top only when nothing is scored.
    #expect((judgment.json["reason"] != nil) == (row.status == .unscored))
  }

  @Test(arguments: UnscoredReason.allCases) func everyReasonReachesTheWire(reason: UnscoredReason) {
    let judgment = Samples.judgment("q", .listwise) {
      $0.unscored = [.init(response: nil, Unscored(reason, "why"))]
    }
    #expect(judgment.json["reason"]?.string == reason.rawValue)
    #expect(judgment.json["message"]?.string == "why")
    #expect(judgment.json["retryable"]?.bool == reason.isRetryable)
  }

  @Test(arguments: Samples.all.keys.sorted()) func aSampleIsScoredWhenItHasAVerdict(name: String) throws {
    let judgment = try #require(Samples.all[name])
    let written = judgment.json["samples"]?.array ?? []
    #expect(judgment.samples.map(\.isScored) == written.map { $0["status"] == "ok" })
    #expect(judgment.samples.map(\.isScored) == written.map { $0["reason"] == nil })
  }
}
