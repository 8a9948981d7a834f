import Audits
import Calibration
import Configuration
import Glibc
import Grading
import JSON
import Judging
import Media
import Rubrics
import Wire

/// Attacks a judge, and says how often it breaks.
struct AuditJob: JobKind {
  let name = "audit"

  func plan(_ input: JSONValue, _ generation: Generation) throws(Fault) -> JobPlan {
    let request = try AuditRequest.shape(generation.settings).read(JSONReader(input))
    let audit = try Audit(request, generation) { $0 }
    let most = request.maxCalls ?? generation.settings.jobs.maxCalls
    var json = audit.plan.json.object ?? JSONObject()
    let about = audit.judge.judge.description
    json["judge"] = .string(audit.judge.settings.name)
    json["model"] = about.model.map { .string($0) }
    json["fingerprint"] = .string(about.fingerprint)
    json["rubric"] = .string(audit.rubric.reference)
    // The run ends by itself when the budget is used up, and then finishes what it is at; more than that is a mistake.
    let slack = Self.mostAtOnce * max(1, generation.settings.jobs.maxInFlight)
    return JobPlan(json: .object(json), maxCalls: most + slack, identity: ["digest": .string(audit.plan.digest)])
  }

  /// Calls that one piece of work may lead to when the budget is used up.
  private static let mostAtOnce = 64

  func run(_ run: JobRun) async throws(JobEnding) -> JobReport {
    let audit: Audit
    do throws(Fault) {
      let request = try AuditRequest.shape(run.generation.settings).read(JSONReader(run.input))
      audit = try Audit(request, run.generation, around: run.judge)
    } catch {
      throw .failed(error.message)
    }
    var work = AuditRun(audit.plan, audit.bench)
    work.concurrency = max(1, run.generation.settings.jobs.maxInFlight)
    let result: AuditResult
    do throws(AuditError) { result = try await work.run { run.note(done: $0.done, of: $0.total) } } catch {
      try run.check()
      throw .failed(error.description)
    }
    try run.check()
    guard result.ending != .interrupted else { throw .cancelled }
    let (name, fingerprint) = (audit.judge.settings.name, audit.judge.judge.description.fingerprint)
    let made = await QuietThread.run {
      let report = AuditReport(result)
      return JobReport(json: report.json, html: report.html, summary: Self.summary(report, name, fingerprint))
    }
    guard let made else { throw .failed("the system has no threads left to make the report with") }
    return made
  }

  /// What is shown beside the judge.
  private static func summary(_ report: AuditReport, _ judge: String, _ fingerprint: String) -> JSONValue {
    let shown = report.metrics.filter { Self.isShown($0.name) }
    return [
      "judge": .string(judge), "fingerprint": .string(fingerprint),
      "metrics": .object(JSONObject(shown.map { ($0.name, $0.estimate.json) })),
    ]
  }

  /// One number for each suite, and what all are held against.
  private static func isShown(_ name: String) -> Bool {
    let suites = AuditSuite.allCases.map { "\($0.rawValue).broken" }
    let others = [
      "accuracy", "unscored", "noise.stability", "noise.first_slot", "template-bias.self-preference.excess",
      "feedback-uptake.uptake", "feedback-uptake.resistance",
    ]
    return others.contains(name) || suites.contains(name)
      || name.hasPrefix("feedback.") && name.hasSuffix(".harmful_flip")
  }
}

/// A request made ready: who is audited, by what, and what that takes.
private struct Audit {
  let judge: Workbench.OpenedJudge
  let rubric: Rubric
  let bench: AuditBench
  let plan: AuditPlan

  init(
    _ request: AuditRequest, _ generation: Generation, around: (any Judge) -> any Judge
  ) throws(Fault) {
    let rubric = try generation.rubric(named: request.rubric)
    // Where only a solver is asked, the audit is one of the solver.
    let named = request.suites == [.uptake] ? request.solver ?? request.judge : request.judge
    guard let judge = try generation.judge(named: named) else {
      throw Fault(.notUsable, "there is no judge to audit", path: "judge")
    }
    let checks = try generation.checks(of: rubric)
    let shipped = request.items == nil
    let folders = shipped ? Installation().auditFolders : []
    let items: [AuditItem]
    if let given = request.items {
      items = given
    } else {
      items = try Self.shipped(request.format ?? rubric.format, folders)
    }
    do {
      let bench = try AuditBench(
        rubric: rubric, judge: around(judge.judge), checks: checks,
        media: shipped ? generation.workbench.mediaLoader(roots: folders) : generation.media,
        options: Road.options(request.terms, judge.settings, atMost: generation.settings.maxTimeoutMilliseconds),
        parties: try Self.parties(request, generation, around: around))
      plan = try bench.plan(
        items, suites: request.suites, request.setting, budget: request.maxCalls ?? generation.settings.jobs.maxCalls)
      self.bench = bench
    } catch {
      throw Fault(.notUsable, "\(error)")
    }
    (self.judge, self.rubric) = (judge, rubric)
  }

  private static func parties(
    _ request: AuditRequest, _ generation: Generation, around: (any Judge) -> any Judge
  ) throws -> AuditParties {
    func open(_ name: String?) throws(Fault) -> Workbench.OpenedJudge? {
      guard let name else { return nil }
      return try generation.judge(named: name)
    }
    func solver(_ name: String?) throws -> Solver? {
      try open(name).map { try Solver(around($0.judge), sampling: $0.settings.sampling) }
    }
    var parties = AuditParties()
    parties.critic = try open(request.critic).map { around($0.judge) }
    parties.rewriter = try open(request.rewriter).map { around($0.judge) }
    (parties.solver, parties.peer) = (try solver(request.solver), try solver(request.peer))
    return parties
  }

  /// The items that come with Cupel, of those that are made for the format.
  private static func shipped(_ format: JudgmentFormat, _ folders: [String]) throws(Fault) -> [AuditItem] {
    var set = ItemSet()
    let names = format == .pointwise ? ["singles", "pictures", "sounds"] : ["pairs"]
    for folder in folders {
      for name in names where access("\(folder)/\(name).jsonl", R_OK) == 0 {
        do { try set.add(file: "\(folder)/\(name).jsonl") } catch {
          throw Fault(.internalError, "the items that come with Cupel cannot be read")
        }
      }
    }
    guard !set.items.isEmpty else {
      throw Fault(.notUsable, "the items that come with Cupel are not where they should be; send items", path: "items")
    }
    return set.items
  }
}
