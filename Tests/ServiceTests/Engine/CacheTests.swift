import Configuration
import CupelTesting
import Documents
import JSON
import Judging
import Rubrics
import Testing
import Wire

@testable import Service

@Suite(.timeLimit(.minutes(10))) struct CacheTests {
  @Test func whatWasJudgedIsNotJudgedAgain() async throws {
    let judge = TestBench.steady(8)
    let bench = EngineBench(judge)
    let first = try #require(await bench.ask(EngineBench.items(["q"])).value[0])
    let second = try #require(await bench.ask(EngineBench.items(["q"])).value[0])
    #expect(first.origin == .judged && second.origin == .cached)
    #expect(first.judgment == second.judgment && judge.calls.count == 1)
    let snapshot = bench.engine.snapshot()
    #expect(snapshot.cacheHits == 1 && snapshot.cachedJudgments == 1 && snapshot.cacheBytes > 1000)
    #expect(bench.engine.isIdle)
  }

  /// What is asked twice, and how often the judge is.
  static let table: [(what: String, terms: Terms, first: CachePolicy, second: CachePolicy, bytes: Int?, calls: Int)] = [
    ("as it is", EngineBench.terms, .use, .use, 1 << 20, 1),
    ("the second wants none", EngineBench.terms, .use, .none, 1 << 20, 2),
    ("the first wants none kept", EngineBench.terms, .none, .use, 1 << 20, 2),
    ("switched off", EngineBench.terms, .use, .use, nil, 2),
    ("too large", EngineBench.terms, .use, .use, 100, 2),
    ("samples without a seed", terms(samples: 2, seed: nil), .use, .use, 1 << 20, 4),
    ("samples with a seed", terms(samples: 2, seed: 0), .use, .use, 1 << 20, 2),
    ("a seed alone", terms(samples: 1, seed: 5), .use, .use, 1 << 20, 1),
  ]

  private static func terms(samples: Int, seed: UInt64?) -> Terms {
    var terms = EngineBench.terms
    (terms.samples, terms.seed) = (samples, seed)
    return terms
  }

  @Test(arguments: table.indices)
  func isUsedWhereItMayBe(_ row: Int) async throws {
    let (what, terms, first, second, bytes, calls) = Self.table[row]
    let judge = TestBench.steady(8)
    let bench = EngineBench(judge) { $0.cacheBytes = bytes }
    for policy in [first, second] {
      #expect(try await bench.ask(EngineBench.items(["q"]), terms, cache: policy).value[0]?.score == 8)
    }
    #expect(judge.calls.count == calls, "\(what)")
  }

  /// Replies that leave something open are asked for again.
  @Test(arguments: [
    "no verdict", "<answer>8</answer>", "<answer>8</answer><answer>8</answer><answer>8</answer><answer>11</answer>",
  ])
  func whatIsNotWholeIsNotKept(_ reply: String) async throws {
    let judge = ScriptedJudge { call in call.key.sample == 0 ? .text(reply) : EngineBench.answer(call) }
    let bench = EngineBench(judge)
    for samples in [1, 2] {
      let terms = Self.terms(samples: samples, seed: 3)
      for _ in 0..<2 { #expect(try await bench.ask(EngineBench.items(["q"]), terms).value[0]?.origin == .judged) }
    }
    #expect(bench.engine.snapshot().cachedJudgments == 0 && judge.calls.count == 6)
  }

  @Test func aReloadWithAnotherJudgeAsksThatOne() async throws {
    let bench = EngineBench(TestBench.steady(8))
    #expect(try await bench.ask(EngineBench.items(["q"])).value[0]?.score == 8)
    let old = bench.engine.generation
    var description = ScriptedJudge.generative
    description.fingerprint = "another"
    let other = ScriptedJudge(description) { EngineBench.answer($0, score: 3) }
    bench.engine.replace(with: Generation(old.workbench, judges: [EngineBench.opened("default", other)], after: old))
    #expect(try await bench.ask(EngineBench.items(["q"])).value[0]?.score == 3)
    // Back again, what was judged then still holds.
    bench.engine.replace(with: Generation(old.workbench, after: old))
    let judged = try await bench.ask(EngineBench.items(["q"])).value[0]
    #expect(judged?.score == 8 && judged?.origin == .cached)
  }

  static func judgment(_ id: String) -> Judgment {
    Judgment(
      id: id, format: .pointwise,
      provenance: Provenance(
        judge: nil, model: nil, fingerprint: nil, rubric: "r", style: "s", parser: "p", checks: nil, sampling: .null,
        seed: 0))
  }

  static func digest(_ text: String) -> ContentDigest {
    var fields = ContentDigest.Fields()
    fields.add(text)
    return fields.digest
  }

  @Test func theLongestUnusedMakesRoom() {
    var cache = ResultCache(maxBytes: 100)
    func keep(_ id: String, _ bytes: Int) { cache.keep(Self.judgment(id), bytes: bytes, for: Self.digest(id)) }
    func has(_ ids: String...) -> [Bool] { ids.map { cache.find(Self.digest($0)) != nil } }
    for id in ["a", "b", "c"] { keep(id, 30) }
    #expect(has("b", "a") == [true, true])
    keep("d", 40)
    #expect(cache.count == 3 && cache.bytes == 100)
    #expect(has("c", "b", "a", "d") == [false, true, true, true])
    keep("a", 30)
    #expect(cache.bytes == 100 && cache.count == 3)
    keep("e", 101)
    #expect(has("e") == [false] && cache.count == 3)
    cache.maxBytes = 75
    #expect(has("b", "a", "d") == [false, true, true] && cache.bytes == 70)
    cache.maxBytes = 0
    #expect(cache.count == 0 && cache.bytes == 0)
    keep("f", 1)
    #expect(has("f") == [false])
  }

  @Test func aJudgmentIsAsLargeAsItsTexts() {
    var judgment = Self.judgment("q")
    let small = judgment.estimatedBytes
    judgment.rationale = String(repeating: "x", count: 5000)
    judgment.samples = [
      SampleJudgment(
        sample: 0, order: [0], response: 0, criterion: nil, seed: 1, attempts: 1, prompt: "",
        outcome: .success(.scores([[8]])),
        text: String(repeating: "é", count: 5000), reasoning: nil, finish: nil, model: nil, usage: Usage())
    ]
    #expect((15_000...17_000).contains(judgment.estimatedBytes - small))
  }
}
