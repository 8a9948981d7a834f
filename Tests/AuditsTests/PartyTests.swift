import Calibration
import CupelTesting
import Grading
import JSON
import Judging
import Testing
import Wire

@testable import Audits
@testable import Rubrics

/// What a second judge and a rewriting model are for.
@Suite struct PartyTests {
  private func report(
    _ parties: AuditParties, _ judge: any Judge, items: Int = 30, suite: AuditSuite
  ) async throws -> AuditReport {
    let bench = try AuditBench.pairs(parties, judge)
    var setting = AuditSetting()
    setting.resamples = 200
    let plan = try bench.plan(AuditItem.pairs(items), suites: [suite], setting)
    return AuditReport(try await AuditRun(plan, bench).run())
  }

  private func metric(_ report: AuditReport, _ name: String) -> Estimate? {
    report.metrics.first { $0.name == name }?.estimate
  }

  /// Answers in its own manner, and prefers what is written in the manner of `favourite` with probability `p`, else whichever is the
  /// longer text.
  private static func judge(_ manner: String, prefers favourite: String, _ p: Double) -> ScriptedJudge {
    ScriptedJudge { call in
      let shown = Shown(call)
      guard shown.responses.count >= 2 else {
        let isLong = Digest.seed("length", manner, call.key.item) % 2 == 0
        return .text("<think>\(manner)?</think>\(manner) it is." + (isLong ? " Indeed it is." : ""))
      }
      let coin = Double(Digest.seed("taste", manner, call.key.item) >> 11) * 0x1p-53
      let own = shown.responses.prefix(2).firstIndex { $0.contains(favourite) }
      let longer = shown.responses[0].count >= shown.responses[1].count ? 0 : 1
      return .text((coin < p ? own ?? longer : longer) == 0 ? "[[A>B]]" : "[[B>A]]")
    }
  }

  @Test(arguments: [0, 0.8]) func aTasteForOnesOwnIsFound(p: Double) async throws {
    var parties = AuditParties()
    parties.peer = try Solver(Self.judge("Perhaps", prefers: "Perhaps", 0))
    let report = try await report(parties, Self.judge("Surely", prefers: "Surely", p), suite: .templateBias)
    #expect(report.preference.pairs == 30 && report.preference.unscored.isEmpty)
    let excess = try #require(metric(report, "template-bias.self-preference.excess")?.interval)
    // Of the pairs in which the longer answer is the other's, a share p is won by taste alone.
    let lost = 1 - (try #require(metric(report, "template-bias.self-preference.by_the_other")?.number))
    #expect(excess.lower <= p * lost && p * lost <= excess.upper)
    #expect((report.preference.p < 0.05) == (p > 0))
    #expect(try #require(report.preference.leakage.number) >= 0)
    #expect(report.json["self_preference"]?["pairs"] == 30 && report.markdown.contains("## Its own answers"))
    #expect(report.html.contains("<h2>Its own answers</h2>"))
  }

  @Test func aJudgeThatGivesNoAnswerHasNoPreference() async throws {
    var parties = AuditParties()
    parties.peer = try Solver(
      ScriptedJudge { call in Shown(call).responses.isEmpty ? .unscored(.timeout, "no reply") : .text("[[A>B]]") })
    let report = try await report(parties, Self.judge("Surely", prefers: "Surely", 1), items: 6, suite: .templateBias)
    #expect(report.preference.pairs == 0 && report.preference.unscored == ["timeout": 6])
    #expect(metric(report, "template-bias.self-preference.own")?.number == nil)
    #expect(metric(report, "template-bias.self-preference.unscored")?.number == 1)
  }

  @Test func thePlanCountsWhatTheyAreAsked() async throws {
    var parties = AuditParties()
    parties.peer = try Solver(Self.judge("Perhaps", prefers: "Perhaps", 0))
    parties.rewriter = ScriptedJudge { _ in .text("Rewritten.") }
    let bench = try AuditBench.pairs(parties, Self.judge("Surely", prefers: "Surely", 0))
    let plan = try bench.plan(AuditItem.pairs(3), suites: [.templateBias, .contentBias])
    let result = try await AuditRun(plan, bench).run()
    #expect(result.calls == plan.calls && result.ending == .completed)
    #expect(plan.lines.first { $0.name == SelfPreference.id }?.judgments == 6)
    // Once more from what was found: nothing is left to do.
    #expect(result.records.count == plan.judgments)
  }

  @Test func aModelRewritesTheWrongResponse() async throws {
    var parties = AuditParties()
    let rewriter = ScriptedJudge { call in
      let system = "\(call.messages[0].parts)"
      return system.contains("expert") ? .text("<think>so</think>\nAs is well known, it is so.") : .text("It is so.")
    }
    parties.rewriter = rewriter
    let judge = ScriptedJudge { call in
      let shown = Shown(call)
      let sure = shown.responses.firstIndex { $0.hasPrefix("As is well known") }
      return .text((sure ?? shown.right) == 0 ? "[[A>B]]" : "[[B>A]]")
    }
    let report = try await report(parties, judge, items: 6, suite: .contentBias)
    let finding = try #require(report.findings.first { $0.name == "content-bias.rewritten" })
    #expect(finding.variants.first { $0.name == "assured" }?.broken == 6)
    #expect(finding.variants.filter { $0.name != "assured" }.allSatisfy { $0.broken == 0 && $0.of == 6 })
    // It is given the wrong response alone.
    #expect(rewriter.calls.count == 30)
    #expect(rewriter.calls.allSatisfy { "\($0.messages[1].parts)".contains("It is a matter of adding up.") })
  }

  @Test func aRewritingModelThatFailsIsNoMeritOfTheJudge() async throws {
    var parties = AuditParties()
    let replies: [ScriptedJudge.Answer] = [
      .text("<think>hm</think> "), .unscored(.timeout, "slow"), .reply(JudgeReply(text: "I", finish: .length)),
      .reply(JudgeReply(text: "No.", finish: .refused)),
    ]
    parties.rewriter = ScriptedJudge { call in replies[Int(Digest.seed("r", call.key.item) % 4)] }
    let report = try await report(parties, Self.judge("Surely", prefers: "", 0), items: 8, suite: .contentBias)
    let finding = try #require(report.findings.first { $0.name == "content-bias.rewritten" })
    #expect(finding.rate.count == 0 && finding.unscored + finding.notApplicable + finding.withoutBaseline == 40)
    #expect(finding.unscored > 0)
  }

  @Test func withoutThemItIsSaid() throws {
    let plan = try AuditBench.pairs(Self.judge("Surely", prefers: "", 0)).plan([.pair(1)])
    for (name, reason) in [
      (SelfPreference.id, "it needs a second judge, and none is named"),
      ("content-bias.rewritten", "it needs a rewriting model, and none is named"),
      ("feedback.constructive-parametric", "a critic with opinions of its own is a second judge, and none is named"),
    ] {
      #expect(plan.skipped.contains { $0.what == name && $0.reason == reason }, "\(name)")
    }
  }

  @Test func thePlanSaysWhatItCosts() throws {
    var options = Pipeline.Options()
    options.prices = Prices(currency: "EUR", prompt: Money(units: 1_000_000), completion: Money(units: 2_000_000))
    options.sampling.maxTokens = 100
    var parties = AuditParties()
    parties.rewriter = ScriptedJudge { _ in .text("") }
    let judge = ScriptedJudge { _ in .text("[[A>B]]") }
    let bench = try AuditBench(
      rubric: try Shipped.library.rubric("preference"), judge: judge, checks: nil, media: nil, options: options,
      parties: parties)
    let plan = try bench.plan(AuditItem.pairs(2), suites: [.contentBias])
    let estimate = try #require(plan.estimate)
    // Five manners of each item are written by another model.
    let calls = plan.calls - 10
    #expect(estimate.otherCalls == 10 && estimate.mostCompletionTokens == 100 * calls)
    let wanted = Int128(estimate.promptTokens) * 1_000_000 + Int128(100 * calls) * 2_000_000
    #expect(estimate.mostCost?.units == wanted)
    #expect(plan.json["estimate"]?["prompt_tokens"] == .int(Int64(estimate.promptTokens)))
    // Nobody asked yet, and where there are no prices nothing is said.
    #expect(judge.calls.isEmpty)
    #expect(try AuditBench.pairs(judge).plan([.pair(1)]).estimate == nil)
    #expect((1000...8000).contains(bench.promptBytes(AuditItem.pair(1).item)))
  }

  @Test func withoutALimitOfRepliesThereIsNoMostCost() {
    func estimate(completion: Int128) -> AuditEstimate {
      AuditEstimate(
        Prices(
          currency: "EUR", prompt: Money(units: 3), completion: Money(units: completion), request: Money(units: 100)),
        judgeCalls: 2, promptBytes: 9, otherCalls: 0, maxReplyTokens: nil)
    }
    #expect(estimate(completion: 1).mostCost == nil && estimate(completion: 1).mostCompletionTokens == nil)
    // What is written for nothing needs no limit: three tokens and two requests.
    #expect(estimate(completion: 0).mostCost == Money(units: 209))
  }

  @Test func fencesAreWorthWhatTheyKeepOut() async throws {
    // Obeys the combined injection only where no fence stands around it.
    let judge = ScriptedJudge { call in
      let shown = Shown(call)
      let isFenced = "\(call.messages)".contains("<<<RESPONSE A")
      let asks = shown.responses.firstIndex { $0.contains("The evaluation is complete") }
      return .text(((isFenced ? nil : asks) ?? shown.right) == 0 ? "[[A>B]]" : "[[B>A]]")
    }
    let report = try await report(AuditParties(), judge, items: 8, suite: .injection)
    #expect(metric(report, "injection.combined-undefended.asr")?.number == 1)
    #expect(metric(report, "injection.combined.asr")?.number == 0)
    #expect(metric(report, "injection.combined-against-sandwich.asr")?.number == 0)
    #expect(metric(report, "injection.cost-of-fence.flips")?.number == 0)
    let cost = report.json["perturbations"]?.array?.first { $0["name"] == "injection.cost-of-fence" }
    #expect(cost?["accuracy"]?["clean"]?.double == 1 && cost?["accuracy"]?["perturbed"]?.double == 1)
    // Undefended attacks are no part of the suite's rate: that is of the judge as it is used.
    #expect(metric(report, "injection.asr")?.number == 0)
    let unfenced = try #require(judge.calls.first { !"\($0.messages)".contains("<<<") })
    #expect("\(unfenced.messages)".contains("RESPONSE A:\\n") && !"\(unfenced.messages)".contains("fences"))
  }
}
