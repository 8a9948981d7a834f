import JSON
import Judging
import PluginKit
import Testing
import Wire

@testable import Llama

@Suite struct LimitTests {
  @Test func moreThanMayWaitIsOverloaded() async throws {
    let judge = try Fixture.judge("llama", ["slots": 1, "max_waiting": 2])
    defer { judge.close() }
    #expect(judge.description.maxInFlight == 3)
    let calls = (0..<12).map { number in
      Task { try await judge.reply(to: Fixture.call("score \(number)", Sampling(temperature: 1, maxTokens: 900))) }
    }
    // Those that are refused end while the others are at work, and say which limit it was.
    var refused = 0
    for call in calls {
      if case .failure(let error as PluginError) = await call.result {
        refused += 1
        #expect(error.kind == .overloaded)
        #expect(error.message.hasPrefix("1 calls are at work and 2 wait already; raise 'max_waiting'"))
      }
    }
    #expect((1...9).contains(refused))
    // There is room again.
    #expect(try await judge.reply(to: Fixture.call("score", Sampling(maxTokens: 2))).usage.completionTokens == 2)
  }

  @Test func aStrictJudgeKeepsNothing() async throws {
    let judge = try Fixture.judge("qwen2", ["strict": true])
    defer { judge.close() }
    let calls = SharedComputationTests.calls(10, temperature: 0.9)
    // One after the other, and then all at once in another order: to the last bit the same.
    var alone: [JudgeReply] = []
    for call in calls { alone.append(try await judge.reply(to: call)) }
    let together = try await withThrowingTaskGroup(of: (Int, JudgeReply).self) { group in
      for (at, call) in calls.enumerated().reversed() { group.addTask { (at, try await judge.reply(to: call)) } }
      return try await group.reduce(into: [Int: JudgeReply]()) { $0[$1.0] = $1.1 }
    }
    for (at, reply) in alone.enumerated() {
      #expect(together[at] == reply)
      #expect(reply.usage.cachedTokens == 0 && !reply.tokens.isEmpty)
    }
  }

  static let refused: [(JSONValue, String)] = [
    (
      ["model": "m", "strict": true, "slots": 2],
      "slots: 'strict' computes one call at a time and keeps nothing; leave slots out"
    ),
    (["model": "m", "strict": true, "cache_bytes": 1], "cache_bytes: 'strict' computes one call"),
    (["model": "m", "max_waiting": -1], "max_waiting: -1 is out of range; accepted: 0 to 100000"),
    (["model": "m", "grammar": true], "grammar"),
    (["model": "m", "grammar": "always"], "accepted: off, after_reasoning"),
    (["model": "m", "reasoning_end": "</think>"], "reasoning_end: says nothing without 'grammar: after_reasoning'"),
    (["model": "m", "grammar": "after_reasoning", "reasoning_end": ""], "reasoning_end: is empty"),
  ]

  @Test(arguments: refused) func whatIsWrongIsNamed(_ config: JSONValue, _ expected: String) {
    let error = #expect(throws: JSONError.self) { try LlamaOptions(JSONReader(config)) }
    #expect(error.map { "\($0)".contains(expected) } == true, "\(String(describing: error))")
  }
}
