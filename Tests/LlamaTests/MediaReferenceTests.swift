import Foundation
import JSON
import Judging
import Media
import PluginKit
import Testing
import Wire

@testable import Llama

/// Log-probabilities of float32 on both sides, summed in another order.
private let tolerance = 0.0005
/// libmtmd computes the first layer of a projector and its GELU in half precision (generate_media.py tells what else differs).
private let toleranceOfHalfPrecision = 0.01

/// Against `transformers` in float32 on the same weights and pictures.
@Suite struct MediaReferenceTests {
  static func judge(_ reference: MediaReference, _ more: [String: JSONValue] = [:]) throws -> LlamaJudge {
    try Fixture.seeingJudge(["frames": reference.name == "pair" ? "pairs" : "images"].merging(more) { $1 })
  }

  static func call(_ reference: MediaReference) -> JudgeCall {
    Fixture.call(reference.messages, Sampling(maxTokens: reference.steps.count, topLogprobs: 5))
  }

  @Test(arguments: MediaReference.all)
  func greedyRepliesAreTheSame(_ reference: MediaReference) async throws {
    let judge = try Self.judge(reference)
    defer { judge.close() }
    let reply = try await judge.reply(to: Self.call(reference))
    #expect(
      reply.usage
        == Usage(promptTokens: reference.tokens, completionTokens: reference.steps.count, cachedTokens: 0))
    #expect(Reference.distance(reply, reference.steps, judge.model) < toleranceOfHalfPrecision)
    #expect(Reference.distance(reply, reference.rounded, judge.model) < tolerance)
  }

  /// A picture that is more than a step has tokens: its positions are cut with it.
  @Test func aPictureInSeveralBatchesIsTheSame() async throws {
    let judge = try Fixture.seeingJudge()
    defer { judge.close() }
    let small = try Fixture.seeingJudge(["batch": 32, "slots": 1, "context": 256, "cache_bytes": 0])
    defer { small.close() }
    let call = Fixture.call(
      [.text("a"), .image(Fixture.picture(280, 196, 3)), .text("b")], Sampling(maxTokens: 16, topLogprobs: 1))
    let whole = try await judge.reply(to: call)
    let cut = try await small.reply(to: call)
    #expect((whole.usage.promptTokens ?? 0) > 2 * small.context.batch)
    #expect(whole.text == cut.text)
    #expect(SharedComputationTests.distance(whole, cut) < tolerance)
  }

  /// Otherwise the tests here would not see a wrong picture.
  @Test func anotherPictureOrOrderGivesAnotherReply() async throws {
    let judge = try Fixture.seeingJudge()
    defer { judge.close() }
    func reply(_ parts: [JudgePart]) async throws -> JudgeReply {
      try await judge.reply(to: Fixture.call(parts, Sampling(maxTokens: 4, topLogprobs: 1)))
    }
    let one = Fixture.picture(84, 112, 1)
    let other = Fixture.picture(84, 112, 2)
    let turned = Fixture.picture(112, 84, 1)
    let prompts: [[JudgePart]] = [
      [.text("a"), .image(one), .image(other)], [.text("a"), .image(other), .image(one)],
      [.image(one), .text("a"), .image(other)], [.text("a"), .image(one), .image(turned)], [.text("a"), .image(one)],
    ]
    var logprobs: Set<Double> = []
    for prompt in prompts {
      let first = try #require(try await reply(prompt).tokens.first)
      logprobs.insert((first.logprob * 1000).rounded())
    }
    #expect(logprobs.count == prompts.count)
  }
}

/// The same call gets the same reply whatever else is computed, and whatever is kept of its pictures.
@Suite struct SharedMediaTests {
  /// Rollouts of one picture, answers with a picture each, and both orders of two.
  static func calls(temperature: Double) -> [JudgeCall] {
    let system = JudgeMessage(.system, [.text(String(repeating: "judge the picture. ", count: 6))])
    let pictures = (1...4).map { Fixture.picture(84 + 28 * ($0 % 2), 112, $0) }
    let prompts: [[JudgePart]] = (0..<16).map { number in
      switch number % 4 {
      case 0, 1: [.text("Is "), .image(pictures[0]), .text(" answer \(number)")]
      case 2: [.image(pictures[1]), .text("or"), .image(pictures[number % 3]), .text("score \(number)")]
      default: [.image(pictures[3]), .text("or"), .image(pictures[1]), .text("score")]
      }
    }
    return prompts.enumerated().map { number, parts in
      Fixture.call(
        [system, JudgeMessage(.user, parts)],
        Sampling(temperature: temperature, maxTokens: 16, seed: UInt64(number), topLogprobs: 2), item: "q\(number)")
    }
  }

  /// Few tokens in a step, and embeddings that do not all fit.
  static let settings: [[String: JSONValue]] = [
    ["slots": 8], ["slots": 8, "batch": 32, "media_cache_bytes": 0], ["slots": 3, "media_cache_bytes": 5000],
  ]

  @Test(arguments: settings, [0.0, 0.7])
  func manyAtOnceGetWhatOneAloneGets(_ settings: [String: JSONValue], _ temperature: Double) async throws {
    let calls = Self.calls(temperature: temperature)
    let together = try Fixture.seeingJudge(settings)
    defer { together.close() }
    let replies = try await withThrowingTaskGroup(of: (Int, JudgeReply).self) { group in
      for (at, call) in calls.enumerated() { group.addTask { (at, try await together.reply(to: call)) } }
      return try await group.reduce(into: [Int: JudgeReply]()) { $0[$1.0] = $1.1 }
    }
    var cached = 0
    for (at, call) in calls.enumerated() {
      // A judge of its own for each: nothing is kept from one to the next.
      let alone = try Fixture.seeingJudge(["slots": 1, "cache_bytes": 0])
      let expected = try await alone.reply(to: call)
      alone.close()
      let reply = try #require(replies[at])
      #expect(expected.usage.cachedTokens == 0)
      #expect(reply.text == expected.text)
      #expect(reply.finish == expected.finish)
      #expect(reply.usage.promptTokens == expected.usage.promptTokens)
      #expect(SharedComputationTests.distance(reply, expected) < tolerance)
      cached += reply.usage.cachedTokens ?? 0
    }
    // At least the system message is read once.
    #expect(cached >= 15 * 40)
  }

  @Test func aStrictJudgeGivesTheSameBits() async throws {
    let judge = try Fixture.seeingJudge(["strict": true])
    defer { judge.close() }
    let call = MediaReferenceTests.call(.named("pictures"))
    let first = try await judge.reply(to: call)
    _ = try await judge.reply(to: MediaReferenceTests.call(.named("first")))
    let second = try await judge.reply(to: call)
    #expect(first.tokens == second.tokens)
    #expect(second.usage.cachedTokens == 0)
  }

  @Test func aKeptPictureChangesNothing() async throws {
    let judge = try Fixture.seeingJudge()
    defer { judge.close() }
    let call = MediaReferenceTests.call(.named("pictures"))
    let first = try await judge.reply(to: call)
    let second = try await judge.reply(to: call)
    #expect(second.usage.cachedTokens == second.usage.promptTokens.map { $0 - 1 })
    #expect(first.text == second.text)
    #expect(SharedComputationTests.distance(first, second) < tolerance)
  }
}
