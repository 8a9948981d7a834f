import Configuration
import CupelTesting
import JSON
import Judging
import Synchronization
import Testing
import Wire

@testable import Service

/// Scoring does not wait behind jobs.
@Suite(.timeLimit(.minutes(10))) struct PatienceTests {
  private let scratch = EngineScratch()

  @Test func thePatientLeaveHalfOfThePlacesAndComeLast() async {
    let gate = FairGate(limit: 4)
    let patient = (0..<4).map { _ in Task { await gate.enter(for: "", isPatient: true) } }
    while gate.counts != (2, 2) { await Task.yield() }
    // The other half is free at once.
    for _ in 0..<2 { #expect(await gate.enter(for: "a")) }
    let late = Task { await gate.enter(for: "a") }
    while gate.counts != (4, 3) { await Task.yield() }
    // A place of a patient one goes to who is not.
    gate.leave(isPatient: true)
    #expect(await late.value)
    #expect(gate.counts == (4, 2))
    for _ in 0..<3 { gate.leave() }
    #expect(gate.counts == (2, 1), "one more of them is in, and there are two at most")
    gate.leave(isPatient: true)
    #expect(gate.counts == (2, 0))
    for task in patient { #expect(await task.value) }
    gate.leave(isPatient: true)
    gate.leave(isPatient: true)
    #expect(gate.counts == (0, 0))
  }

  @Test func aShutGateLetsThemThroughWhenItOpens() async {
    let gate = FairGate(limit: 1)
    gate.set(limit: 0)
    let tasks = (0..<3).map { _ in Task { await gate.enter(for: "") } }
    while gate.counts.waiting < 3 { await Task.yield() }
    #expect(gate.counts.inside == 0)
    tasks[0].cancel()
    #expect(await tasks[0].value == false)
    gate.set(limit: 2)
    #expect(await tasks[1].value)
    #expect(await tasks[2].value)
    #expect(gate.counts == (2, 0))
  }

  /// With the judge full of scoring and more of it waiting, a job makes no call; when nothing waits any more, it goes on.
  @Test func aJobWaitsForAllThatIsAskedFor() async throws {
    let gate = Gate()
    let judge = JobBench.overconfident { call, answer in call.key.item.hasPrefix("live") ? .after(gate, answer) : answer
    }
    let bench = try JobBench(judge, in: scratch("jobs")) { $0.maxInFlight = 4 }
    func live(_ range: Range<Int>) throws -> AsyncStream<(index: Int, judged: Judged)> {
      let items = EngineBench.items(range, "live")
      return try bench.engine.admit(items.count, for: TestBench.caller()).judge(
        items, in: try bench.engine.generation.session(on: EngineBench.terms))
    }
    let asked = try live(0..<6)
    await gate.untilWaiting(4)
    #expect(bench.engine.snapshot().waiting == 2)
    let id = try await bench.start(JobBench.request(40))
    while bench.engine.patience.counts.waiting < 8 { await Task.yield() }
    #expect(judge.calls.allSatisfy { $0.key.item.hasPrefix("live") }, "not one call of the job")
    gate.open()
    for await (_, judged) in asked { #expect(judged.score != nil) }
    #expect(try await bench.end(of: id)["state"] == "done")
    #expect(judge.calls.count == 6 + 120)
  }

  /// A judge that takes four calls has two for a job at most, so that scoring finds room at once.
  @Test func aJobTakesHalfOfAJudge() async throws {
    let gate = Gate()
    let judge = JobBench.overconfident { call, answer in call.key.item.hasPrefix("q") ? .after(gate, answer) : answer }
    let bench = try JobBench(judge, in: scratch("jobs"), judgeLimit: 4)
    let id = try await bench.start(JobBench.request(40))
    await gate.untilWaiting(2)
    while bench.engine.snapshot().judges.first?.waiting != 6 { await Task.yield() }
    let items = EngineBench.items(0..<20, "live")
    let stream = try bench.engine.admit(20, for: TestBench.caller()).judge(
      items, in: try bench.engine.generation.session(on: EngineBench.terms))
    for await (_, judged) in stream { #expect(judged.score != nil) }
    #expect(judge.calls.count { $0.key.item.hasPrefix("q") } == 2)
    gate.open()
    #expect(try await bench.end(of: id)["state"] == "done")
  }
}
