import Configuration
import CupelTesting
import Judging
import Rubrics
import Synchronization
import Testing
import Wire

@testable import Service

@Suite(.timeLimit(.minutes(10))) struct CoalescingTests {
  static let picture = MediaReference(kind: .image, url: "data:image/png;base64,AAAA")

  /// Items that differ from the first in one thing each.
  static let items: [Item] = [
    Item(id: "q", prompt: Content("p"), responses: [Content("r")]),
    Item(id: "q2", prompt: Content("p"), responses: [Content("r")]),
    Item(id: "q", prompt: nil, responses: [Content("r")]),
    Item(id: "q", prompt: Content("p "), responses: [Content("r")]),
    Item(id: "q", prompt: Content(parts: [.text("p"), .text("")]), responses: [Content("r")]),
    Item(id: "q", prompt: Content(turns: [Turn(role: "user", parts: [.text("p")])]), responses: [Content("r")]),
    Item(id: "q", prompt: Content("p"), responses: [Content("r"), Content("r")]),
    Item(id: "q", prompt: Content("p"), responses: [Content("r")], reference: Content("r")),
    Item(id: "q", prompt: Content("p"), responses: [Content(parts: [.text("r"), .media(picture)])]),
    Item(
      id: "q", prompt: Content("p"),
      responses: [Content(parts: [.text("r"), .media(MediaReference(kind: .video, url: picture.url))])]),
  ]

  /// Terms that lead to other judgments than the first.
  static let terms: [Terms] = [
    EngineBench.terms,
    Terms(rubric: "helpfulness", judge: "other"),
    Terms(rubric: "instruction-following"),
    changed { $0.samples = 2 },
    changed { $0.seed = 1 },
    changed { $0.sampling.temperature = 0.25 },
    changed { $0.sampling.stop = ["x"] },
    changed { $0.sampling.maxTokens = 77 },
    changed { $0.format = .listwise },
    changed { ($0.format, $0.order) = (.listwise, .allRotations) },
  ]

  private static func changed(_ change: (inout Terms) -> Void) -> Terms {
    var terms = EngineBench.terms
    change(&terms)
    return terms
  }

  /// Joined work belongs to the trace of whoever asked first, and no work to that of the one whose end made room for it.
  @Test func workBelongsToTheTraceOfWhoeverAskedFirst() async throws {
    let gate = Gate()
    let seen = Mutex<[String: String]>([:])
    let judge = ScriptedJudge { call in
      seen.withLock { $0[call.key.item] = TraceParent.current?.text ?? "none" }
      return .after(gate, EngineBench.answer(call))
    }
    let bench = EngineBench(judge) { $0.maxInFlight = 1 }
    let session = try bench.engine.generation.session(on: EngineBench.terms)
    let parent = try #require(TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
    func ask(_ id: String, _ trace: TraceParent?) throws -> AsyncStream<(index: Int, judged: Judged)> {
      var caller = TestBench.caller()
      caller.trace = trace
      return try bench.engine.admit(1, for: caller).judge(EngineBench.items([id]), in: session)
    }
    let asked = [
      try ask("a", parent), try ask("a", parent.part("1111111111111111")), try ask("b", nil),
      try ask("c", parent.part("2222222222222222")),
    ]
    gate.open()
    for stream in asked { for await (_, judged) in stream { #expect(judged.judgment.isWhole) } }
    let expected = ["a": parent.text, "b": "none", "c": parent.part("2222222222222222").text]
    #expect(seen.withLock { $0 } == expected)
  }

  @Test func onlyTheSameIsTheSame() throws {
    let bench = EngineBench(TestBench.steady(8), other: TestBench.steady(8))
    let same = try bench.engine.generation.session(on: EngineBench.terms)
    let keys = Self.items.map { same.key(of: $0) }
    #expect(Set(keys).count == Self.items.count && !keys.contains(nil))
    var seen: [WorkKey?: Terms] = [:]
    for terms in Self.terms {
      let key = try bench.engine.generation.session(on: terms).key(of: Self.items[0])
      #expect(seen[key] == nil, "\(terms) as \(String(describing: seen[key]))")
      seen[key] = terms
    }
    // Said in another way, the same terms.
    let named = try bench.engine.generation.session(on: Terms(rubric: "helpfulness", judge: "default"))
    #expect(named.key(of: Self.items[0]) == keys[0])
    #expect(try bench.engine.generation.session(on: Self.terms[4]).key(of: Self.items[0]) != keys[0])
  }

  @Test func whereNoJudgeIsAskedNothingIsShared() throws {
    let bench = EngineBench(TestBench.steady(8))
    let rubrics = ["maths-answer", "answer-checks"].compactMap {
      try? bench.engine.generation.session(on: Terms(rubric: $0))
    }
    for session in rubrics where session.judge.isEmpty { #expect(session.key(of: Self.items[0]) == nil) }
  }

  @Test func identicalItemsAreJudgedOnce() async throws {
    let gate = Gate()
    let judge = ScriptedJudge { .after(gate, EngineBench.answer($0)) }
    let bench = EngineBench(judge)
    let asked = try (0..<5).map { _ in try bench.ask(EngineBench.items(["q", "q", "r"])) }
    await gate.untilWaiting(2)
    #expect(bench.engine.snapshot().inFlight == 2)
    gate.open()
    var origins: [Judged.Origin: Int] = [:]
    var judgments: [String: Set<Judgment>] = [:]
    for task in asked {
      for judged in await task.value.values {
        origins[judged.origin, default: 0] += 1
        judgments[judged.judgment.id, default: []].insert(judged.judgment)
      }
    }
    #expect(origins == [.judged: 2, .joined: 13])
    #expect(judgments.values.allSatisfy { $0.count == 1 } && judge.calls.count == 2)
    #expect(bench.engine.snapshot().joined == 13)
  }

  /// A client gives up and asks again while the first request is still there: nothing is lost when that one ends.
  @Test func aRetryJoinsItsPredecessor() async throws {
    let gate = Gate()
    let judge = ScriptedJudge { .after(gate, EngineBench.answer($0)) }
    let bench = EngineBench(judge)
    let first = try bench.ask(EngineBench.items(["q"]))
    await gate.untilWaiting(1)
    let retry = try bench.ask(EngineBench.items(["q"]))
    first.cancel()
    #expect(await first.value.isEmpty)
    gate.open()
    #expect(await retry.value[0]?.score == 8)
    #expect(judge.calls.count == 1)
    #expect(bench.engine.isIdle)
  }

  @Test func workThatNobodyWaitsForIsCancelled() async throws {
    let gate = Gate()
    let judge = ScriptedJudge { .after(gate, EngineBench.answer($0)) }
    let bench = EngineBench(judge) { $0.maxInFlight = 1 }
    let first = try bench.ask(EngineBench.items(["q", "waits"]))
    let second = try bench.ask(EngineBench.items(["q"]))
    await gate.untilWaiting(1)
    first.cancel()
    await bench.until { $0.admitted == 1 }
    #expect(bench.engine.snapshot().waiting == 0 && bench.engine.snapshot().inFlight == 1)
    second.cancel()
    await bench.untilIdle()
    // What was given up is not what the next one gets.
    gate.open()
    #expect(try await bench.ask(EngineBench.items(["q"])).value[0]?.score == 8)
    #expect(judge.calls.map(\.key.item) == ["q", "q"])
  }

  @Test func aReaderThatStopsReadingGivesTheRestUp() async throws {
    let judge = ScriptedJudge { call in call.key.item == "q0" ? EngineBench.answer(call) : .hang }
    let bench = EngineBench(judge)
    let session = try bench.engine.generation.session(on: EngineBench.terms)
    let admission = try bench.engine.admit(3, for: TestBench.caller())
    for await (index, _) in admission.judge(EngineBench.items(0..<3), in: session) {
      #expect(index == 0)
      break
    }
    await bench.until { $0.admitted == 0 && $0.inFlight == 0 }
    _ = admission
  }

  @Test func aStreamThatIsNeverReadGivesEverythingUp() async throws {
    let bench = EngineBench(ScriptedJudge { _ in .hang })
    let session = try bench.engine.generation.session(on: EngineBench.terms)
    do {
      let admission = try bench.engine.admit(3, for: TestBench.caller())
      _ = admission.judge(EngineBench.items(0..<3), in: session)
    }
    await bench.untilIdle()
  }

  @Test func aReloadInBetweenKeepsThemApart() async throws {
    let gate = Gate()
    let judge = ScriptedJudge { .after(gate, EngineBench.answer($0)) }
    let bench = EngineBench(judge)
    let before = try bench.ask(EngineBench.items(["q"]))
    await gate.untilWaiting(1)
    let old = bench.engine.generation
    bench.engine.replace(with: Generation(old.workbench, after: old))
    let after = try bench.ask(EngineBench.items(["q"]))
    await gate.untilWaiting(2)
    gate.open()
    #expect(await before.value[0]?.origin == .judged)
    #expect(await after.value[0]?.origin == .judged)
    #expect(judge.calls.count == 2)
  }
}
