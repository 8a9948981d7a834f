import PluginHost
import Synchronization

/// Some items that one caller waits for together.
final class Batch: Expiring {
  /// Where the judgments go: each once, by its index, from any thread, and then the end.
  struct Delivery: Sendable {
    let give: @Sendable (Int, Judged) -> Void
    let end: @Sendable () -> Void
  }

  let id: Int
  let caller: Caller
  let session: Session
  private let engine: Engine
  private let delivery: Delivery
  private let start = ContinuousClock.now
  private let undelivered: Atomic<Int>

  init(id: Int, count: Int, _ caller: Caller, _ session: Session, _ engine: Engine, _ delivery: Delivery) {
    self.id = id
    self.caller = caller
    self.session = session
    self.engine = engine
    self.delivery = delivery
    undelivered = Atomic(count)
  }

  /// Hands over what came of an item, each once, and the end after the last one. What nobody hears is counted all the
  /// same.
  func deliver(_ judged: Judged, at index: Int, isHeard: Bool = true) {
    let now = ContinuousClock.now
    engine.metrics.judged(judged, in: session, for: caller, took: now - start)
    if isHeard { delivery.give(index, judged.timed(since: start, until: now)) }
    // Counted when it is handed over, not when it was decided: another thread may be faster with the last one.
    if undelivered.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { delivery.end() }
  }

  /// Whether everything is handed over.
  var isOver: Bool { undelivered.load(ordering: .acquiring) <= 0 }

  /// The caller's deadline, or what was given after it, is over.
  func expire() { engine.expire(self) }
}
