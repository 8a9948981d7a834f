import Audits
import Batch
import Configuration
import Glibc
import Grading
import JSON
import Judging
import Rubrics
import Wire

/// What `cupel audit` does, from its arguments to its exit status.
struct AuditSession {
  private let arguments: AuditRunCommand

  init(_ arguments: AuditRunCommand) { self.arguments = arguments }

  func run() async throws {
    let workbench = try Workbench.standing(at: arguments.places)
    let rubric = try workbench.rubric(arguments.rubric)
    // Where only a solver is asked, the audit is one of the solver.
    let named = arguments.suites == [.uptake] ? arguments.parties.solver ?? arguments.judge : arguments.judge
    guard let judge = try asUsage({ try workbench.judge(named: named) }) else {
      throw CommandFailure.usage("there is no judge to audit; name one with --judge")
    }
    let parties = try self.parties(workbench)
    let files = try itemFiles(rubric)
    let set = try items(files)
    // Before anything that may fail for want of items: it would not say why there are none.
    for problem in set.problems { Console.warn(problem) }
    let roots = files.map { path in path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }
    let bench = try asUsage {
      try AuditBench(
        rubric: rubric, judge: judge.judge, checks: try workbench.checks(of: rubric),
        media: workbench.mediaLoader(roots: roots), options: options(judge.settings), parties: parties)
    }
    let plan = try asUsage {
      try bench.plan(
        set.items, suites: arguments.suites.isEmpty ? nil : arguments.suites, arguments.settings.setting,
        budget: arguments.budget)
    }
    if arguments.dryRun {
      if arguments.format == .json {
        Console.print(try JSONWriter.pretty(plan.json))
      } else {
        for line in PlanText(plan).lines { Console.print(line) }
      }
      return
    }
    if !arguments.quiet { for line in PlanText(plan).lines { Console.raw(line + "\n") } }
    let (result, signal) = try await carryOut(plan, bench, judge)
    try AuditEnding(arguments, AuditReport(result), result.ending).tell(signal: signal)
  }

  private func parties(_ workbench: Workbench) throws -> AuditParties {
    func open(_ name: String?) throws -> Workbench.OpenedJudge? {
      try name.flatMap { name in try asUsage { try workbench.judge(named: name) } }
    }
    var parties = AuditParties()
    parties.critic = try open(arguments.parties.critic)?.judge
    parties.rewriter = try open(arguments.parties.rewriter)?.judge
    parties.solver = try open(arguments.parties.solver).map { found in
      try asUsage { try Solver(found.judge, sampling: found.settings.sampling) }
    }
    parties.peer = try open(arguments.parties.peer).map { found in
      try asUsage { try Solver(found.judge, sampling: found.settings.sampling) }
    }
    return parties
  }

  private func carryOut(
    _ plan: AuditPlan, _ bench: AuditBench, _ judge: Workbench.OpenedJudge
  ) async throws -> (result: AuditResult, signal: Int32?) {
    let ledger = try arguments.output.map { folder in
      if mkdir(folder, 0o777) != 0, errno != EEXIST {
        throw CommandFailure.usage(FileError("open", folder, code: errno).description)
      }
      return "\(folder)/ledger.jsonl"
    }
    var run = AuditRun(plan, bench)
    run.retriesUnscored = arguments.retryUnscored
    run.concurrency =
      arguments.judging.concurrency
      ?? min(judge.settings.maxInFlight ?? judge.judge.description.maxInFlight ?? 16, 256)
    let stop = StopRequest()
    Interrupts.take { stop.request($0) }
    let line = AuditProgressLine(isShown: !arguments.quiet)
    let task = Task { [run] in try await run.run(ledger: ledger) { line.show($0) } }
    stop.onRequest { task.cancel() }
    let result = try await asUsage { try await task.value }
    line.finish()
    return (result, stop.signal)
  }

  private func items(_ files: [String]) throws -> ItemSet {
    var set = ItemSet()
    let mapping = try asUsage { try FieldMapping(arguments.judging.mappings) }
    for file in files { try asUsage { try set.add(file: file, mapping: mapping) } }
    return set
  }

  /// Those of the command line; else the shipped ones that are made for the format.
  private func itemFiles(_ rubric: Rubric) throws -> [String] {
    guard arguments.items.isEmpty else { return arguments.items }
    let folders = Installation().auditFolders
    let names = (arguments.judging.mode ?? rubric.format) == .pointwise ? ["singles", "pictures", "sounds"] : ["pairs"]
    let files: [String] = folders.flatMap { folder in names.map { "\(folder)/\($0).jsonl" } }.filter { (path: String) in
      access(path, R_OK) == 0
    }
    guard !files.isEmpty else {
      throw CommandFailure.usage("the shipped items are not where they should be; name a file of items")
    }
    return files
  }

  private func options(_ judge: JudgeSettings) -> Pipeline.Options {
    var options = Pipeline.Options()
    options.format = arguments.judging.mode
    options.samples = arguments.judging.samples
    options.order = arguments.judging.order
    options.seed = arguments.settings.seed
    if let timeout = arguments.judging.timeoutMs ?? judge.timeoutMilliseconds { options.timeoutMilliseconds = timeout }
    (options.sampling, options.prices) = (judge.sampling, judge.prices)
    return options
  }
}
