import JSON
import Judging
import Testing
import Wire

@testable import OpenAI

/// Responses whose steps have a number each.
@Suite struct RewardStepTests {
  static let marker = #""marker": "<extra_0>""#
  static let response = "First.\n\nThen.\n\n \n\nSo 42.\n"

  private func outcome(_ reward: String, _ rows: String, _ response: String = response) async throws -> Result<
    JudgeReply, Unscored
  > {
    try await Reward.outcome(
      "pooling", reward, reply: #"{"data": [{"index": 0, "data": \#(rows)}]}"#,
      Reward.call([(.user, "Q"), (.assistant, response)]))
  }

  @Test func theMarkerStandsAfterEachStep() async throws {
    let delivery = FixedDelivery(#"{"data": [{"data": [[1], [2], [3]]}]}"#)
    let judge = try Reward.judge("pooling", "{\"task\": \"token_classify\", \"steps\": {\(Self.marker)}}", delivery)
    _ = try await judge.reply(to: Reward.call([(.user, "Q"), (.assistant, Self.response)]))
    #expect(delivery.letters[0].text.contains(#""content":"First.<extra_0>Then.<extra_0>So 42.<extra_0>""#))
    #expect(delivery.letters[0].text.contains(#""task":"token_classify""#))
  }

  @Test(arguments: [
    ("min", 0.2, "min of 3 steps: 0.9, 0.2, 0.8"), ("mean", (0.9 + 0.2 + 0.8) / 3, "mean of 3 steps: 0.9, 0.2, 0.8"),
    ("product", 0.9 * 0.2 * 0.8, "product of 3 steps: 0.9, 0.2, 0.8"), ("last", 0.8, "last of 3 steps: 0.9, 0.2, 0.8"),
  ]) func stepsBecomeOne(aggregate: String, expected: Double, reason: String) async throws {
    let reward =
      "{\"activation\": \"server\", \"label\": 1, \"steps\": {\(Self.marker), \"aggregate\": \"\(aggregate)\"}}"
    let measured = try await outcome(reward, "[[0.1, 0.9], [0.8, 0.2], [0.2, 0.8]]").measured
    #expect(measured == .init(value: expected, score: expected, reason: reason))
  }

  @Test func rawStepsHaveNoBounds() async throws {
    let measured = try await outcome("{\"steps\": {\(Self.marker)}}", "[[3], [-7.5], [1]]").measured
    #expect(measured == .init(value: -7.5, score: nil, reason: "min of 3 steps: 3.0, -7.5, 1.0"))
  }

  @Test(arguments: [
    ("[[1], [2]]", "the response has 3 steps, and the server gave 2 rows"),
    ("[]", "3 steps, and the server gave 0 rows"),
    ("[[1], [2], [3], [4]]", "3 steps, and the server gave 4 rows"),
    ("[1, 2, 3]", "expected an array, found an integer"),
    ("[[1], [], [3]]", "there is no number in it"),
    ("[[1], [null], [3]]", "data[0].data[1][0]: expected a number, found null"),
    ("[[1], [2, 3], [3]]", "gives 2 numbers, for classes 0 to 1"),
  ]) func anyOtherCountIsNoScore(rows: String, message: String) async throws {
    let outcome = try await outcome("{\"steps\": {\(Self.marker)}}", rows)
    #expect(outcome.problem?.reason == .judgeError)
    #expect(outcome.problem?.message.contains(message) == true, "\(outcome)")
  }

  @Test func aSeparatorOfItsOwn() async throws {
    let steps = try StepOptions(JSONReader(["separator": "Step", "marker": "*"]))
    #expect(steps.split("Step 1: a Step 2: b") == ["1: a", "2: b"])
    // A combining accent after a separator makes another character of it, not another separator.
    #expect(steps.split("aStep\u{301}b") == ["a", "\u{301}b"])
    #expect(steps.split("  ").isEmpty)
    #expect(steps.marked(["a", "b"]) == "a*b*")
  }
}
