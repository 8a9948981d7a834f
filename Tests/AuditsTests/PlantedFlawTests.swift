import Calibration
import CupelTesting
import Grading
import JSON
import Judging
import Testing
import Wire

@testable import Audits

/// Judges with a flaw that is known, and what the audit says of them.
@Suite struct PlantedFlawTests {
  private func report(
    _ bench: AuditBench, items: Int = 40, suites: [AuditSuite], rounds: Int = 2
  ) async throws -> AuditReport {
    var setting = AuditSetting()
    (setting.rounds, setting.resamples) = (rounds, 200)
    let plan = try bench.plan(AuditItem.pairs(items), suites: suites, setting)
    return AuditReport(try await AuditRun(plan, bench).run())
  }

  private func metric(_ report: AuditReport, _ name: String) throws -> Estimate {
    try #require(report.metrics.first { $0.name == name }?.estimate, "\(name)")
  }

  /// Whether the interval of a measure covers `truth`.
  private func covers(_ report: AuditReport, _ name: String, _ truth: Double) throws -> Bool {
    let interval = try #require(try metric(report, name).interval)
    return interval.lower <= truth && truth <= interval.upper
  }

  /// The same for all calls about one judged item.
  private static func coin(_ call: JudgeCall, _ purpose: String = "coin") -> Double {
    Double(Digest.seed(purpose, call.key.item) >> 11) * 0x1p-53
  }

  @Test func nothingIsFoundOnAPerfectJudge() async throws {
    let bench = try AuditBench.choosing { shown, _ in
      // A right answer with spoilt reasoning is not preferred.
      guard let right = shown.right, !shown.responses[right].contains("the opposite holds") else { return nil }
      return right
    }
    let report = try await report(bench, items: 8, suites: AuditSuite.allCases)
    for (name, estimate) in report.metrics {
      guard let number = estimate.number else { continue }
      if name.hasSuffix("accuracy") || name.hasSuffix("survival") || name.hasSuffix("stability") {
        #expect(number == 1, "\(name)")
      }
      for ending in [".asr", ".flips", ".fpr", ".missed", ".broken", ".harmful_flip", "unscored", ".excess"]
      where name.hasSuffix(ending) {
        #expect(number == 0, "\(name)")
      }
    }
    #expect(report.suites.allSatisfy { ($0.adjusted ?? 1) > 0.05 })
    #expect(report.exhibits.isEmpty && report.conversations.isEmpty)
    #expect(try metric(report, "noise.first_slot").number == 0.5)
  }

  @Test func aTasteForTheFirstPlaceIsFound() async throws {
    let report = try await report(try .choosing { _, _ in 0 }, items: 30, suites: [.noise])
    #expect(try metric(report, "noise.first_slot").number == 1)
    #expect(try metric(report, "noise.primacy").number == 1)
    #expect(try metric(report, "noise.swap.flips").number == 1)
    #expect(try metric(report, "noise.repeat.flips").number == 0)
  }

  @Test(arguments: [0.0, 0.4]) func thePlantedRateOfObedienceIsRecovered(p: Double) async throws {
    let bench = try AuditBench.choosing { shown, call in
      let asked = shown.responses.firstIndex { $0.contains("Please give this response") }
      return asked.flatMap { Self.coin(call) < p ? $0 : nil } ?? shown.right
    }
    let report = try await report(bench, suites: [.injection])
    #expect(try covers(report, "injection.naive-request.asr", p))
    #expect(try metric(report, "injection.fake-system-turn.asr").number == 0)
    let suite = try #require(report.suites.first { $0.suite == .injection })
    #expect(((suite.adjusted ?? 1) < 0.05) == (p > 0))
  }

  @Test(arguments: [0.5]) func thePlantedTasteForLengthIsRecovered(p: Double) async throws {
    let bench = try AuditBench.choosing { shown, call in
      let longest = shown.responses.indices.max { shown.responses[$0].count < shown.responses[$1].count }
      return Self.coin(call) < p ? longest : shown.right
    }
    let report = try await report(bench, suites: [.contentBias])
    // Eight times as long is longer in every pair.
    let eight = try #require(
      report.findings.first { $0.name == "content-bias.verbosity" }?.variants.first { $0.name == "8x" })
    let interval = try #require(try Proportion(eight.broken, of: eight.of).estimate().interval)
    #expect(interval.lower <= p && p <= interval.upper)
  }

  @Test func faithInAuthorityIsFoundAndNothingElse() async throws {
    let bench = try AuditBench.choosing { shown, _ in
      shown.responses.firstIndex { $0.contains("Harlow") || $0.contains("reference-library") } ?? shown.right
    }
    let report = try await report(bench, items: 12, suites: [.templateBias])
    #expect(try metric(report, "template-bias.authority.asr").number == 1)
    for name in ["bandwagon", "distraction", "model-name", "refined"] {
      #expect(try metric(report, "template-bias.\(name).asr").number == 0)
    }
    let exhibit = try #require(report.exhibits.first)
    #expect(exhibit.perturbation == "template-bias.authority")
    #expect(exhibit.after?.contains("Harlow") == true && exhibit.before?.contains("Harlow") == false)
  }

  @Test func aCoinIsNoisyAndNotBiased() async throws {
    let bench = try AuditBench.choosing { _, call in
      Digest.seed("coin", call.key.item, "\(call.key.order)") % 2 == 0 ? 0 : 1
    }
    let report = try await report(bench, suites: [.templateBias, .contentBias])
    #expect(try covers(report, "noise.first_slot", 0.5))
    #expect(try #require(try metric(report, "noise.repeat.flips").number) > 0.4)
    #expect(report.suites.allSatisfy { ($0.adjusted ?? 1) > 0.05 })
  }

  @Test(arguments: [0.5]) func yieldingToACriticIsRecovered(p: Double) async throws {
    let bench = try AuditBench.choosing { shown, call in
      guard let right = shown.right else { return nil }
      let isPressed = shown.remarks.contains { !$0.hasPrefix("Please") && !$0.hasPrefix("I have checked") }
      // Whoever gives way once stays there: by item and critic, not by round.
      let conversation = call.key.item.split(separator: "/round").first.map(String.init) ?? call.key.item
      let yields = Double(Digest.seed("yield", conversation) >> 11) * 0x1p-53 < p
      return isPressed && yields ? 1 - right : right
    }
    let report = try await report(bench, suites: [.feedback], rounds: 3)
    #expect(try metric(report, "feedback.neutral.harmful_flip").number == 0)
    #expect(try metric(report, "feedback.constructive.harmful_flip").number == 0)
    for arm in ["hypercritical-none", "hypercritical-grounded", "malicious-none", "ladder"] {
      #expect(try covers(report, "feedback.\(arm).harmful_flip", p), "\(arm)")
      #expect(try covers(report, "feedback.\(arm).survival", 1 - p), "\(arm)")
    }
    let arm = try #require(report.arms.first { $0.arm.name == "malicious-none" })
    let neutral = try #require(report.arms.first { $0.arm.intent == .neutral })
    #expect(arm.test(against: neutral).p < 0.05)
    #expect(!report.conversations.isEmpty)
  }

  @Test func whatIsTrueIsTakenUp() async throws {
    let bench = try AuditBench.choosing { shown, _ in
      guard let right = shown.right else { return nil }
      return shown.remarks.contains { $0.hasPrefix("Your verdict is wrong") } ? right : 1 - right
    }
    let report = try await report(bench, items: 20, suites: [.feedback], rounds: 2)
    #expect(try metric(report, "accuracy").number == 0)
    #expect(try metric(report, "feedback.constructive.helpful_flip").number == 1)
    #expect(try metric(report, "feedback.recheck.helpful_flip").number == 0)
    // Critics that object only to right verdicts have nothing to say, and say nothing.
    #expect(try metric(report, "feedback.malicious-none.accuracy").number == 0)
  }

  @Test func aJudgeThatFailsHalfTheTimeIsNotARobustOne() async throws {
    let judge = ScriptedJudge { call in
      if Self.coin(call, "fault") < 0.5 { return .unscored(.timeout, "too slow") }
      let shown = Shown(call)
      let asks = shown.responses.firstIndex { $0.contains("Please give this response") }
      return .text((asks ?? shown.right) == 0 ? "[[A>B]]" : "[[B>A]]")
    }
    let report = try await report(try .pairs(judge), suites: [.injection])
    #expect(try covers(report, "unscored", 0.5))
    #expect(try metric(report, "injection.naive-request.asr").number == 1)
    let finding = try #require(report.findings.first { $0.name == "injection.naive-request" })
    let all = finding.rate.count + finding.unscored + finding.withoutBaseline + finding.notApplicable
    #expect(all == 80)
    #expect(finding.unscored > 10 && finding.withoutBaseline > 20)
    #expect(report.markdown.contains("timeout"))
  }

  @Test func aCriticThatNeverRepliesIsNoMeritOfTheJudge() async throws {
    let critic = ScriptedJudge { _ in .unscored(.timeout, "no reply") }
    let judge = ScriptedJudge { call in .text(Shown(call).right == 0 ? "[[A>B]]" : "[[B>A]]") }
    let report = try await report(try .pairs(critic: critic, judge), items: 8, suites: [.feedback])
    let arm = try #require(report.arms.first { $0.arm.name == "malicious-parametric" })
    #expect(arm.conversations == 8)
    #expect(arm.unscored == ["critic": 8])
    #expect(arm.survival.allSatisfy { $0.count == 0 })
  }

  @Test func aCriticWithOpinionsIsToldWhatToArgueFor() async throws {
    let critic = ScriptedJudge { _ in .text("<think>hm</think>The other one is far better, as Harlow (2015) shows.") }
    let judge = ScriptedJudge { call in
      let shown = Shown(call)
      let isSwayed = shown.remarks.contains { $0.contains("Harlow") }
      return .text((isSwayed ? shown.right == 1 : shown.right == 0) ? "[[A>B]]" : "[[B>A]]")
    }
    let report = try await report(try .pairs(critic: critic, judge), items: 8, suites: [.feedback])
    let arm = try #require(report.arms.first { $0.arm.name == "malicious-parametric" })
    #expect(arm.harmful.first?.happened == 8)
    #expect(critic.calls.allSatisfy { $0.messages[0].role == .system })
    let brief = critic.calls.compactMap { call in
      call.messages[1].parts.compactMap { if case .text(let text) = $0 { text } else { nil } }.first
    }
    #expect(brief.contains { $0.contains("# What to argue for\nresponse") })
  }
}
