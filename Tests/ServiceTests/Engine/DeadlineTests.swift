import Configuration
import CupelTesting
import Judging
import PluginHost
import Rubrics
import Service
import Testing
import Wire

@Suite(.timeLimit(.minutes(10))) struct DeadlineTests {
  @Test func whatWaitsAndWhatIsJudgedEndsAsTimeout() async throws {
    let judge = ScriptedJudge { _ in .hang }
    let bench = EngineBench(judge) { $0.maxInFlight = 1 }
    let asked = try bench.ask(EngineBench.items(0..<2))
    await bench.until { $0.judges.first?.inFlight == 1 }
    bench.deadlines.expireAll()
    let answers = await asked.value
    #expect(answers[0]?.reason == .timeout && answers[1]?.reason == .timeout)
    #expect(answers[0]?.message == "the time of the request was up: judge 'scripted': the call was cancelled")
    #expect(answers[1]?.message == "the time of the request was up while the item waited for its turn")
    #expect(
      answers.values.allSatisfy { $0.judgment.scores.compactMap { $0 }.isEmpty && $0.judgment.status == .unscored })
    #expect(answers[0]?.judgment.samples.first.map { !$0.isScored } == true)
    await bench.untilIdle()
    #expect(judge.calls.count == 1)
  }

  @Test func aCallThatWaitsForTheJudgeEndsToo() async throws {
    let judge = ScriptedJudge { _ in .hang }
    let bench = EngineBench(judge, judgeLimit: 1)
    let asked = try bench.ask(EngineBench.items(0..<2))
    await bench.until { $0.judges.first?.waiting == 1 }
    bench.deadlines.expireAll()
    let messages = Set(await asked.value.values.compactMap(\.message))
    #expect(
      messages == [
        "the time of the request was up: judge 'scripted': the call was cancelled",
        "the time of the request was up: judge 'scripted': the call was given up while it waited for its turn",
      ])
    await bench.untilIdle()
    #expect(judge.calls.count == 1)
  }

  /// As at the end of a call's own time: what was answered counts, what was not is there as a failure.
  @Test func samplesThatWereFinishedCount() async throws {
    let judge = ScriptedJudge { call in call.key.sample == 2 ? .hang : EngineBench.answer(call) }
    let bench = EngineBench(judge)
    var terms = EngineBench.terms
    (terms.samples, terms.seed) = (3, 1)
    let asked = try bench.ask(EngineBench.items(["q"]), terms)
    await bench.until { $0.judges.first?.inFlight == 1 && judge.calls.count == 3 }
    bench.deadlines.expireAll()
    let judged = try #require(await asked.value[0])
    #expect(judged.score == 8 && judged.judgment.status == .ok)
    #expect(judged.judgment.samples.map(\.isScored) == [true, true, false])
    guard case .failure(let unscored) = judged.judgment.samples[2].outcome else { return }
    #expect(unscored.reason == .timeout)
    // It is not what the cache is for.
    #expect(bench.engine.snapshot().cachedJudgments == 0)
  }

  /// A judge that does not let go of a cancelled call keeps its place, and nobody waits for it.
  @Test func nobodyWaitsForAJudgeThatDoesNotLetGo() async throws {
    final class Deaf: Judge {
      let gate = Gate()
      let description = ScriptedJudge.generative
      func reply(to call: JudgeCall) async throws(Unscored) -> JudgeReply {
        await Task.detached { await self.gate.wait() }.value
        return JudgeReply(text: "")
      }
    }
    let judge = Deaf()
    let bench = EngineBench(judge)
    let asked = try bench.ask(EngineBench.items(["q"]))
    await judge.gate.untilWaiting(1)
    bench.deadlines.expireAll()
    #expect(bench.deadlines.count == 1, "the time after the deadline")
    #expect(bench.engine.snapshot().admitted == 1)
    bench.deadlines.expireAll()
    let judged = try #require(await asked.value[0])
    #expect(judged.reason == .timeout)
    #expect(judged.message == "the time of the request was up while the item was being judged")
    let snapshot = bench.engine.snapshot()
    #expect((snapshot.admitted, snapshot.inFlight) == (0, 1))
    judge.gate.open()
    await bench.untilIdle()
  }

  @Test func aDeadlineThatIsOverLeavesNothingToDo() async throws {
    let judge = TestBench.steady(8)
    let bench = EngineBench(judge)
    let caller = Caller(requestID: "late", route: "/test", deadline: .now - .seconds(1))
    let session = try bench.engine.generation.session(on: EngineBench.terms)
    let admission = try bench.engine.admit(2, for: caller)
    var reasons: [UnscoredReason?] = []
    for await (_, judged) in admission.judge(EngineBench.items(0..<2), in: session) { reasons.append(judged.reason) }
    #expect(reasons == [.timeout, .timeout] && judge.calls.isEmpty && bench.engine.isIdle)
  }

  /// Those who have more time go on waiting for the same work.
  @Test func theDeadlineOfOneIsNotThatOfTheOthers() async throws {
    let gate = Gate()
    let judge = ScriptedJudge { .after(gate, EngineBench.answer($0)) }
    let bench = EngineBench(judge)
    let first = try bench.ask(EngineBench.items(["q"]))
    await gate.untilWaiting(1)
    let due = bench.deadlines.takeAll()
    let second = try bench.ask(EngineBench.items(["q"]))
    for batch in due { batch.expire() }
    #expect(await first.value[0]?.reason == .timeout)
    gate.open()
    let judged = await second.value[0]
    #expect(judged?.score == 8 && judged?.origin == .joined)
    #expect(judge.calls.count == 1)
  }

  @Test func theServersLimitBindsTheCallsToo() async throws {
    let judge = TestBench.steady(8)
    let bench = EngineBench(judge) { $0.maxTimeoutMilliseconds = 1234 }
    #expect(try await bench.ask(EngineBench.items(["q"])).value[0]?.score == 8)
    #expect(judge.calls.map(\.timeoutMilliseconds) == [1234])
  }

  /// With the clock that serves.
  @Test func theClockOfTheServerTellsTheTime() async throws {
    let generation = TestBench.generation(["default": ScriptedJudge { _ in .hang }])
    let engine = Engine(generation, metrics: Metrics())
    let caller = Caller(requestID: "r", route: "/test", deadline: .now + .milliseconds(30))
    let admission = try engine.admit(1, for: caller)
    let session = try generation.session(on: EngineBench.terms)
    for await (_, judged) in admission.judge(EngineBench.items(["q"]), in: session) {
      #expect(judged.reason == .timeout)
    }
    while !engine.isIdle { await Task.yield() }
  }
}
