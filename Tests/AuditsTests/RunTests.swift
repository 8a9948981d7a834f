import Batch
import CupelTesting
import Grading
import JSON
import Judging
import Synchronization
import Testing
import Wire

@testable import Audits

@Suite struct RunTests {
  /// A folder that is gone at the end of the test.
  private let scratch = Scratch()

  private func perfect() throws -> AuditBench { try .choosing { shown, _ in shown.right } }

  @Test func everyJudgmentOfThePlanIsMade() async throws {
    let bench = try perfect()
    let plan = try bench.plan(AuditItem.pairs(3))
    let result = try await AuditRun(plan, bench).run()
    #expect(result.ending == .completed)
    #expect(result.calls == plan.calls)
    let conversations = plan.lines.filter { $0.suite == .feedback }
    let others = plan.lines.filter { $0.suite != .feedback }
    #expect(
      result.records.count
        == others.reduce(0) { $0 + $1.judgments } + conversations.reduce(0) { $0 + $1.items })
    #expect(result.records.values.allSatisfy { $0.outcome.reading != nil })
  }

  /// Where nobody says from when on a response passes, that is no verdict; a pair needs no such limit, whatever its scale.
  @Test func withoutALimitOnlyPairsAreRead() {
    let provenance = Provenance(
      judge: nil, model: nil, fingerprint: nil, rubric: "r@0", style: "none", parser: "none", checks: nil,
      sampling: [:],
      seed: 0)
    func outcome(_ scores: [Double?], passAt: Double?) -> Outcome {
      var judgment = Judgment(id: "x", format: .pointwise, provenance: provenance)
      judgment.scores = scores
      return Outcome(judgment, passAt: passAt)
    }
    #expect(outcome([3], passAt: 2).reading?.decision == .passes(true))
    #expect(outcome([-3, 250], passAt: nil).reading?.decision == .winner(1))
    #expect(outcome([7, 7], passAt: nil).reading?.decision == .winner(nil))
    for (scores, passAt) in [([3], nil), ([nil], 2), ([nil, 3, 4], 2), ([nil, nil], 2), ([], 2)]
      as [([Double?], Double?)]
    {
      #expect(outcome(scores, passAt: passAt).reading == nil, "\(scores)")
    }
  }

  @Test func resultsDoNotDependOnHowManyAreJudgedAtOnce() async throws {
    var results: [[AuditKey: AuditRecord]] = []
    for concurrency in [1, 13] {
      let bench = try AuditBench.choosing { shown, call in
        Int(Digest.seed("coin", call.key.item, "\(call.key.order)") % 2)
      }
      var run = AuditRun(try bench.plan(AuditItem.pairs(2)), bench)
      run.concurrency = concurrency
      results.append(try await run.run().records)
    }
    #expect(results[0] == results[1])
  }

  @Test func aBudgetTakesAsManyItemsAsItCovers() throws {
    let bench = try perfect()
    let whole = try bench.plan(AuditItem.pairs(10))
    let part = try bench.plan(AuditItem.pairs(10), budget: whole.calls / 2)
    #expect(part.taken == 5)
    #expect(part.calls <= whole.calls / 2)
    #expect(part.skipped.contains { $0.what == "items" && $0.items == 5 && $0.reason.contains("budget") })
    #expect(throws: AuditError.self) { try bench.plan(AuditItem.pairs(3), budget: 3) }
  }

  @Test func whatCannotBeDoneIsInThePlan() throws {
    let bench = try perfect()
    let noGold = AuditItem(Item(id: "x", responses: [Content("a."), Content("b.")]))
    let single = AuditItem(Item(id: "y", responses: [Content("a.")]))
    let plan = try bench.plan([noGold, single])
    func reasons(_ what: String) -> [String] { plan.skipped.filter { $0.what == what }.map(\.reason) }
    #expect(reasons("items") == ["pairwise takes items with 2 responses"])
    #expect(reasons("content-bias.fallacy") == ["it needs a gold verdict that is no tie"])
    #expect(reasons("master-keys.echo") == ["it needs a prompt"])
    #expect(reasons("feedback.malicious-none") == ["it needs a gold verdict"])
    #expect(reasons("feedback.hypercritical-parametric").count == 1)
    #expect(plan.lines.contains { $0.name == "injection.naive-request" })
  }

  @Test func aRunThatIsStoppedGoesOnWhereItWas() async throws {
    let path = scratch.path("ledger.jsonl")
    let first = ScriptedJudge { call in .text(Shown(call).right == 0 ? "[[A>B]]" : "[[B>A]]") }
    let bench = try AuditBench.pairs(first)
    let plan = try bench.plan(AuditItem.pairs(4))
    let done = Mutex(0)
    let stopped = Mutex<Task<AuditResult, any Error>?>(nil)
    let task = Task {
      try await AuditRun(plan, bench).run(ledger: path) { progress in
        done.withLock { $0 = progress.done }
        if progress.done >= 40 { stopped.withLock { $0?.cancel() } }
      }
    }
    stopped.withLock { $0 = task }
    if done.withLock({ $0 >= 40 }) { task.cancel() }
    let part = try await task.value
    let second = ScriptedJudge { call in .text(Shown(call).right == 0 ? "[[A>B]]" : "[[B>A]]") }
    let later = try AuditBench.pairs(second)
    let result = try await AuditRun(try later.plan(AuditItem.pairs(4)), later).run(ledger: path)
    #expect(result.ending == .completed)
    let kept = part.records.values.reduce(0) { $0 + $1.spent.calls }
    #expect(kept + second.calls.count == plan.calls)
    let again = ScriptedJudge { _ in .unscored(.judgeError, "nobody is to be asked any more") }
    let third = try AuditBench.pairs(again)
    let repeated = try await AuditRun(try third.plan(AuditItem.pairs(4)), third).run(ledger: path)
    #expect(again.calls.isEmpty)
    #expect(repeated.records == result.records)
  }

  @Test func aTornLastLineIsJudgedAgain() async throws {
    let path = scratch.path("torn.jsonl")
    let bench = try perfect()
    let plan = try bench.plan(AuditItem.pairs(2))
    let whole = try await AuditRun(plan, bench).run(ledger: path)
    try scratch.truncate("torn.jsonl", by: 9)
    let mended = try await AuditRun(plan, bench).run(ledger: path)
    #expect(mended.calls > 0)
    #expect(mended.records == whole.records)
    #expect(try await AuditRun(plan, bench).run(ledger: path).calls == 0)
  }

  @Test func aLedgerOfSomethingElseIsRefused() async throws {
    let bench = try perfect()
    let path = scratch.path("other.jsonl")
    _ = try await AuditRun(try bench.plan(AuditItem.pairs(2)), bench).run(ledger: path)
    await #expect(throws: AuditError.self) {
      try await AuditRun(try bench.plan(AuditItem.pairs(3)), bench).run(ledger: path)
    }
    try scratch.write("damaged.jsonl", "{\"cupel_audit_ledger\":1,\"plan\":\"x\"}\nnonsense\n{}\n")
    await #expect(throws: AuditError.self) {
      try await AuditRun(try bench.plan(AuditItem.pairs(2)), bench).run(ledger: scratch.path("damaged.jsonl"))
    }
    try scratch.write("graded.jsonl", "{\"id\":\"q1\"}\n")
    await #expect(throws: AuditError.self) {
      try await AuditRun(try bench.plan(AuditItem.pairs(2)), bench).run(ledger: scratch.path("graded.jsonl"))
    }
  }

  @Test func recordsAreReadBackAsTheyWere() async throws {
    let bench = try AuditBench.choosing { shown, call in
      call.key.item.contains("repeat") ? nil : shown.remarks.isEmpty ? shown.right : 0
    }
    let plan = try bench.plan(AuditItem.pairs(3))
    let path = scratch.path("records.jsonl")
    let made = try await AuditRun(plan, bench).run(ledger: path)
    let ledger = try Ledger(path: path, plan: plan.digest)
    #expect(ledger.records == made.records)
    #expect(throws: AuditError.self) { try Ledger(path: path, plan: plan.digest) }
  }
}
