import Configuration
import CupelTesting
import Judging
import Service
import Testing
import Wire

@Suite(.timeLimit(.minutes(10))) struct FairnessTests {
  /// Shuts the gate until the test is ready, and keeps the order of the calls in mind.
  static func judge(_ gate: Gate) -> ScriptedJudge { ScriptedJudge { .after(gate, EngineBench.answer($0)) } }

  @Test func aGreedyCallerDelaysAnotherByOneRound() async throws {
    let gate = Gate()
    let judge = Self.judge(gate)
    let bench = EngineBench(judge) { ($0.maxInFlight, $0.maxWaiting) = (1, 20_000) }
    let greedy = try bench.ask(EngineBench.items(0..<10_000, "greedy"), name: "greedy")
    // Many items are taken in on several threads: the first may be judged before the last is there.
    await bench.until { $0.inFlight == 1 && $0.waiting == 9_999 }
    let modest = try bench.ask(EngineBench.items(["modest"]), name: "modest")
    gate.open()
    #expect(await modest.value[0]?.score == 8)
    // The one that was under way, one of the greedy caller's turn, and then the other's.
    let place = try #require(judge.calls.firstIndex { $0.key.item == "modest" })
    #expect(place <= 2)
    greedy.cancel()
    await bench.untilIdle()
  }

  @Test func theJudgeIsSharedFairlyToo() async throws {
    let gate = Gate()
    let judge = Self.judge(gate)
    let bench = EngineBench(judge, judgeLimit: 1)
    let greedy = try bench.ask(EngineBench.items(0..<200, "greedy"), name: "greedy")
    await bench.until { $0.judges.first?.waiting == 199 }
    let modest = try bench.ask(EngineBench.items(["modest"]), name: "modest")
    await bench.until { $0.judges.first?.waiting == 200 }
    gate.open()
    #expect(await modest.value[0]?.score == 8)
    #expect(await greedy.value.count == 200)
    let place = try #require(judge.calls.firstIndex { $0.key.item == "modest" })
    #expect(place <= 2)
    #expect(judge.mostInFlight == 1)
  }

  @Test func callersOfOneNameAreServedInTheOrderTheyCame() async throws {
    let gate = Gate()
    let judge = Self.judge(gate)
    let bench = EngineBench(judge) { $0.maxInFlight = 1 }
    let asked = try ["a", "b", "c"].map { try bench.ask(EngineBench.items(0..<3, $0), name: "same") }
    gate.open()
    for task in asked { #expect(await task.value.count == 3) }
    #expect(judge.calls.map(\.key.item) == ["a0", "a1", "a2", "b0", "b1", "b2", "c0", "c1", "c2"])
  }

  /// What two callers wait for stands in the line for both, so that it comes when the first of them has its turn.
  @Test func sharedWorkDoesNotWaitBehindAGreedyCaller() async throws {
    let gate = Gate()
    let judge = Self.judge(gate)
    let bench = EngineBench(judge) { $0.maxInFlight = 1 }
    let greedy = try bench.ask(EngineBench.items(0..<50), name: "greedy")
    await bench.until { $0.inFlight == 1 && $0.waiting == 49 }
    let modest = try bench.ask(EngineBench.items(["q49"]), name: "modest")
    gate.open()
    #expect(await modest.value[0]?.origin == .joined)
    #expect(await greedy.value.count == 50)
    let place = try #require(judge.calls.firstIndex { $0.key.item == "q49" })
    #expect(place <= 2)
    #expect(judge.calls.count == 50)
  }

  @Test func aBatchStartsNoMoreThanIsInFlight() async throws {
    let gate = Gate()
    let judge = Self.judge(gate)
    let bench = EngineBench(judge) { $0.maxInFlight = 64 }
    let asked = try bench.ask(EngineBench.items(0..<500))
    await bench.until { $0.inFlight == 64 && $0.waiting == 436 }
    await gate.untilWaiting(64)
    gate.open()
    #expect(await asked.value.count == 500)
    #expect(judge.mostInFlight <= 64)
  }
}
