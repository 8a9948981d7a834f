import Configuration
internal import Glibc
import JSON
import Judging
import Synchronization

/// What the server does beside answering: jobs, which are queued, worked on, kept on the disk and go on after a restart.
final class Jobs: Sendable {
  private let directory: JobDirectory
  private let kinds: [String: any JobKind]
  private let engine: Engine
  /// New jobs are written one after the other.
  private let writing = Mutex(())

  private struct State {
    var table: JobTable
    var runs: [String: JobRun] = [:]
    var tasks: [String: Task<Void, Never>] = [:]
    /// Nothing is begun any more, or yet.
    var isStanding = true
  }
  private let state: Mutex<State>
  /// What was wrong with jobs that were found on the disk.
  let problems: [String]

  /// The jobs of a folder; ``begin()`` lets them go on.
  init(_ directory: JobDirectory, _ kinds: [any JobKind], _ engine: Engine) {
    self.directory = directory
    self.kinds = Dictionary(uniqueKeysWithValues: kinds.map { ($0.name, $0) })
    self.engine = engine
    var table = JobTable(engine.generation.settings.jobs)
    let (found, problems) = directory.jobs()
    for job in found { table.restore(job) }
    self.problems = problems
    state = Mutex(State(table: table))
  }

  /// Those that wait are begun.
  func begin() {
    state.withLock { $0.isStanding = false }
    startNext()
  }

  /// Other limits hold from now on.
  func apply(_ settings: JobSettings) {
    state.withLock { $0.table.apply(settings) }
    startNext()
  }

  // MARK: What is asked

  /// A new job, which waits for its turn. Refused where it could not be done, or there is no room.
  func submit(_ kind: any JobKind, _ input: JSONValue, by name: String) throws(Fault) -> Job {
    let plan = try kind.plan(input, engine.generation)
    let bytes: [UInt8]
    do throws(JSONError) { bytes = try JSONWriter.bytes(input) } catch { throw Fault(error) }
    return try writing.withLock { _ throws(Fault) in
      let number = try state.withLock { state throws(Fault) in
        if state.isStanding { throw Fault(.stopping, "the server is stopping; try again later", retryAfterSeconds: 1) }
        try state.table.checkQueue()
        return state.table.nextNumber()
      }
      if let problem = makeRoom(forJobs: 1, bytes: bytes.count) {
        throw Fault(.overloaded, problem, retryAfterSeconds: 60)
      }
      var job = Job(
        id: RequestIdentity.digits(16), kind: kind.name, number: number, by: name, created: Self.now(), plan: plan)
      let folder = directory.folder(job.id)
      do throws(JobFileProblem) { try folder.create(job, input: bytes) } catch {
        folder.remove()
        throw Fault(.internalError, "the job cannot be written to the disk: \(error.message)")
      }
      job.bytes = folder.bytes
      state.withLock { [job] in $0.table.add(job) }
      startNext()
      return self.state.withLock { $0.table.jobs[job.id] } ?? job
    }
  }

  /// All jobs of a kind, the newest first.
  func list(_ kind: String) -> [Job] {
    state.withLock { $0.table.jobs.values.filter { $0.kind == kind } }.sorted { $0.number > $1.number }
  }

  /// The summaries of the last jobs of a kind that are done, by judge.
  func lastSummaries(_ kind: String) -> [String: (job: Job, summary: JSONValue)] {
    list(kind).filter { $0.state == .done }.reversed().reduce(into: [:]) { last, job in
      guard let summary = job.summary, let judge = summary["judge"]?.string else { return }
      last[judge] = (job, summary)
    }
  }

  /// A job of a kind.
  func find(_ id: String, _ kind: String) throws(Fault) -> Job {
    guard let job = state.withLock({ $0.table.jobs[id] }), job.kind == kind else {
      throw Fault(.notFound, "there is no \(kind) with this id", path: "id")
    }
    return job
  }

  /// What came of a job that is done.
  func report(of job: Job) throws(Fault) -> JSONValue {
    try reading { () throws(JobFileProblem) in try directory.folder(job.id).report() }
  }

  /// The same as a page.
  func page(of job: Job) throws(Fault) -> String {
    try reading { () throws(JobFileProblem) in try directory.folder(job.id).page() }
  }

  private func reading<Value>(_ body: () throws(JobFileProblem) -> Value) throws(Fault) -> Value {
    do throws(JobFileProblem) { return try body() } catch {
      throw Fault(.internalError, "what came of the job cannot be read: \(error.message)")
    }
  }

  /// Ends a job that has not ended, and forgets one that has.
  func delete(_ job: Job) throws(Fault) -> Job {
    if job.state.isOver {
      forget([job.id])
      return job
    }
    let (run, ended) = state.withLock { state in
      (state.runs[job.id], state.table.end(job.id, .cancelled, at: Self.now()))
    }
    run?.cancel(.cancelled)
    if let ended { writeEnd(ended) }
    startNext()
    return try find(job.id, job.kind)
  }

  /// How many jobs there are, by kind and state.
  var counts: [(kind: String, state: JobState, count: Int)] {
    let jobs = state.withLock { Array($0.table.jobs.values) }
    return kinds.keys.sorted().flatMap { kind in
      JobState.allCases.map { state in (kind, state, jobs.count { $0.kind == kind && $0.state == state }) }
    }
  }

  /// What all jobs take on the disk.
  var bytes: Int { state.withLock { $0.table.bytes } }

  // MARK: The end of the server

  /// Nothing more is begun: neither a job nor a call to a judge. Calls that are under way go on, and what they give is kept.
  func stop() {
    let runs = state.withLock { state in
      state.isStanding = true
      return Array(state.runs.values)
    }
    for run in runs { run.stop() }
  }

  /// Waits until nothing is under way any more, `milliseconds` at most, and gives up what still is.
  func drain(milliseconds: Int) async {
    let (tasks, runs) = state.withLock { (Array($0.tasks.values), Array($0.runs.values)) }
    guard !tasks.isEmpty else { return }
    let once = Mutex(false)
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let resume: @Sendable () -> Void = {
        let isFirst = once.withLock { isOver in
          defer { isOver = true }
          return !isOver
        }
        if isFirst { continuation.resume() }
      }
      Task.detached {
        for task in tasks { await task.value }
        resume()
      }
      Task.detached {
        try? await Task.sleep(for: .milliseconds(milliseconds))
        resume()
      }
    }
    for run in runs { run.cancel(.stopped) }
  }

  /// Waits until nothing works on a job.
  func wait(for id: String) async {
    while let task = state.withLock({ $0.tasks[id] }) { await task.value }
  }

  // MARK: For runs

  /// What is known of a job changes.
  func note(_ id: String, _ change: (inout Job) -> Void) { state.withLock { $0.table.update(id, change) } }

  /// A job takes more on the disk; what is wrong where that is too much.
  func grow(_ id: String, _ bytes: Int) -> String? {
    note(id) { $0.bytes += bytes }
    return makeRoom(forJobs: 0, bytes: 0)
  }

  // MARK: Work

  private func startNext() {
    while true {
      let job = state.withLock { $0.isStanding ? nil : $0.table.startNext(at: Self.now()) }
      guard let job else { return }
      let task = Task.detached(priority: .utility) { await self.work(on: job) }
      state.withLock { state in
        if state.table.running.contains(job.id) { state.tasks[job.id] = task }
        state.runs[job.id]?.attach(task)
      }
    }
  }

  private func work(on job: Job) async {
    do throws(JobEnding) {
      let report = try await report(job)
      do throws(JobFileProblem) { try directory.folder(job.id).write(report) } catch {
        throw .failed("the report cannot be written to the disk: \(error.message)")
      }
      note(job.id) { $0.summary = report.summary }
      end(job, .done)
    } catch {
      switch error {
      case .failed(let reason): end(job, .failed, reason)
      case .cancelled: end(job, .cancelled)
      case .stopped: end(job, nil)
      }
    }
    startNext()
  }

  private func report(_ job: Job) async throws(JobEnding) -> JobReport {
    guard let kind = kinds[job.kind] else { throw .failed("jobs of the kind '\(job.kind)' are not known here") }
    let folder = directory.folder(job.id)
    let generation = engine.generation
    let (input, ledger): (JSONValue, JobLedger)
    do throws(JobFileProblem) { (input, ledger) = (try folder.input(), try JobLedger(path: folder.ledger)) } catch {
      throw .failed(error.message)
    }
    let now: JobPlan
    do throws(Fault) { now = try kind.plan(input, generation) } catch { throw .failed(error.message) }
    guard now.identity == job.plan.identity else {
      throw .failed("the judge or the rubric has changed since the job was asked for; ask for it anew")
    }
    let run = JobRun(job, input: input, generation, engine, ledger, self)
    let isWanted = state.withLock { state in
      guard state.table.running.contains(job.id), !state.isStanding else { return false }
      state.runs[job.id] = run
      if let task = state.tasks[job.id] { run.attach(task) }
      return true
    }
    guard isWanted else { throw .stopped }
    note(job.id) { $0.progress.calls = ledger.calls }
    let report = try await kind.run(run)
    try run.check()
    return report
  }

  private func end(_ job: Job, _ end: JobState?, _ reason: String? = nil) {
    let ended = state.withLock { state in
      (state.runs[job.id], state.tasks[job.id]) = (nil, nil)
      return state.table.end(job.id, end, reason: reason, at: Self.now())
    }
    guard let ended else { return }
    writeEnd(ended)
    _ = makeRoom(forJobs: 0, bytes: 0, besides: job.id)
  }

  /// Where the end cannot be written, the job goes on after a restart, which costs nothing but time.
  private func writeEnd(_ job: Job) {
    let folder = directory.folder(job.id)
    try? folder.writeEnd(job)
    note(job.id) { $0.bytes = folder.bytes }
  }

  /// Removes ended jobs until there is room. What is wrong where there is none.
  private func makeRoom(forJobs count: Int, bytes: Int, besides id: String = "") -> String? {
    let (victims, most) = state.withLock {
      ($0.table.victims(forJobs: count, bytes: bytes, besides: id), $0.table.settings.maxBytes)
    }
    guard let victims else { return "jobs may take \(most) bytes on the disk (serve.jobs.max_bytes)" }
    forget(victims)
    return nil
  }

  private func forget(_ ids: [String]) {
    for id in ids {
      state.withLock { $0.table.remove(id) }
      directory.folder(id).remove()
    }
  }

  /// RFC 3339, in milliseconds.
  static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return LogLine.text(time)
  }
}
