import Testing
import Wire

/// The closed set of reasons: the words are in files and metrics of others.
@Suite struct UnscoredTests {
  private static let retryable = [
    "unparsed": true, "truncated": true, "refused": true, "out_of_range": true, "wrong_count": true, "timeout": true,
    "judge_error": true, "invalid_input": false, "overloaded": true, "cancelled": true,
  ]

  @Test func theSetIsClosed() {
    #expect(Set(UnscoredReason.allCases.map(\.rawValue)) == Set(Self.retryable.keys))
    #expect(UnscoredReason.allCases.count == Self.retryable.count)
  }

  @Test(arguments: UnscoredReason.allCases) func saysWhetherTryingAgainCanHelp(reason: UnscoredReason) {
    #expect(reason.isRetryable == Self.retryable[reason.rawValue])
  }

  @Test(arguments: ["", "Timeout", "out-of-range", "ok", "unscored"]) func otherWordsAreNoReason(word: String) {
    #expect(UnscoredReason(rawValue: word) == nil)
  }
}
