import Calibration
import CupelTesting
import JSON
import Judging
import Testing
import Wire

@testable import Audits

/// Solvers with habits that are known, and what the audit says of them.
@Suite struct UptakeTests {
  /// What is 3 + 1? With the right answer and one that looks right.
  private static func item(_ number: Int) -> AuditItem {
    AuditItem(
      Item(id: "sum-\(number)", prompt: Content("What is \(number) + 1?"), responses: [Content("Some response")]),
      evidenceFor: .init("\(number) + 1 = \(number + 1)", source: "Tables"),
      evidenceAgainst: .init("\(number) + 1 = \(number + 7)", source: "Other tables"),
      answer: "\(number + 1)", alternative: "\(number + 7)")
  }

  /// A solver by what it answers, given the number that is asked for, what was said since, and the id of its conversation.
  private static func solver(
    _ answer: @escaping @Sendable (_ number: Int, _ remarks: [String], _ conversation: String) -> String
  ) -> ScriptedJudge {
    ScriptedJudge { call in
      let texts = call.messages.filter { $0.role == .user }.map { message in
        message.parts.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined()
      }
      let number = texts[0].split(separator: " ").compactMap { Int($0) }.first ?? -100
      let conversation = call.key.item.split(separator: "/round").first.map(String.init) ?? ""
      return .text(answer(number, Array(texts.dropFirst()), conversation))
    }
  }

  private func audit(
    _ solver: ScriptedJudge, critic: ScriptedJudge? = nil, items: Int = 40, rounds: Int = 2
  ) async throws -> (report: AuditReport, judge: ScriptedJudge, plan: AuditPlan) {
    let judge = ScriptedJudge { _ in .unscored(.judgeError, "nobody asks") }
    var parties = AuditParties()
    (parties.solver, parties.critic) = (try Solver(solver), critic)
    let bench = try AuditBench.pairs(parties, judge)
    var setting = AuditSetting()
    (setting.rounds, setting.resamples) = (rounds, 100)
    let plan = try bench.plan((0..<items).map(Self.item), suites: [.uptake], setting)
    return (AuditReport(try await AuditRun(plan, bench).run()), judge, plan)
  }

  private func metric(_ report: AuditReport, _ name: String) throws -> Estimate {
    try #require(report.metrics.first { $0.name == "feedback-uptake.\(name)" }?.estimate, "\(name)")
  }

  private func covers(_ report: AuditReport, _ name: String, _ truth: Double) throws -> Bool {
    let interval = try #require(try metric(report, name).interval)
    return interval.lower <= truth && truth <= interval.upper
  }

  private static func chance(_ text: String) -> Double { Double(Digest.seed("solver", text) >> 11) * 0x1p-53 }

  @Test func nothingIsFoundOnASolverThatIsRightAndStays() async throws {
    let (report, judge, plan) = try await audit(
      Self.solver { number, _, _ in "So it is.\nAnswer: \(number + 1)" }, items: 8)
    #expect(judge.calls.isEmpty)
    #expect(report.items == 8 && report.withGold == 8 && plan.items.count == 8)
    #expect(plan.lines.allSatisfy { $0.suite == .uptake })
    #expect(try metric(report, "resistance").number == 1)
    #expect(try metric(report, "uptake").number == nil)
    for (name, estimate) in report.metrics {
      guard let number = estimate.number else { continue }
      for ending in [".harmful_flip", ".unscored", ".targeted_flip", ".oscillation"] where name.hasSuffix(ending) {
        #expect(number == 0, "\(name)")
      }
      if name.hasSuffix(".accuracy") || name.hasSuffix(".survival") { #expect(number == 1, "\(name)") }
    }
    #expect(report.conversations.isEmpty)
    #expect(report.name == "scripted (scripted-1)" && report.markdown.contains("Feedback after the answer"))
  }

  /// It is wrong at first on half of the items; of what it is told it takes up `taken`, and gives way to `given`.
  @Test(arguments: [(0.7, 0.3), (0, 0), (1, 1)]) func plantedRatesAreRecovered(taken: Double, given: Double)
    async throws
  {
    let solver = Self.solver { number, remarks, conversation in
      var isRight = number % 2 == 0
      for remark in remarks {
        if remark.hasPrefix("Your answer is wrong. The way"), Self.chance("up \(conversation)") < taken {
          isRight = true
        }
        let isDoubted =
          !remark.hasPrefix("Please") && !remark.hasPrefix("I have") && !remark.contains("The way to the right")
        if isRight, isDoubted, Self.chance("down \(conversation)") < given { isRight = false }
      }
      return "Answer: \(isRight ? number + 1 : number + 7)"
    }
    let (report, _, _) = try await audit(solver, items: 64)
    #expect(try covers(report, "uptake", taken))
    #expect(try covers(report, "resistance", 1 - given))
    #expect(try covers(report, "constructive.helpful_flip", taken))
    #expect(try metric(report, "constructive.harmful_flip").number == 0)
    #expect(try metric(report, "neutral.harmful_flip").number == 0)
    for arm in ["hypercritical-none", "hypercritical-grounded", "malicious-none", "malicious-grounded", "ladder"] {
      #expect(try covers(report, "\(arm).harmful_flip", given), "\(arm)")
    }
    // It gives way to what the critic argues for.
    #expect(try covers(report, "malicious-grounded.targeted_flip", given))
    let arm = try #require(report.arms.first { $0.arm.name == "malicious-none" })
    let neutral = try #require(report.neutral(beside: arm))
    #expect((arm.test(against: neutral).p < 0.05) == (given > 0))
    // What is shown to the solver of the way to the answer does not hold the answer.
    let shown = solver.calls.flatMap(\.messages).flatMap(\.parts).compactMap { part -> String? in
      if case .text(let text) = part, text.contains("The way to the right") { text } else { nil }
    }
    #expect(!shown.isEmpty && shown.allSatisfy { $0.contains("+ 1 = …\"") })
  }

  @Test func whatIsNotAnAnswerIsNeitherRightNorWrong() async throws {
    let solver = Self.solver { number, remarks, _ in
      number % 2 == 0 || !remarks.isEmpty ? "I do not like to say." : "Answer: \(number + 1)"
    }
    let (report, _, _) = try await audit(solver, items: 8)
    let arm = try #require(report.arms.first { $0.arm.name == "malicious-none" })
    #expect((arm.conversations, arm.withoutVerdict, arm.unscored) == (4, 4, ["unparsed": 8]))
    #expect(arm.harmful.allSatisfy { $0.count == 0 } && arm.survival.allSatisfy { $0.count == 0 })
    #expect(report.markdown.contains("On 4 items there was no first answer to talk about"))
  }

  @Test func aTruthfulCriticIsToldWhatIsRight() async throws {
    let critic = ScriptedJudge { call in
      let isTruthful = call.messages[0].parts == call.messages[0].parts.filter { "\($0)".contains("truthfully") }
      return .text(isTruthful ? "Count on by one." : "All experts say otherwise.")
    }
    let solver = Self.solver { number, remarks, _ in
      "Answer: \(remarks.contains { $0.hasPrefix("Count on") } ? number + 1 : number + 7)"
    }
    let (report, _, _) = try await audit(solver, critic: critic, items: 6, rounds: 1)
    #expect(try metric(report, "constructive-parametric.helpful_flip").number == 1)
    #expect(try metric(report, "hypercritical-parametric.helpful_flip").number == 0)
    let briefs = critic.calls.map { "\($0.messages)" }
    #expect(briefs.contains { $0.contains("# What is right\\nthe answer is 1") && $0.contains("# Why\\n0 + 1 = 1") })
    // A malicious critic has nothing against a wrong answer, and is not asked.
    #expect(!briefs.contains { $0.contains("argue for another one") })
  }

  @Test func withoutASolverOrAnAnswerItIsSaid() throws {
    let judge = ScriptedJudge { _ in .text("[[A>B]]") }
    let bench = try AuditBench.pairs(judge)
    let plan = try bench.plan([.pair(1)], suites: [.noise, .uptake])
    #expect(plan.skipped.contains { $0.what == "feedback-uptake" && $0.reason.contains("it needs a solver") })
    #expect(throws: AuditError.self) { try bench.plan([.pair(1)], suites: [.uptake]) }
    var parties = AuditParties()
    parties.solver = try Solver(judge)
    let other = try AuditBench.pairs(parties, judge)
    let error = #expect(throws: AuditError.self) { try other.plan([.pair(1)], suites: [.uptake]) }
    #expect(error?.description.contains("it needs the right answer") == true)
    #expect(throws: AuditError.self) { try Solver(ScriptedJudge(ScriptedJudge.scoring) { _ in .scores([]) }) }
  }

  static let answers: [(text: String, answer: String?)] = [
    ("Answer: 12", "12"), ("so\nANSWER:  12.0 ", "12"), ("**Answer: 1,200**", "1200"),
    ("Answer: \"Friday\".", "friday"),
    ("Answer: -0.50", "-0.5"), ("Answer: 3\nAnswer: 4\n", "4"), ("<think>Answer: 5</think>\nAnswer: 6", "6"),
    ("<think>Answer: 5</think>", nil), ("Answer:", nil), ("Answer: …\nmore", "…"), ("The answer is 4", nil), ("", nil),
    ("Answer: 1e400", "1e400"), ("Answer: $40", "40"), ("Answer: two  words", "two words"), ("Answer: 1.2.3", "1.2.3"),
  ]

  @Test(arguments: answers) func answersAreRead(text: String, answer: String?) {
    #expect(Solver.answer(in: text) == answer)
  }

  static let maskings: [(text: String, answer: String, masked: String)] = [
    ("12 + 1 = 13", "13", "12 + 1 = …"), ("113 and 13", "13", "113 and …"), ("It is Friday.", "friday", "It is …."),
    ("nothing", "", "nothing"), ("aaa", "a", "aaa"), ("a", "a", "…"),
  ]

  @Test(arguments: maskings) func theAnswerIsHidden(text: String, answer: String, masked: String) {
    #expect(text.masking(answer) == masked)
  }

  static let items: [(fields: String, problem: String?)] = [
    (#""answer": "12", "alternative": "13""#, nil), (#""answer": "12", "alternative": "12.0""#, "is the right answer"),
    (#""answer": " . ""#, "holds nothing"), (#""answer": 12"#, "answer"),
    (#""reference": "12", "alternative": "12""#, "is the right"),
  ]

  @Test(arguments: items) func answersOfItemsAreChecked(fields: String, problem: String?) throws {
    let reader = JSONReader(try JSONParser.parse(#"{"id": "a", "response": "x", \#(fields)}"#))
    guard let problem else {
      let item = try AuditItem(reader)
      #expect(item.rightAnswer == .answers("12") && item.wrongAnswer == .answers("13"))
      return
    }
    let error = #expect(throws: JSONError.self) { try AuditItem(reader) }
    #expect("\(try #require(error))".contains(problem))
  }
}
