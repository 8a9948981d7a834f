import Audits
import Calibration
public import Configuration
import Grading
import Rubrics
import Synchronization
public import Wire

/// Counts what happens. All methods may be called from any thread and take no time worth speaking of: one short lock each.
public final class Metrics: Sendable {
  private struct StandIn: Labelled, Sendable {
    let route: String
    let policy: String
    let reason: UnscoredReason

    var labels: Exposition.Labels { [("route", route), ("policy", policy), ("reason", reason.rawValue)] }
  }

  /// What a critic that may mislead did.
  enum Deceived: String, Sendable, CaseIterable {
    /// It contradicted an answer.
    case objected
    /// It had nothing against it.
    case passed
    case unscored
  }

  private struct Deceiving: Labelled, Sendable {
    let route: String
    let critic: String
    let outcome: Deceived

    var labels: Exposition.Labels { [("route", route), ("critic", critic), ("outcome", outcome.rawValue)] }
  }

  private struct Server {
    var generation = 1
    var reloads = (good: 0, bad: 0)
    var standIns: [StandIn: Int] = [:]
    var deceived: [Deceiving: Int] = [:]
  }

  // Each by itself, so that those who write one kind do not wait for those who write another.
  private let judgments = Mutex<[JudgmentTally.Key: JudgmentTally]>([:])
  private let works = Mutex<[WorkTally.Key: WorkTally]>([:])
  private let calibrations = Mutex<[CalibrationTally.Key: CalibrationTally]>([:])
  private let requests = Mutex<[RequestTally.Key: RequestTally]>([:])
  private let server = Mutex(Server())
  private let runs: Mutex<RunTable>
  private let drifted: Mutex<(@Sendable (WorkTally.Key, CalibrationTally.Drift) -> Void)?> = Mutex(nil)

  /// Nothing has happened yet; statistics are kept of `maxRuns` training runs.
  public init(maxRuns: Int = ServeSettings().maxRuns) { runs = Mutex(RunTable(most: maxRuns)) }

  /// From now on, `told` hears when the numbers of a calibrated judge leave what it was fitted on, and when they are back: once each time.
  func observeDrift(_ told: @escaping @Sendable (WorkTally.Key, CalibrationTally.Drift) -> Void) {
    drifted.withLock { $0 = told }
  }

  /// From now on, statistics are kept of so many training runs.
  public func keep(runs most: Int) { runs.withLock { $0.most = most } }

  /// An item was judged, with the session's rubric and judge, for a caller.
  public func judged(_ judged: Judged, in session: Session, for caller: Caller, took: Duration) {
    let key = JudgmentTally.Key(rubric: session.rubric.name, judge: session.judge, route: caller.route)
    judgments.withLock { $0[key, default: JudgmentTally()].add(judged, in: session, took: took) }
  }

  /// A judgment was made, for everybody who waits for it, after its item waited for `queued`.
  func worked(_ judgment: Judgment, _ trace: JudgmentTrace, in session: Session, queued: Duration) {
    let said = judgment.earlier + [judgment]
    let traces = trace.earlier + [trace]
    for (place, judgment) in said.enumerated() {
      let judge = said.count == 1 ? session.judge : judgment.provenance.judge ?? session.judge
      let key = WorkTally.Key(rubric: session.rubric.name, judge: judge)
      works.withLock {
        $0[key, default: WorkTally()].add(judgment, traces[place], queued: place == 0 ? queued : nil)
      }
      note(judgment.calibrated, key, session)
    }
  }

  private func note(_ calibrated: Calibrated?, _ key: WorkTally.Key, _ session: Session) {
    guard let calibrated, let usual = session.usual[calibrated.calibration] else { return }
    let drifts = calibrations.withLock { $0[key, default: CalibrationTally()].add(calibrated, usual) }
    guard !drifts.isEmpty, let told = drifted.withLock({ $0 }) else { return }
    for drift in drifts { told(key, drift) }
  }

  /// A request was answered, or its client left.
  public func answered(_ answered: Answered) {
    let key = RequestTally.Key(route: answered.route)
    requests.withLock { $0[key, default: RequestTally()].add(answered) }
  }

  /// A training run was given rewards by a rubric, or there were none to be given.
  func rewarded(_ rewards: RunRewards, in run: String, by rubric: String) {
    let key = RunTable.Key(run: run, rubric: rubric)
    runs.withLock { $0.update(key) { rewards.add(to: &$0, at: .now) } }
  }

  /// A client was given a number in the place of a score that could not be given, for `reason`, by the policy of its route.
  public func substituted(route: String, policy: RouteSettings.FailurePolicy, reason: UnscoredReason) {
    let kind = StandIn(route: route, policy: policy.word, reason: reason)
    server.withLock { $0.standIns[kind, default: 0] += 1 }
  }

  /// A deceptive route has answered about one item.
  func deceived(route: DeceptiveRoute, _ outcome: Deceived) {
    let kind = Deceiving(route: route.settings.path, critic: route.critic.name, outcome: outcome)
    server.withLock { $0.deceived[kind, default: 0] += 1 }
  }

  /// Another generation is in force without a reload.
  func changed(to number: Int) { server.withLock { $0.generation = number } }

  /// A reload was tried; `number` is the generation that is in force after it.
  public func reloaded(_ number: Int, isGood: Bool) {
    server.withLock { state in
      state.generation = number
      if isGood { state.reloads.good += 1 } else { state.reloads.bad += 1 }
    }
  }

  /// Everything that was counted, family by family.
  func write(to text: inout Exposition) {
    JudgmentTally.write(judgments.withLock { $0 }, to: &text)
    let server = server.withLock { $0 }
    text.family(
      "cupel_stand_ins_total", .counter,
      "Numbers that clients were given in place of scores, by the policy of their route and the reason.")
    for (labels, count) in server.standIns.labelled { text.add(count, labels) }
    text.family(
      "cupel_deceptive_feedback_total", .counter,
      "What critics that may mislead said on deceptive routes; none of it is a judgment.")
    for (labels, count) in server.deceived.labelled { text.add(count, labels) }
    WorkTally.write(works.withLock { $0 }, to: &text)
    CalibrationTally.write(calibrations.withLock { $0 }, to: &text)
    RequestTally.write(requests.withLock { $0 }, to: &text)
    runs.withLock { $0.page }.write(to: &text)
    text.family("cupel_generation", .gauge, "The state of rubrics and judges that is in force, counted from 1.")
    text.add(server.generation)
    text.family(
      "cupel_reloads_total", .counter, "Reloads that were tried, by outcome; after a bad one the old state goes on.")
    text.add(server.reloads.good, [("outcome", "good")])
    text.add(server.reloads.bad, [("outcome", "bad")])
  }
}

extension RouteSettings.FailurePolicy {
  /// The policy without its number, which would be a label of its own.
  fileprivate var word: String {
    switch self {
    case .httpError: "http_error"
    case .groupMean: "group_mean"
    case .neutral: "neutral"
    }
  }
}
