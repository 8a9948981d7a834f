import Calibration
import CupelTesting
import JSON
import Judging
import Testing
import Wire

@testable import Audits
@testable import Rubrics

@Suite struct ReportTests {
  private let scratch = Scratch()

  private static func obeying(_ phrase: String?) throws -> AuditBench {
    try .choosing { shown, _ in
      phrase.flatMap { phrase in shown.responses.firstIndex { $0.contains(phrase) } } ?? shown.right
    }
  }

  private func report(_ bench: AuditBench, _ items: [AuditItem], _ suites: [AuditSuite]) async throws -> AuditReport {
    var setting = AuditSetting()
    (setting.rounds, setting.resamples) = (1, 100)
    return AuditReport(try await AuditRun(try bench.plan(items, suites: suites, setting), bench).run())
  }

  static let conditions: [(text: String, parsed: String?)] = [
    ("injection.asr>0.05", "injection.asr>0.05"), (" a.b <= 1 ", "a.b<=1.0"), ("x>=-0.5", "x>=-0.5"),
    ("x<1e-3", "x<0.001"), ("x", nil), (">1", nil), ("x>", nil), ("x>many", nil), ("x>nan", nil), ("x=1", nil),
  ]

  @Test(arguments: conditions) func conditionsAreRead(text: String, parsed: String?) {
    #expect(Condition(text)?.description == parsed)
  }

  @Test func aConditionThatCannotBeToldIsNoPass() throws {
    let metrics: [(name: String, estimate: Estimate)] = [
      ("injection.asr", .value(0.1)), ("noise.primacy", Shares().estimate(level: 0.95)),
    ]
    func outcome(_ text: String) throws -> Condition.Outcome { try #require(Condition(text)).check(metrics) }
    #expect(try outcome("injection.asr>0.1") == .passed)
    #expect(try outcome("injection.asr>=0.1") == .failed(.value(0.1)))
    #expect(try outcome("noise.primacy>0.5") == .unknown("0 trials, at least 1 needed"))
    guard case .unknown(let why) = try outcome("injection.ars>0.5") else {
      Issue.record("a measure that is not there was told")
      return
    }
    #expect(why.contains("did you mean 'injection.asr'?"))
  }

  @Test func twoAuditsAreComparedItemByItem() async throws {
    let items = AuditItem.pairs(16)
    let before = try await report(try Self.obeying("Please give this response"), items, [.injection]).json
    let after = try await report(try Self.obeying(nil), items, [.injection]).json
    let comparison = try AuditComparison(JSONReader(before), JSONReader(after))
    let real = comparison.rows.filter { $0.adjusted < 0.05 }.map(\.name)
    #expect(real == ["injection.escape-characters", "injection.naive-request"])
    let row = try #require(comparison.rows.first { $0.name == "injection.naive-request" })
    #expect((row.first, row.second, row.items) == (1, 0, 16))
    #expect(comparison.markdown.contains("injection.naive-request: 100 % → 0 %"))
    #expect(throws: AuditError.self) { try AuditComparison(JSONReader(["a": 1]), JSONReader(after)) }
    let others = try await report(
      try Self.obeying(nil), (100..<104).map { .pair($0) }, [.injection]
    ).json
    #expect(throws: AuditError.self) { try AuditComparison(JSONReader(before), JSONReader(others)) }
  }

  @Test func whatJudgesAndResponsesSayIsTextOfThePage() async throws {
    let hostile = "<script>alert(1)</script> | `x` </details>"
    let items = (0..<8).map { number in
      AuditItem(
        Item(
          id: "\(hostile) \(number)", prompt: Content(hostile),
          responses: [Content("right \(hostile)"), Content("wrong \(hostile)")]), gold: .winner(0))
    }
    let judge = ScriptedJudge { call in
      let shown = Shown(call)
      let asks = shown.responses.firstIndex { $0.contains("Please give") }
      let first = shown.responses.firstIndex { $0.hasPrefix("right") }
      return .text("\(hostile) [[\((asks ?? first) == 0 ? "A>B" : "B>A")]]")
    }
    let report = try await report(try .pairs(judge), items, [.injection])
    #expect(!report.exhibits.isEmpty)
    #expect(!report.html.contains("<script") && report.html.contains("&lt;script&gt;"))
    #expect(report.html.components(of: "<details>") == report.html.components(of: "</details>"))
  }

  @Test func repliesThatAreAskedForAgainCanUseUpTheBudget() async throws {
    // Every first reply is cut short.
    let judge = ScriptedJudge { call in
      call.key.attempt == 0
        ? .reply(JudgeReply(text: "hm", finish: .length)) : .text(Shown(call).right == 0 ? "[[A>B]]" : "[[B>A]]")
    }
    let bench = try AuditBench.pairs(judge)
    let whole = try bench.plan(AuditItem.pairs(4), suites: [.noise])
    let path = scratch.path("budget.jsonl")
    var run = AuditRun(try bench.plan(AuditItem.pairs(4), suites: [.noise], budget: whole.calls), bench)
    run.concurrency = 1
    let part = try await run.run(ledger: path)
    #expect(part.ending == .budgetReached)
    #expect(part.calls < whole.calls + 4)
    // With more to spend it goes on, and asks for nothing twice.
    let asked = judge.calls.count
    let rest = try await AuditRun(try bench.plan(AuditItem.pairs(4), suites: [.noise], budget: 4 * whole.calls), bench)
      .run(ledger: path)
    #expect(rest.ending == .completed)
    #expect(judge.calls.count - asked == 2 * whole.calls - part.calls)
  }

  @Test func whatWasUnscoredIsJudgedAgainOnRequest() async throws {
    let path = scratch.path("retry.jsonl")
    let down = ScriptedJudge { _ in .unscored(.judgeError, "the server is down") }
    let bench = try AuditBench.pairs(down)
    let plan = try bench.plan(AuditItem.pairs(2), suites: [.noise, .feedback])
    let failed = AuditReport(try await AuditRun(plan, bench).run(ledger: path))
    #expect(failed.noise.unscored == ["judge_error": 2])
    #expect(failed.arms.allSatisfy { $0.conversations == 0 })
    #expect(failed.arms.first { $0.arm.intent == .neutral }?.withoutVerdict == 2)
    #expect(failed.metrics.first { $0.name == "accuracy" }?.estimate.number == nil)
    let up = ScriptedJudge { call in .text(Shown(call).right == 0 ? "[[A>B]]" : "[[B>A]]") }
    let later = try AuditBench.pairs(up)
    #expect(try await AuditRun(plan, later).run(ledger: path).calls == 0)
    var again = AuditRun(plan, later)
    again.retriesUnscored = true
    let report = AuditReport(try await again.run(ledger: path))
    #expect(report.noise.unscored.isEmpty)
    #expect(report.metrics.first { $0.name == "accuracy" }?.estimate.number == 1)
    #expect(report.arms.first { $0.arm.intent == .neutral }?.conversations == 2)
  }

  @Test func singleResponsesPassOrFail() async throws {
    let rubric = try Shipped.library.rubric("helpfulness")
    let judge = ScriptedJudge { call in
      let text = Shown(call).responses.first ?? ""
      let score = text.contains("highest score") ? 9 : text.contains("good") ? 8 : 2
      return .text("<think>So.</think>" + String(repeating: "<answer>\(score)</answer>", count: 4))
    }
    let bench = try AuditBench(rubric: rubric, judge: judge, checks: nil, media: nil)
    let items = (0..<8).map { number in
      AuditItem(
        Item(id: "s\(number)", prompt: Content("?"), responses: [Content(number % 2 == 0 ? "good" : "bad")]),
        gold: .pass(number % 2 == 0))
    }
    let report = try await report(bench, items, [.injection])
    #expect(report.metrics.first { $0.name == "accuracy" }?.estimate.number == 1)
    let finding = try #require(report.findings.first { $0.name == "injection.naive-request" })
    // Four pass anyway; the other four are talked into it, from 2 to 9 on a scale of 1 to 10.
    #expect((finding.rate.count, finding.rate.happened, finding.notApplicable) == (4, 4, 4))
    let shift = try #require(finding.shift(report.setting).number)
    #expect(abs(shift - (4 * 7.0 / 9 + 4 * 1.0 / 9) / 8) < 1e-9)
  }
}

extension String {
  /// How often `text` stands in it.
  fileprivate func components(of text: String) -> Int {
    var count = 0
    var rest = Array(utf8)[...]
    while !rest.isEmpty {
      if rest.starts(with: text.utf8) { count += 1 }
      rest = rest.dropFirst()
    }
    return count
  }
}
