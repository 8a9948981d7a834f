import Foundation
import JSON
import Judging
import PluginKit
import Testing
import Wire

@testable import Llama

/// Log-probabilities of float32 on both sides, summed in another order. The smallest lead of a token over the next one in the
/// reference is ten times as large.
private let tolerance = 0.0001

/// Against `transformers` in float32 on the same weights.
@Suite struct ReferenceTests {
  @Test(arguments: Reference.all)
  func promptsAreTheSameTokens(_ reference: Reference) throws {
    let model = try LlamaModel(try LlamaOptions(JSONReader(Fixture.options(reference.model))))
    let tokens = try Fixture.prompt(reference.messages, model)
    #expect(tokens == reference.prompt)
  }

  @Test(arguments: Reference.all)
  func greedyRepliesAreTheSame(_ reference: Reference) async throws {
    let judge = try Fixture.judge(reference.model)
    defer { judge.close() }
    let reply = try await judge.reply(
      to: Fixture.call(reference.messages, Sampling(maxTokens: reference.steps.count, topLogprobs: 5)))
    let model = try LlamaModel(try LlamaOptions(JSONReader(Fixture.options(reference.model))))
    #expect(
      reply.usage
        == Usage(promptTokens: reference.prompt.count, completionTokens: reference.steps.count, cachedTokens: 0))
    #expect(Reference.distance(reply, reference.steps, model) < tolerance)
  }
}

/// The same call gets the same reply whatever else is computed, and whatever is kept.
@Suite struct SharedComputationTests {
  static let system = String(repeating: "judge the answer step by step. ", count: 12)

  static func calls(_ count: Int, temperature: Double) -> [JudgeCall] {
    (0..<count).map { number in
      Fixture.call(
        [
          JudgeMessage(.system, [.text(system)]),
          JudgeMessage(.user, [.text("answer \(number % 5) " + String(repeating: "score ", count: number))]),
        ], Sampling(temperature: temperature, maxTokens: 20, seed: UInt64(number), topLogprobs: 2), item: "q\(number)")
    }
  }

  static func distance(_ one: JudgeReply, _ other: JudgeReply) -> Double {
    zip(one.tokens, other.tokens).map { abs($0.logprob - $1.logprob) }.max() ?? 0
  }

  @Test(arguments: ["qwen2", "llama"], [0.0, 0.7])
  func manyAtOnceGetWhatOneAloneGets(_ name: String, _ temperature: Double) async throws {
    let calls = Self.calls(24, temperature: temperature)
    let alone = try Fixture.judge(name, ["slots": 1, "cache_bytes": 0])
    let together = try Fixture.judge(name, ["slots": 8, "batch": 32])
    defer {
      alone.close()
      together.close()
    }
    let replies = try await withThrowingTaskGroup(of: (Int, JudgeReply).self) { group in
      for (at, call) in calls.enumerated() { group.addTask { (at, try await together.reply(to: call)) } }
      return try await group.reduce(into: [Int: JudgeReply]()) { $0[$1.0] = $1.1 }
    }
    var cached = 0
    var farthest = 0.0
    for (at, call) in calls.enumerated() {
      // Another judge each time would be the same, but for what a judge keeps: that is told by `cachedTokens`.
      let expected = try await alone.reply(to: call)
      let reply = try #require(replies[at])
      #expect(reply.text == expected.text)
      #expect(reply.finish == expected.finish)
      #expect(reply.usage.promptTokens == expected.usage.promptTokens)
      farthest = max(farthest, Self.distance(reply, expected))
      cached += reply.usage.cachedTokens ?? 0
    }
    #expect(farthest < tolerance)
    // The system message of 24 calls is read once.
    #expect(cached >= 23 * 60)
  }

  @Test func aKeptPrefixChangesNothing() async throws {
    let judge = try Fixture.judge("qwen2")
    defer { judge.close() }
    let call = Self.calls(1, temperature: 0)[0]
    let first = try await judge.reply(to: call)
    let second = try await judge.reply(to: call)
    #expect(first.usage.cachedTokens == 0)
    #expect(second.usage.cachedTokens == second.usage.promptTokens.map { $0 - 1 })
    #expect(first.text == second.text)
    #expect(Self.distance(first, second) < tolerance)
  }
}
