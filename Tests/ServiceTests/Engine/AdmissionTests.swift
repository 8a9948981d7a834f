import Configuration
import CupelTesting
import Service
import Testing
import Wire

@Suite(.timeLimit(.minutes(10))) struct AdmissionTests {
  /// Who asks for how much, and what they are told. Names are those of API keys; all of it is held until the end.
  struct Case: Sendable {
    let name: String
    let count: Int
    let code: Fault.Code?

    init(_ name: String, _ count: Int, _ code: Fault.Code?) { (self.name, self.count, self.code) = (name, count, code) }
  }

  static let tables: [(inFlight: Int, waiting: Int, perKey: Int?, cases: [Case])] = [
    (2, 3, nil, [Case("", 5, nil), Case("", 1, .overloaded), Case("", 0, nil), Case("", 6, .tooLarge)]),
    (2, 3, nil, [Case("", 3, nil), Case("", 3, .overloaded), Case("", 2, nil), Case("", 1, .overloaded)]),
    (1, 0, nil, [Case("a", 1, nil), Case("a", 1, .overloaded), Case("b", 1, .overloaded), Case("b", 2, .tooLarge)]),
    (4, 4, nil, [Case("a", 6, nil), Case("a", 1, .overloaded), Case("b", 2, nil), Case("b", 1, .overloaded)]),
    (4, 4, nil, [Case("a", 7, .tooLarge), Case("", 8, nil)]),
    (4, 4, 8, [Case("a", 8, nil), Case("b", 1, .overloaded)]),
    (
      4, 4, 2,
      [Case("a", 2, nil), Case("b", 2, nil), Case("a", 1, .overloaded), Case("c", 3, .tooLarge), Case("c", 2, nil)]
    ),
  ]

  @Test(arguments: tables.indices)
  func takesAllOrNothing(_ table: Int) throws {
    let (inFlight, waiting, perKey, cases) = Self.tables[table]
    let bench = EngineBench(TestBench.steady(8)) {
      ($0.maxInFlight, $0.maxWaiting, $0.maxPerKey) = (inFlight, waiting, perKey)
    }
    var held: [Admission] = []
    for entry in cases {
      do throws(Fault) {
        held.append(try bench.engine.admit(entry.count, for: TestBench.caller(name: entry.name)))
        #expect(entry.code == nil, "\(entry)")
      } catch {
        #expect(error.code == entry.code, "\(entry): \(error)")
        #expect((error.retryAfterSeconds != nil) == (entry.code == .overloaded))
      }
    }
    #expect(bench.engine.snapshot().admitted == held.reduce(0) { $0 + $1.count })
    held = []
    #expect(bench.engine.isIdle)
  }

  @Test func refusalsNameTheLimit() throws {
    let bench = EngineBench(TestBench.steady(8)) { ($0.maxInFlight, $0.maxWaiting, $0.maxPerKey) = (2, 3, 2) }
    let tooLarge = #expect(throws: Fault.self) { try bench.engine.admit(6, for: TestBench.caller()) }
    #expect(
      tooLarge?.message
        == "the request asks for 6 judgments, and at most 5 are taken at once (max_in_flight is 2, max_waiting 3); ask for fewer at once"
    )
    let perKey = #expect(throws: Fault.self) { try bench.engine.admit(3, for: TestBench.caller(name: "a")) }
    #expect(perKey?.message.contains("at most 2 are taken at once under one key (max_per_key)") == true)
    let held = try bench.engine.admit(5, for: TestBench.caller())
    let overloaded = #expect(throws: Fault.self) { try bench.engine.admit(1, for: TestBench.caller()) }
    #expect(overloaded?.status == 503 && overloaded?.retryAfterSeconds == 1)
    _ = held
  }

  @Test func roomIsFreeWhenItsItemIsAnswered() async throws {
    let gate = Gate()
    let judge = ScriptedJudge { .after(gate, EngineBench.answer($0)) }
    let bench = EngineBench(judge) { ($0.maxInFlight, $0.maxWaiting) = (1, 2) }
    let asked = try bench.ask(EngineBench.items(0..<3))
    await gate.untilWaiting(1)
    #expect(throws: Fault.self) { try bench.ask(EngineBench.items(3..<4)) }
    let snapshot = bench.engine.snapshot()
    #expect((snapshot.admitted, snapshot.inFlight, snapshot.waiting) == (3, 1, 2))
    gate.open()
    #expect(await asked.value.count == 3)
    #expect(try await bench.ask(EngineBench.items(3..<6)).value.count == 3)
    #expect(bench.engine.isIdle)
  }

  @Test func afterStopNothingIsTakenAndWhatWasTakenGoesOn() async throws {
    let gate = Gate()
    let bench = EngineBench(ScriptedJudge { .after(gate, EngineBench.answer($0)) })
    let asked = try bench.ask(EngineBench.items(0..<2))
    bench.engine.stop()
    let fault = #expect(throws: Fault.self) { try bench.ask(EngineBench.items(2..<3)) }
    #expect(fault?.code == .stopping && fault?.status == 503 && fault?.retryAfterSeconds == 1)
    gate.open()
    #expect(await asked.value.values.map(\.score) == [8, 8])
  }

  @Test func cancellingAllEndsWhatWaitsAndWhatRuns() async throws {
    let bench = EngineBench(ScriptedJudge { _ in .hang }) { $0.maxInFlight = 1 }
    let asked = try bench.ask(EngineBench.items(0..<3))
    await bench.until { $0.judges.first?.inFlight == 1 }
    bench.engine.stop()
    bench.engine.cancelAll()
    let answers = await asked.value
    #expect(answers.count == 3 && answers.values.allSatisfy { $0.reason == .cancelled })
    #expect(answers[0]?.message == "the server was stopped: judge 'scripted': the call was cancelled")
    #expect(answers[1]?.message == "the server was stopped while the item waited for its turn")
    await bench.untilIdle()
  }

  @Test func moreOrLessIsInFlightAfterAReload() async throws {
    let gate = Gate()
    let judge = ScriptedJudge { .after(gate, EngineBench.answer($0)) }
    let bench = EngineBench(judge) { $0.maxInFlight = 1 }
    let asked = try bench.ask(EngineBench.items(0..<4))
    await gate.untilWaiting(1)
    var configuration = bench.engine.generation.workbench.configuration
    configuration.serve.maxInFlight = 3
    bench.engine.replace(with: Generation(Workbench(configuration), after: bench.engine.generation))
    await gate.untilWaiting(3)
    #expect(bench.engine.snapshot().inFlight == 3 && bench.engine.snapshot().waiting == 1)
    gate.open()
    #expect(await asked.value.count == 4)
  }

  @Test func nothingIsAskedOfAnEmptyRequest() async throws {
    let bench = EngineBench(TestBench.steady(8))
    #expect(try await bench.ask([]).value.isEmpty)
    #expect(bench.engine.isIdle)
  }
}
