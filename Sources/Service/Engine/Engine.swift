import Configuration
import Glibc
import Grading
import Judging
import Media
package import PluginHost
import Synchronization
import Wire

/// What serves: it takes items in, within its limits, and gives each its judgment.
///
/// Items that are the same are judged once for all who wait for them at the same time, and a judgment that is whole is kept for
/// those who ask later. Callers of different names take turns.
public final class Engine: Sendable {
  private let current: Mutex<Generation>
  private let desk: Mutex<Desk>
  private let deadlines: any DeadlineKeeper
  let metrics: Metrics
  /// Where the calls of jobs wait: they are let through while nothing waits that somebody asked for. They take no place of those.
  let patience: FairGate
  private let patienceChanges = Mutex(())

  /// An engine that judges with `generation`, within the limits of its configuration, until it is given another.
  public convenience init(_ generation: Generation, metrics: Metrics) {
    self.init(generation, metrics: metrics, deadlines: DeadlineClock.shared)
  }

  /// The same, with a clock of its own.
  package init(_ generation: Generation, metrics: Metrics, deadlines: any DeadlineKeeper) {
    if let limits = generation.settings.media.uploads { generation.uploads.apply(limits) }
    current = Mutex(generation)
    desk = Mutex(Desk(generation.settings))
    patience = FairGate(limit: generation.settings.jobs.maxInFlight)
    self.deadlines = deadlines
    self.metrics = metrics
  }

  /// What new requests are judged with.
  public var generation: Generation { current.withLock { $0 } }

  /// From now on, new requests are judged with `generation`, within the limits of its configuration.
  public func replace(with generation: Generation) {
    if let limits = generation.settings.media.uploads { generation.uploads.apply(limits) }
    current.withLock { $0 = generation }
    perform(desk.withLock { $0.apply(generation.settings, .now) })
    updatePatience()
  }

  /// One at a time, so that the last to look is the last to set.
  private func updatePatience() {
    patienceChanges.withLock { _ in
      let isCrowded = desk.withLock { $0.waiting > 0 }
      patience.set(limit: isCrowded ? 0 : generation.settings.jobs.maxInFlight)
    }
  }

  /// Room for `count` judgments, or a fault (`overloaded`, `stopping`, `too_large`) when there is none. All or nothing: a
  /// request is refused before any of it is judged.
  public func admit(_ count: Int, for caller: Caller) throws(Fault) -> Admission {
    try desk.withLock { desk throws(Fault) in try desk.places.take(count, for: caller.name, at: .now) }
    return Admission(engine: self, count: count, caller: caller)
  }

  /// Admits nothing more. What was admitted goes on.
  public func stop() { desk.withLock { $0.places.isStopping = true } }

  /// Gives up whatever is still waited for: it ends `cancelled`, with the samples that were finished. For when there is no more
  /// time after ``stop()``.
  public func cancelAll() {
    for batch in desk.withLock({ $0.openBatches }) { end(batch, .stopping, atOnce: false) }
  }

  /// How much there is of everything, now.
  public func snapshot() -> Snapshot {
    let judges = generation.judgeCounts
    return desk.withLock { desk in
      Snapshot(
        admitted: desk.places.taken, inFlight: desk.running, waiting: desk.waiting, joined: desk.joined,
        cachedJudgments: desk.cache.count, cacheBytes: desk.cache.bytes, cacheHits: desk.cache.hits, judges: judges)
    }
  }

  /// Whether nothing is admitted, waits or runs, and nothing of it is remembered.
  package var isIdle: Bool { desk.withLock { $0.isEmpty } }

  // MARK: For admissions

  /// Room that was not used.
  func giveBack(_ count: Int, of caller: Caller) {
    desk.withLock { $0.places.give(back: count, of: caller.name, finishedAt: nil) }
  }

  /// Begins to judge the items of a batch; calling what it returns gives them up.
  ///
  /// The way to the first wait is gone on the thread that asks, which costs least; of many items, on as many as there are cores.
  func judge(
    _ items: [Item], in session: Session, for caller: Caller, cache: CachePolicy, _ delivery: Batch.Delivery
  ) -> @Sendable () -> Void {
    let settings = generation.settings
    let caller = caller.within(milliseconds: settings.maxTimeoutMilliseconds)
    let batch = Batch(id: desk.withLock { $0.newID() }, count: items.count, caller, session, self, delivery)
    guard !items.isEmpty else {
      delivery.end()
      return {}
    }
    desk.withLock { $0.open(batch, count: items.count) }
    let left = ((caller.deadline - .now) / .milliseconds(1)).rounded(.up)
    if left > 0 { deadlines.watch(batch, milliseconds: Int(left)) } else { end(batch, .deadline, atOnce: false) }
    let isKept = cache == .use && session.isRepeatable
    let size = max(Self.fewest, (items.count + Self.cores - 1) / Self.cores)
    if size >= items.count {
      submit(items, items.indices, of: batch, isKept: isKept)
    } else {
      for start in stride(from: 0, to: items.count, by: size) {
        let slice = start..<min(start + size, items.count)
        Task.detached { self.submit(items, slice, of: batch, isKept: isKept) }
      }
    }
    return { self.end(batch, .left, atOnce: true) }
  }

  private static let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  /// Items for which another thread is worth waking.
  private static let fewest = 16

  private func submit(_ items: [Item], _ range: Range<Int>, of batch: Batch, isKept: Bool) {
    guard !batch.session.judge.isEmpty else {
      let stop = TaskStop()
      stop.attach(Task.immediateDetached { await self.compute(items, range, of: batch, stop) })
      return
    }
    for index in range {
      let key = batch.session.key(of: items[index])
      let stop = TaskStop()
      perform(
        desk.withLock { $0.submit(items[index], at: index, of: batch, stop, key: key, isKept: isKept, .now) },
        here: true)
    }
  }

  /// Where no judge is asked, what there is to do is computed: one item after the other does not take longer than all at once, and
  /// needs one task.
  private func compute(_ items: [Item], _ range: Range<Int>, of batch: Batch, _ stop: TaskStop) async {
    for index in range {
      let effects = desk.withLock { $0.submit(items[index], at: index, of: batch, stop, key: nil, isKept: false, .now) }
      for effect in effects {
        if case .start(let work, _) = effect { await run(work) } else { perform([effect]) }
      }
    }
  }

  /// A batch has no more time: what can be given up is, and soon after that the rest, too.
  func expire(_ batch: Batch) {
    let isFirst = desk.withLock { !$0.hasEnded(batch) }
    end(batch, .deadline, atOnce: !isFirst)
  }

  private func end(_ batch: Batch, _ ending: Ending, atOnce: Bool) {
    perform(desk.withLock { $0.end(batch, ending, atOnce: atOnce, .now) })
    if !batch.isOver, !atOnce { deadlines.watch(batch, milliseconds: generation.settings.graceMilliseconds) }
  }

  // MARK: What follows

  /// `here`: what begins may begin on this thread. Not so where something has just ended: one would lead to the next for ever.
  private func perform(_ effects: [Desk.Effect], here isHere: Bool = false) {
    for effect in effects {
      switch effect {
      case .start(let work, let stop):
        stop.attach(
          isHere ? Task.immediateDetached { await self.run(work) } : Task.detached { await self.run(work) })
      case .stop(let stop): stop.stop()
      case .answer(let batch, let index, var judged, let ending):
        if let ending { judged.judgment = ending.applied(to: judged.judgment) }
        batch.deliver(judged, at: index)
      case .refuse(let batch, let index, let id, let ending, let begun):
        let judgment = batch.session.refuse(id, ending.unscored(begun == nil ? .waiting : .judging))
        batch.deliver(Judged(judgment: judgment, begun: begun), at: index, isHeard: ending != .left)
      case .crowding: updatePatience()
      }
    }
  }

  private func run(_ work: Work.Started) async {
    var trace = JudgmentTrace()
    let judgment =
      work.session.judge.isEmpty
      ? await work.session.pipeline.judge(work.item, &trace)
      : await LimitedJudge.$name.withValue(work.name) {
        await TraceParent.$current.withValue(work.trace) { await work.session.pipeline.judge(work.item, &trace) }
      }
    metrics.worked(judgment, trace, in: work.session, queued: work.queued)
    let bytes = work.isShared && judgment.isWhole ? judgment.estimatedBytes : nil
    perform(desk.withLock { $0.finish(work.id, judgment, bytes: bytes, .now) })
  }
}

/// Tells batches when their time is up.
package protocol DeadlineKeeper: Sendable {
  /// Calls `target.expire()` in `milliseconds`, unless it is over by then.
  func watch(_ target: any Expiring, milliseconds: Int)
}

extension DeadlineClock: DeadlineKeeper {}
