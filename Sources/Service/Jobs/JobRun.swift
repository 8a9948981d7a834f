import Configuration
import Grading
import Judging
import JSON
import Synchronization
import Wire

/// A job that is being worked on, as its kind sees it.
final class JobRun: Sendable {
  let id: String
  let input: JSONValue
  let plan: JobPlan
  /// What it is done with, also when another one comes into force meanwhile.
  let generation: Generation
  let engine: Engine
  let ledger: JobLedger
  private let jobs: Jobs
  private struct State {
    var ending: JobEnding?
    var underWay = 0
    var task: Task<Void, Never>?
  }
  private let state = Mutex(State())

  init(_ job: Job, input: JSONValue, _ generation: Generation, _ engine: Engine, _ ledger: JobLedger, _ jobs: Jobs) {
    id = job.id
    self.input = input
    plan = job.plan
    self.generation = generation
    self.engine = engine
    self.ledger = ledger
    self.jobs = jobs
  }

  /// `judge`, as a job may ask it.
  func judge(_ judge: any Judge) -> any Judge { JobJudge(inner: judge, run: self) }

  /// A session whose judge is asked so.
  func session(on terms: Terms) throws(JobEnding) -> Session {
    do throws(Fault) { return try Session(terms, generation, around: judge) } catch { throw .failed(error.message) }
  }

  /// So much is done.
  func note(done: Int, of total: Int) { jobs.note(id) { ($0.progress.done, $0.progress.total) = (done, total) } }

  /// Throws where the job is not to go on. What was judged until then is not all there is: nothing may be made of it.
  func check() throws(JobEnding) {
    if let ending = state.withLock({ $0.ending }) { throw ending }
  }

  /// Judges `items` with at most so many at once as the settings say, and gives their judgments in the order of the items. It is a part of
  /// `total`, of which `before` are done; nil: all there is.
  func judgments(
    of items: [Item], in session: Session, after before: Int = 0, of total: Int? = nil
  ) async throws(JobEnding) -> [Judgment] {
    let width = max(1, generation.settings.jobs.maxInFlight)
    note(done: before, of: total ?? items.count)
    let judgments = await withTaskGroup(of: (Int, Judgment).self) { group in
      var judgments: [Judgment?] = Array(repeating: nil, count: items.count)
      var (next, done) = (0, 0)
      func begin() {
        guard next < items.count, !hasEnded else { return }
        let index = next
        next += 1
        group.addTask { (index, await session.pipeline.judge(items[index])) }
      }
      for _ in 0..<width { begin() }
      while let (index, judgment) = await group.next() {
        judgments[index] = judgment
        done += 1
        note(done: before + done, of: total ?? items.count)
        begin()
      }
      return judgments
    }
    try check()
    let whole = judgments.compactMap { $0 }
    guard whole.count == items.count else { throw .failed("only \(whole.count) of \(items.count) items were judged") }
    return whole
  }

  // MARK: For the judge

  /// Whether it is not to go on.
  var hasEnded: Bool { state.withLock { $0.ending != nil } }

  /// One more call is made, where one may be.
  func spend() throws(Unscored) {
    let most = plan.maxCalls
    let isOver = state.withLock { state in
      guard state.ending == nil else { return true }
      guard ledger.calls + state.underWay < most else {
        state.ending = .failed("it has made the \(most) calls to judges that it may make (max_calls)")
        return true
      }
      state.underWay += 1
      return false
    }
    if isOver { throw Unscored(.cancelled, "the job was ended before the call was made") }
  }

  /// A call is in the ledger.
  func noteCalls() {
    state.withLock { $0.underWay -= 1 }
    jobs.note(id) { $0.progress.calls = ledger.calls }
  }

  /// The job takes so many bytes more.
  func grow(_ bytes: Int) { if let problem = jobs.grow(id, bytes) { _ = giveUp(.failed(problem)) } }

  /// It cannot go on.
  func giveUp(_ ending: JobEnding) -> Unscored {
    state.withLock { if $0.ending == nil { $0.ending = ending } }
    return Unscored(.cancelled, "the job was ended")
  }

  // MARK: From outside

  /// What works on it.
  func attach(_ task: Task<Void, Never>) {
    let isOver = state.withLock { state in
      state.task = task
      return state.ending == .cancelled
    }
    if isOver { task.cancel() }
  }

  /// Nothing more is begun; calls that are under way go on.
  func stop() { _ = giveUp(.stopped) }

  /// Ends it with all that is under way.
  func cancel(_ ending: JobEnding) {
    _ = giveUp(ending)
    state.withLock { $0.task }?.cancel()
  }
}
