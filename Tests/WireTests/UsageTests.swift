import JSON
import Testing
import Wire

/// Sums of counts of which some are not known.
@Suite struct UsageTests {
  /// One count on each side, and their sum.
  static let sums: [(left: Int?, right: Int?, sum: Int?)] = [
    (nil, nil, nil), (nil, 0, 0), (0, nil, 0), (nil, 7, 7), (7, nil, 7), (0, 0, 0), (812, 240, 1052),
    (.max, 0, .max), (.max, 1, .max), (.max, .max, .max),
  ]

  @Test(arguments: sums) func addsWhatIsKnown(left: Int?, right: Int?, sum: Int?) {
    for field in Self.fields {
      var one = Usage()
      var other = Usage()
      var expected = Usage()
      one[keyPath: field] = left
      other[keyPath: field] = right
      expected[keyPath: field] = sum
      #expect(one + other == expected)
    }
  }

  @Test func countsDoNotMix() {
    let one = Usage(promptTokens: 1, completionTokens: 20, reasoningTokens: 300, cachedTokens: 4000)
    let other = Usage(promptTokens: 5, reasoningTokens: 600)
    #expect(one + other == Usage(promptTokens: 6, completionTokens: 20, reasoningTokens: 900, cachedTokens: 4000))
    #expect(one + other == other + one)
    #expect([one, other, Usage()].reduce(Usage(), +) == one + other)
  }

  @Test(arguments: [
    (Usage(), "{}"),
    (Usage(promptTokens: 0), #"{"prompt_tokens":0}"#),
    (Usage(completionTokens: 3, cachedTokens: 1), #"{"completion_tokens":3,"cached_tokens":1}"#),
    (
      Usage(promptTokens: 1, completionTokens: 2, reasoningTokens: 3, cachedTokens: 4),
      #"{"prompt_tokens":1,"completion_tokens":2,"reasoning_tokens":3,"cached_tokens":4}"#
    ),
  ])
  func leavesOutWhatIsNotKnown(usage: Usage, json: String) throws {
    #expect(try JSONWriter.compact(usage.json) == json)
  }

  private static var fields: [WritableKeyPath<Usage, Int?>] {
    [\.promptTokens, \.completionTokens, \.reasoningTokens, \.cachedTokens]
  }
}
