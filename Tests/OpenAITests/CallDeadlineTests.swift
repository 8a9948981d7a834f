import Judging
import Testing

@testable import OpenAI

/// The plugin speaks before the host does: its message tells the attempts.
@Suite struct CallDeadlineTests {
  @Test(arguments: [(1, 1), (10, 9), (1_000, 900), (5_000, 4_500), (600_000, 599_500), (nil, 86_399_500)])
  func itEndsALittleBeforeTheHost(timeout: Int?, milliseconds: Int) {
    let call = JudgeCall(
      key: CallKey(item: "q", order: [0]), messages: [], sampling: Sampling(), promptDigest: "",
      timeoutMilliseconds: timeout)
    let before = ContinuousClock.now
    let deadline = call.deadline
    let after = ContinuousClock.now
    #expect(deadline >= before + .milliseconds(milliseconds) && deadline <= after + .milliseconds(milliseconds))
  }
}
