import JSON
import Judging
import Testing
import Wire

@testable import OpenAI

/// Several samples of one call.
@Suite struct ChatSamplesTests {
  @Test func oneRequestHoldsThemAllWhereItCan() async throws {
    let server = ScriptedDelivery { letter, _ in .success(.chat(Self.texts(letter, Self.wanted(letter)), attempts: 2)) }
    let reply = try await judge(server).reply(to: Self.call(samples: 5))
    #expect(server.bodies.map { $0["n"] } == [5] && server.bodies.map { $0["seed"] } == [100])
    #expect(([reply] + reply.more).map(\.text) == ["100/0", "100/1", "100/2", "100/3", "100/4"])
    #expect(reply.usage == Usage(promptTokens: 10, completionTokens: 5, requests: 2))
    #expect(reply.more.allSatisfy { $0.usage == Usage() && $0.more.isEmpty })
  }

  @Test func moreThanOneRequestMayHoldAreSplit() async throws {
    let server = ScriptedDelivery { letter, _ in .success(.chat(Self.texts(letter, Self.wanted(letter)))) }
    let reply = try await judge(server, #""n": 2"#).reply(to: Self.call(samples: 5))
    #expect(([reply] + reply.more).map(\.text) == ["100/0", "100/1", "102/0", "102/1", "104/0"])
    #expect(reply.usage.requests == 3 && Self.sorted(server.bodies.compactMap { $0["n"]?.int }) == [2, 2])
  }

  @Test func withoutNEachIsARequest() async throws {
    let server = ScriptedDelivery { letter, _ in .success(.chat(Self.texts(letter, 1))) }
    let reply = try await judge(server, #""n": "never""#).reply(to: Self.call(samples: 3))
    #expect(([reply] + reply.more).map(\.text) == ["100/0", "101/0", "102/0"])
    #expect(server.bodies.allSatisfy { $0["n"] == nil })
    #expect(reply.usage == Usage(promptTokens: 30, completionTokens: 3, requests: 3))
  }

  @Test func fewerChoicesAreFilledUpAndRemembered() async throws {
    let server = ScriptedDelivery { letter, _ in .success(.chat(Self.texts(letter, 1))) }
    let judge = try judge(server)
    let reply = try await judge.reply(to: Self.call(samples: 4))
    #expect(([reply] + reply.more).map(\.text) == ["100/0", "101/0", "102/0", "103/0"])
    #expect(server.bodies.map { $0["n"]?.int ?? 1 } == [4, 1, 1, 1])
    _ = try await judge.reply(to: Self.call(samples: 2))
    #expect(server.bodies.count == 6 && server.bodies.suffix(2).allSatisfy { $0["n"] == nil })
  }

  @Test func aServerThatGivesUpToTwoIsAskedForTwo() async throws {
    let server = ScriptedDelivery { letter, _ in .success(.chat(Self.texts(letter, min(2, Self.wanted(letter))))) }
    let reply = try await judge(server).reply(to: Self.call(samples: 5))
    #expect(([reply] + reply.more).map(\.text) == ["100/0", "100/1", "102/0", "102/1", "104/0"])
    #expect(Self.sorted(server.bodies.map { $0["n"]?.int ?? 1 }) == [1, 2, 5])
  }

  @Test(arguments: [
    (500, "Only one completion choice is allowed"), (400, "n must be 1"), (422, "Extra inputs are not permitted: 'n'"),
  ])
  func aRefusalOfSeveralIsRemembered(status: Int, message: String) async throws {
    let server = ScriptedDelivery { letter, _ in
      Self.wanted(letter) > 1 ? .failure(.status(status, message)) : .success(.chat(Self.texts(letter, 1)))
    }
    let judge = try judge(server)
    let reply = try await judge.reply(to: Self.call(samples: 3))
    #expect(([reply] + reply.more).map(\.text) == ["100/0", "101/0", "102/0"])
    #expect(reply.usage == Usage(promptTokens: 30, completionTokens: 3, requests: 4))
    _ = try await judge.reply(to: Self.call(samples: 2))
    #expect(server.bodies.map { $0["n"]?.int ?? 1 } == [3, 1, 1, 1, 1, 1])
  }

  @Test func greedySamplingSaysNothingOfOtherCalls() async throws {
    let server = ScriptedDelivery { letter, number in
      number == 0
        ? .failure(.status(400, "n must be 1 when using greedy sampling, got 3.")) : .success(.chat(Self.texts(letter)))
    }
    let judge = try judge(server)
    let reply = try await judge.reply(to: Self.call(samples: 3))
    #expect(reply.more.count == 2)
    #expect(server.bodies.map { $0["n"]?.int ?? 1 } == [3, 1, 1, 1])
    _ = try await judge.reply(to: Self.call(samples: 3))
    #expect(server.bodies.last?["n"] == 3)
  }

  @Test func anUnclearRefusalIsTriedWithOne() async throws {
    let server = ScriptedDelivery { letter, _ in
      Self.wanted(letter) > 1 ? .failure(.status(400, "invalid request")) : .success(.chat(Self.texts(letter, 1)))
    }
    let judge = try judge(server)
    #expect(try await judge.reply(to: Self.call(samples: 3)).more.count == 2)
    _ = try await judge.reply(to: Self.call(samples: 2))
    #expect(server.bodies.map { $0["n"]?.int ?? 1 } == [3, 1, 1, 1, 1, 1])
  }

  @Test func aCallThatIsRefusedForAnotherReasonCostsOneMoreRequest() async throws {
    let server = ScriptedDelivery { _, _ in
      .failure(.status(400, "This model's maximum context length is 4096 tokens."))
    }
    let judge = try judge(server)
    let unscored = await #expect(throws: Unscored.self) { try await judge.reply(to: Self.call(samples: 8)) }
    #expect(unscored?.message.contains("maximum context length") == true && unscored?.spent.requests == 2)
    #expect(server.bodies.map { $0["n"]?.int ?? 1 } == [8, 1])
    _ = await #expect(throws: Unscored.self) { try await judge.reply(to: Self.call(samples: 8)) }
    #expect(server.bodies.map { $0["n"]?.int ?? 1 } == [8, 1, 8, 1])
  }

  @Test func oneFailureFailsTheCallWithAllThatItCost() async throws {
    let server = ScriptedDelivery { letter, _ in
      if Self.seed(letter) == 102 {
        return .failure(.refused(nil, Unscored(.timeout, "too slow"), attempts: 4))
      }
      return .success(.chat(Self.texts(letter, 1)))
    }
    let unscored = await #expect(throws: Unscored.self) {
      try await judge(server, #""n": "never""#).reply(to: Self.call(samples: 3))
    }
    #expect(unscored?.reason == .timeout && unscored?.message == "too slow")
    let spent = try #require(unscored?.spent)
    // The others may have been cancelled before they were answered; then they cost their one attempt.
    #expect(spent.requests == 6 && (0...20).contains(spent.promptTokens ?? 0))
  }

  @Test func aReplyThatCannotBeReadHasItsPrice() async throws {
    let server = ScriptedDelivery { _, _ in
      .success(
        .answer(
          [
            "choices": [["index": 0, "finish_reason": nil, "message": ["content": "<answer>1"]]],
            "usage": ["prompt_tokens": 7, "completion_tokens": 3],
          ], attempts: 3))
    }
    let unscored = await #expect(throws: Unscored.self) { try await judge(server).reply(to: Self.call(samples: 1)) }
    #expect(unscored?.reason == .judgeError)
    #expect(unscored?.spent == Usage(promptTokens: 7, completionTokens: 3, requests: 3))
  }

  @Test func aCancelledCallIsCancelled() async throws {
    let server = ScriptedDelivery { letter, _ in .success(.chat(Self.texts(letter, 1))) }
    let judge = try judge(server, #""n": "never""#)
    let task = Task { () async throws -> JudgeReply in
      withUnsafeCurrentTask { $0?.cancel() }
      return try await judge.reply(to: Self.call(samples: 3))
    }
    let unscored = await #expect(throws: Unscored.self) { try await task.value }
    #expect(unscored?.reason == .cancelled)
  }

  @Test func everyRequestHasAKeyOfItsOwn() async throws {
    let server = ScriptedDelivery { letter, _ in .success(.chat(Self.texts(letter, 1))) }
    _ = try await judge(server, #""n": "never""#).reply(to: Self.call(samples: 8))
    #expect(Set(server.letters.map(\.idempotencyKey)).count == 8)
    #expect(server.letters.allSatisfy { $0.path == "/chat/completions" && $0.root == .base })
  }

  /// Servers that give what they like: the call ends with as many replies as were asked for, or with an error.
  @Test(arguments: 0..<200) func whateverTheServerGivesTheCountIsRight(seed: Int) async throws {
    let server = ScriptedDelivery { letter, number in
      let wanted = Self.wanted(letter)
      switch (seed &* 31 &+ number &* 17) % 11 {
      case 0 where wanted > 1: return .failure(.status(400, "n must be 1"))
      case 1 where wanted > 1: return .failure(.status(422, "no"))
      case 2 where seed % 5 == 0: return .failure(.refused(nil, Unscored(.overloaded, "busy")))
      case let some: return .success(.chat(Self.texts(letter, max(1, wanted - some))))
      }
    }
    let samples = 1 + seed % 9
    let judge = try judge(server, #""n": \#(1 + seed % 7)"#)
    do throws(Unscored) {
      let reply = try await judge.reply(to: Self.call(samples: samples))
      #expect(reply.more.count == samples - 1 && reply.usage.requests == server.letters.count)
    } catch {
      #expect(seed % 5 == 0 || error.message.contains("no"))
      #expect(error.spent.requests == server.letters.count)
    }
    #expect(server.letters.count <= 3 * samples + 2)
  }

  private func judge(_ server: ScriptedDelivery, _ options: String = "") throws -> ChatJudge {
    let options = try Options.read(options)
    return ChatJudge(options, try #require(options.chat), delivery: server)
  }

  private static func call(samples: Int) -> JudgeCall {
    ChatRequestTests.call(sampling: Sampling(temperature: 0.6, seed: 100, samples: samples))
  }

  private static func sorted(_ numbers: [Int]) -> [Int] { numbers.sorted() }
  private static func body(_ letter: Letter) -> JSONValue? { letter.body.flatMap { try? JSONParser.parse($0) } }
  private static func wanted(_ letter: Letter) -> Int { body(letter)?["n"]?.int ?? 1 }
  private static func seed(_ letter: Letter) -> Int { body(letter)?["seed"]?.int ?? -1 }

  /// As many texts as there are to be, each with the request's seed and its place.
  private static func texts(_ letter: Letter, _ count: Int? = nil) -> [String] {
    (0..<(count ?? wanted(letter))).map { "\(seed(letter))/\($0)" }
  }
}
