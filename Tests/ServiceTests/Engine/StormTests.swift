import Configuration
import CupelTesting
import Foundation
import Judging
import Rubrics
import Service
import Testing
import Wire

/// Many callers at once, of which some hang up, some run out of time, and some ask for what others ask for; judges that answer,
/// fail, hang and are slow; a reload and a stop in between. Every item ends exactly once, and everything is given back.
///
/// `CUPEL_STORM` sets how many batches are asked for (400).
@Suite(.timeLimit(.minutes(10))) struct StormTests {
  static let batches = ProcessInfo.processInfo.environment["CUPEL_STORM"].flatMap { Int($0) } ?? 400

  static func judge(_ gate: Gate) -> ScriptedJudge {
    ScriptedJudge { call in
      switch (Digest.seed(call.key.item, "\(call.key.sample)") >> 8) % 8 {
      case 0: .hang
      case 1: .unscored(.judgeError, "broken")
      case 2: .text("no verdict")
      case 3, 4: .after(gate, EngineBench.answer(call))
      default: EngineBench.answer(call)
      }
    }
  }

  @Test(arguments: [(1, 1), (3, nil), (64, 2)] as [(Int, Int?)])
  func everyItemEndsOnce(_ inFlight: Int, _ judgeLimit: Int?) async throws {
    let gate = Gate()
    let bench = EngineBench(Self.judge(gate), other: Self.judge(gate), judgeLimit: judgeLimit) {
      ($0.maxInFlight, $0.maxWaiting, $0.cacheBytes) = (inFlight, 300, 40_000)
    }
    var dice = Dice(seed: UInt64(inFlight))
    var refused = 0
    var asked: [(items: Int, mayEndEarly: Bool, task: Task<[Int: Int], Never>)] = []
    for batch in 0..<Self.batches {
      var terms = Terms(rubric: "helpfulness", judge: dice.roll(4) == 0 ? "other" : nil)
      if dice.roll(3) == 0 { (terms.samples, terms.seed) = (3, UInt64(dice.roll(2))) }
      let items = EngineBench.items((0..<(1 + dice.roll(12))).map { _ in "q\(dice.roll(60))" })
      let hangsUp = dice.roll(5) == 0 ? dice.roll(items.count + 1) : nil
      do throws(Fault) {
        let task = try Self.ask(bench, items, terms, name: "\(dice.roll(4))", hangsUpAfter: hangsUp)
        let isCancelled = dice.roll(6) == 0
        if isCancelled { task.cancel() }
        asked.append((items.count, isCancelled || hangsUp != nil, task))
      } catch {
        #expect(error.code == .overloaded)
        refused += 1
        bench.deadlines.expireAll()
      }
      switch dice.roll(40) {
      case 0: bench.deadlines.expireAll()
      case 1:
        let old = bench.engine.generation
        bench.engine.replace(with: Generation(old.workbench, after: old))
      case 2: bench.engine.cancelAll()
      case 3..<10: for _ in 0..<dice.roll(200) { await Task.yield() }
      default: if batch == Self.batches / 2 { gate.open() }
      }
    }
    bench.engine.stop()
    gate.open()
    // What hangs ends at its deadline; twice, for what is only begun when the first has ended.
    while !bench.engine.isIdle {
      bench.deadlines.expireAll()
      await Task.yield()
    }
    for (items, mayEndEarly, task) in asked {
      let answers = await task.value
      #expect(answers.values.allSatisfy { $0 == 1 })
      #expect(answers.keys.allSatisfy { (0..<items).contains($0) })
      #expect(mayEndEarly || answers.count == items)
    }
    #expect(asked.count + refused == Self.batches && asked.count > 10)
    let snapshot = bench.engine.snapshot()
    #expect(snapshot.judges.allSatisfy { $0.inFlight == 0 && $0.waiting == 0 })
    #expect(snapshot.joined > 0 && snapshot.cacheHits > 0 && snapshot.cacheBytes <= 40_000)
  }

  /// How often each item was answered. Stops reading after `hangsUpAfter` answers.
  private static func ask(
    _ bench: EngineBench, _ items: [Item], _ terms: Terms, name: String, hangsUpAfter: Int?
  ) throws(Fault) -> Task<[Int: Int], Never> {
    let admission = try bench.engine.admit(items.count, for: TestBench.caller(name: name))
    let stream = admission.judge(items, in: try bench.engine.generation.session(on: terms))
    return Task {
      var answers: [Int: Int] = [:]
      if hangsUpAfter == 0 { return answers }
      for await (index, judged) in stream {
        #expect(judged.judgment.id == items[index].id)
        #expect(judged.judgment.status != .ok || judged.judgment.scores == [8])
        answers[index, default: 0] += 1
        if answers.count == hangsUpAfter { break }
      }
      return answers
    }
  }
}
