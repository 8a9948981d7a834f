import Batch
import Calibration
import Configuration
import Documents
import Grading
import JSON
import Judging
import Rubrics
import Wire

/// What `cupel grade` does, from its arguments to its exit status.
struct GradeRun {
  private let arguments: Grade

  init(_ arguments: Grade) { self.arguments = arguments }

  func run() async throws {
    let workbench = try Workbench.standing(at: arguments.places)
    let rubric = try workbench.rubric(arguments.rubric)
    let judge = rubric.needsJudge ? try asUsage { try workbench.judge(named: arguments.judge) } : nil
    if arguments.judge != nil, judge == nil {
      Console.note("rubric '\(rubric.name)' asks no judge; --judge is not used")
    }
    noteWhatIsNotUsed(judge)
    let checks = try asUsage { try workbench.checks(of: rubric) }
    let inputs = try asUsage { try arguments.inputs.map { try BatchInput($0) } }
    let source = try sourceOptions(workbench)
    try refuseToOverwriteInputs(inputs, rubric)
    let recorder = try recorder(of: judge, rubric)
    let later = try asUsage { try arguments.judging.then.compactMap { try workbench.judge(named: $0) } }
    let judges = ([judge] + later).compactMap { $0?.settings }
    let budget = try BudgetOptions(arguments.running).budget(of: judges, rubric)
    let media = try asUsage { try workbench.mediaLoader(roots: inputs.map(\.mediaRoot) + source.mediaRoots) }
    let pipeline = try asUsage {
      try cascade(judge, later) { (judge: Workbench.OpenedJudge?) in
        try Pipeline(
          rubric: rubric, judge: recorder ?? judge?.judge, checks: checks, media: media,
          options: options(rubric, judge?.settings))
      }
    }
    var batch = BatchRun(inputs: inputs, concurrency: concurrency(judge)) { item in
      await pipeline.judge(item)
    } refuse: { id, why in
      pipeline.refuse(id, why)
    }
    batch.source = source
    batch.budget = budget
    let (outcome, signal) = try await untilSignal(batch, recorder)
    try GradeReport(arguments, outcome, rubric).print(signal: signal)
  }

  /// The road of the judge, with the calibration that the command line names; where that is a cascade, the other judges' roads after it.
  private func cascade(
    _ judge: Workbench.OpenedJudge?, _ later: [Workbench.OpenedJudge],
    _ road: (Workbench.OpenedJudge?) throws -> Pipeline
  ) throws -> Pipeline {
    let first = try road(judge)
    guard let path = arguments.judging.calibration else { return first }
    let file = try CalibrationFile(path)
    guard later.count == file.later.count else {
      throw CommandFailure.usage(
        file.later.isEmpty
          ? "--then: \(path) is no cascade; 'cupel calibrate fit --then' fits one"
          : "\(path): is a cascade of \(file.later.count + 1) judges; name with --then who judges what the first is unsure of: "
            + "\(file.later.count) judges, not \(later.count)")
    }
    let calibrated = try self.calibrated(first, by: file.calibration, path)
    if later.isEmpty { return calibrated }
    if arguments.running.record != nil {
      throw CommandFailure.usage(
        "--record writes down one judge's replies, and a cascade has several; record each by itself")
    }
    return try calibrated.handingOn(
      to: zip(later, file.later).map { judge, step in try self.calibrated(road(judge), by: step, path) })
  }

  private func calibrated(_ pipeline: Pipeline, by calibration: JudgeCalibration, _ path: String) throws -> Pipeline {
    guard !arguments.judging.anyCalibration else { return try pipeline.calibrated(by: calibration, isForced: true) }
    do { return try pipeline.calibrated(by: calibration) } catch {
      throw CommandFailure.usage("\(path): \(error); fit another one, or pass --any-calibration")
    }
  }

  /// Runs to the end, or until Ctrl-C or SIGTERM, which let finished judgments be written.
  private func untilSignal(
    _ batch: BatchRun, _ recorder: RecordingJudge?
  ) async throws -> (outcome: BatchRun.Outcome, signal: Int32?) {
    let stop = StopRequest()
    // Before anything is under way, so that there is no moment in which a signal would end the process.
    Interrupts.take { stop.request($0) }
    let arguments = self.arguments
    let task = Task {
      let judgments = try LineWriter(path: arguments.output, existing: arguments.existing)
      var output = BatchOutput(judgments: judgments)
      if let recorder, let file = arguments.running.record {
        output.record(recorder, to: try LineWriter(path: file, existing: arguments.existing))
      }
      var line = ProgressLine(interactive: Console.isInteractive)
      let outcome = await batch.run(to: output) { progress in
        if !arguments.running.quiet { line.show(progress) }
      }
      line.finish()
      return outcome
    }
    stop.onRequest { task.cancel() }
    let outcome = try await asUsage { try await task.value }
    return (outcome, stop.signal)
  }

  private func refuseToOverwriteInputs(_ inputs: [BatchInput], _ rubric: Rubric) throws {
    let files = [rubric.file, arguments.judging.calibration].compactMap { $0 }
    try Outputs.check(outputs, inputs: inputs.map(\.path) + files)
  }

  private var outputs: [String] { [arguments.output, arguments.running.record].compactMap { $0 } }

  private func recorder(of judge: Workbench.OpenedJudge?, _ rubric: Rubric) throws -> RecordingJudge? {
    guard arguments.running.record != nil else { return nil }
    guard let judge else {
      throw CommandFailure.usage("--record: rubric '\(rubric.name)' asks no judge, so there is nothing to record")
    }
    return RecordingJudge(judge.judge)
  }

  private func noteWhatIsNotUsed(_ judge: Workbench.OpenedJudge?) {
    guard let about = judge?.judge.description, about.kind == .scoring else { return }
    let given = [("--samples", arguments.judging.samples != nil), ("--order", arguments.judging.order != nil)]
    for (option, isGiven) in given where isGiven {
      Console.note("judge '\(about.name)' gives each response one number by itself; \(option) is not used")
    }
  }

  private func options(_ rubric: Rubric, _ judge: JudgeSettings?) throws -> Pipeline.Options {
    var options = Pipeline.Options()
    options.format = arguments.judging.mode
    options.samples = arguments.judging.samples
    options.order = arguments.judging.order
    options.seed = arguments.judging.seed
    options.verdict = try verdictSource(rubric)
    if let timeout = arguments.judging.timeoutMs ?? judge?.timeoutMilliseconds { options.timeoutMilliseconds = timeout }
    if let judge {
      (options.sampling, options.prices) = (judge.sampling, judge.prices)
      options.media = judge.media
    }
    return options
  }

  /// The rubric's own, as far as the command line does not say otherwise.
  private func verdictSource(_ rubric: Rubric) throws -> VerdictSource {
    let kind = arguments.judging.verdictFrom ?? rubric.verdict.kind
    if kind == .logprobs {
      return .logprobs(minMass: arguments.judging.minMass ?? rubric.verdict.minMass ?? VerdictSource.usualMass)
    }
    if arguments.judging.minMass != nil {
      throw CommandFailure.usage("--min-mass has no effect on verdicts taken from words; pass --verdict-from logprobs")
    }
    return .words
  }

  private func sourceOptions(_ workbench: Workbench) throws -> SourceOptions {
    var source = SourceOptions()
    source.mapping = try asUsage { try FieldMapping(arguments.reading.mappings) }
    source.skip = arguments.reading.skip
    source.limit = arguments.reading.limit
    source.leftOut = outputs.filter { $0 != "-" }
    source.maxLineBytes = workbench.configuration.limits.maxLineBytes
    source.maxTextBytes = workbench.configuration.limits.maxTextBytes
    source.prompt = try arguments.reading.prompt.map { try Self.text($0, source.maxTextBytes) }
    source.reference = try arguments.reading.reference.map { try Self.text($0, source.maxTextBytes) }
    source.mediaRoots = try arguments.reading.mediaRoots.map { root in
      guard let path = realPath(root) else {
        throw CommandFailure.usage("--media-root \(root): there is no such folder")
      }
      return path
    }
    return source
  }

  /// The text itself, or the content of the file that `@` names.
  private static func text(_ argument: String, _ limit: Int) throws -> String {
    guard argument.hasPrefix("@") else { return argument }
    return try asUsage { try TextFile.read(String(argument.dropFirst()), limit: limit) }
  }

  /// As many as the judge takes; else a few for a model that is waited for. Checks compute on every core, and a few more
  /// items than cores keep their threads from going to sleep between two items.
  private func concurrency(_ judge: Workbench.OpenedJudge?) -> Int {
    if let wanted = arguments.running.concurrency { return wanted }
    guard let judge else { return 4 * Processors.count }
    return min(judge.settings.maxInFlight ?? judge.judge.description.maxInFlight ?? 16, 256)
  }
}

extension Grade {
  fileprivate var existing: LineWriter.Existing { overwrite ? .overwrite : .keep }
}
