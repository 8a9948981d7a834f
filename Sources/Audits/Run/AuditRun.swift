import Batch
import Grading
import Synchronization
import Wire

/// Carries out a plan.
///
/// A job runs it in a task of its own: `run(ledger:progress:)` returns when all is judged, when the budget is used up or when the
/// task is cancelled. What was finished is in the ledger each time, and a later run with the same ledger goes on from there, in
/// another process too. Progress is told from several tasks, one at a time.
public struct AuditRun: Sendable {
  /// How far a run is.
  public struct Progress: Sendable, Hashable {
    /// Judgments and conversations that are done, and how many there are; those of earlier runs are among both.
    public let done: Int, total: Int
    /// Calls that this run has made.
    public let calls: Int
    /// Judgments without a verdict so far.
    public let unscored: Int
  }

  /// How a run ended.
  public enum Ending: String, Sendable, CaseIterable {
    case completed
    /// The task was cancelled; what was under way is not in the result.
    case interrupted
    /// More calls were needed than planned, for replies that were cut short and asked for again.
    case budgetReached = "budget_reached"
  }

  /// Judged at once. Results do not depend on it.
  public var concurrency = 16
  /// Whether what an earlier run left unscored is judged again, where that can help.
  public var retriesUnscored = false
  private let plan: AuditPlan
  private let bench: AuditBench

  /// A run of `plan`, which `bench` has made.
  public init(_ plan: AuditPlan, _ bench: AuditBench) { (self.plan, self.bench) = (plan, bench) }

  /// Runs to the end, or until the task is cancelled.
  ///
  /// - Parameter ledger: where results are kept from call to call; nil: in memory only.
  /// - Throws: ``AuditError`` when the ledger cannot be opened or written, or belongs to another plan.
  public func run(
    ledger path: String? = nil, progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws(AuditError) -> AuditResult {
    var ledger: Ledger?
    if let path { ledger = try Ledger(path: path, plan: plan.digest) }
    let state = RunState(plan, bench, ledger, retriesUnscored: retriesUnscored, progress)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<max(1, concurrency) {
        group.addTask {
          while !Task.isCancelled, let work = state.next() { await perform(work, state) }
        }
      }
    }
    ledger?.finish()
    if let failure = ledger?.failure { throw AuditError(failure.description) }
    let ending: Ending = state.isOutOfBudget ? .budgetReached : Task.isCancelled ? .interrupted : .completed
    return AuditResult(plan: plan, bench: bench, records: state.records, ending: ending, calls: state.calls)
  }

  private func perform(_ work: Work, _ state: RunState) async {
    switch work {
    case .trial(let key, let variant):
      state.keep(await bench.judge(variant, key, plan.setting))
    case .preference(let item): for record in await bench.preferences(of: item, plan.setting) { state.keep(record) }
    case .conversations(let item, let subject, let arms):
      guard let begun = await begin(item, subject, state), begun.outcome.reading != nil else { return }
      for arm in arms where !Task.isCancelled && !state.isOutOfBudget {
        let key = AuditKey(item: item.id, perturbation: arm.id, variant: "")
        if state.isDone(key) { continue }
        state.keep(await bench.converse(item, arm, key, from: begun, plan.setting))
      }
    }
  }

  /// The verdict that all conversations about an item begin with.
  private func begin(_ item: AuditItem, _ subject: CriticSubject, _ state: RunState) async -> AuditRecord? {
    let key = AuditKey(item: item.id, perturbation: Arm.opening(subject), variant: "")
    if let earlier = state.done(key) { return earlier }
    let record = await bench.open(item, subject, key, plan.setting)
    return state.keep(record) ? record : nil
  }
}

/// What one task does at a time.
enum Work: Sendable {
  case trial(AuditKey, Variant)
  case preference(AuditItem)
  /// All about one subject.
  case conversations(AuditItem, CriticSubject, [Arm])
}

/// What the tasks of a run share.
final class RunState: Sendable {
  private struct Shared {
    var queue: [Work] = []
    var nextItem = 0
    var records: [AuditKey: AuditRecord]
    var calls = 0
    /// By earlier runs of the same ledger; the budget covers them, too.
    var callsBefore = 0
    var unscored = 0
    var isOutOfBudget = false
  }

  private let plan: AuditPlan
  private let bench: AuditBench
  private let ledger: Ledger?
  private let total: Int
  private let tell: @Sendable (AuditRun.Progress) -> Void
  private let shared: Mutex<Shared>

  init(
    _ plan: AuditPlan, _ bench: AuditBench, _ ledger: Ledger?, retriesUnscored: Bool,
    _ progress: @escaping @Sendable (AuditRun.Progress) -> Void
  ) {
    (self.plan, self.bench, self.ledger, tell) = (plan, bench, ledger, progress)
    total = plan.lines.reduce(0) { $0 + ($1.suite == .feedback || $1.suite == .uptake ? $1.items : $1.judgments) }
    let earlier = (ledger?.records ?? [:]).filter { !retriesUnscored || !$0.value.isWorthAnotherTry }
    let before = (ledger?.records ?? [:]).values.reduce(0) { $0 + $1.spent.calls }
    shared = Mutex(Shared(records: earlier, callsBefore: before))
  }

  var records: [AuditKey: AuditRecord] { shared.withLock { $0.records } }
  var calls: Int { shared.withLock { $0.calls } }
  var isOutOfBudget: Bool { shared.withLock { $0.isOutOfBudget } }

  func done(_ key: AuditKey) -> AuditRecord? { shared.withLock { $0.records[key] } }
  func isDone(_ key: AuditKey) -> Bool { done(key) != nil }

  /// What is to be done next; nil when there is nothing left, or nothing left to pay for it.
  func next() -> Work? {
    shared.withLock { shared in
      if let budget = plan.budget, shared.callsBefore + shared.calls >= budget, !shared.isOutOfBudget {
        shared.isOutOfBudget = shared.queue.isEmpty ? shared.nextItem < plan.items.count : true
      }
      if shared.isOutOfBudget || ledger?.failure != nil { return nil }
      while shared.queue.isEmpty, shared.nextItem < plan.items.count {
        shared.queue = work(on: plan.items[shared.nextItem], shared.records).reversed()
        shared.nextItem += 1
      }
      return shared.queue.popLast()
    }
  }

  /// Keeps what is finished; false for what was given up because the run is being stopped.
  @discardableResult func keep(_ record: AuditRecord) -> Bool {
    guard !Self.isGivenUp(record) else { return false }
    ledger?.append(record)
    shared.withLock { shared in
      shared.records[record.key] = record
      shared.calls += record.spent.calls
      shared.unscored += record.outcome.reading == nil ? 1 : 0
      // Told under the lock: whoever listens hears of one thing after the other.
      tell(
        .init(done: shared.records.count, total: total, calls: shared.calls, unscored: shared.unscored))
    }
    return true
  }

  private static func isGivenUp(_ record: AuditRecord) -> Bool {
    ([record.outcome] + record.rounds.map(\.outcome)).contains { outcome in
      if case .unscored(.cancelled, _) = outcome { true } else { false }
    }
  }

  private func work(on item: AuditItem, _ done: [AuditKey: AuditRecord]) -> [Work] {
    let variants = bench.variants(of: item, plan)
    var work: [Work] = []
    for road in plan.isJudged ? bench.cleanRoads(variants) : [] {
      let clean = Variant(name: road.name, item: item.item, road: road, baseline: road)
      work.append(.trial(.clean(item.id, road), clean))
    }
    for (perturbation, variant) in variants {
      work.append(.trial(AuditKey(item: item.id, perturbation: perturbation.id, variant: variant.name), variant))
    }
    work.removeAll { if case .trial(let key, _) = $0 { done[key] != nil } else { false } }
    let isCompared = SelfPreference.Side.allCases.allSatisfy { done[SelfPreference.key(item, $0)] != nil }
    if plan.suites.contains(.templateBias), !isCompared, bench.preferenceObstacle(item) == nil {
      work.append(.preference(item))
    }
    for subject in CriticSubject.allCases {
      let arms = plan.arms.filter { arm in
        arm.subject == subject && arm.obstacle(item, bench) == nil
          && done[AuditKey(item: item.id, perturbation: arm.id, variant: "")] == nil
      }
      if !arms.isEmpty { work.append(.conversations(item, subject, arms)) }
    }
    return work
  }
}
