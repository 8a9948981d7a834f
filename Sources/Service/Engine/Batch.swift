import PluginHost
import Synchronization

/// Some items that one caller waits for together.
final class Batch: Expiring {
  typealias Stream = AsyncStream<(index: Int, judged: Judged)>

  let id: Int
  let caller: Caller
  let session: Session
  private let engine: Engine
  private let stream: Stream.Continuation
  private let start = ContinuousClock.now
  private let undelivered: Atomic<Int>

  init(id: Int, count: Int, _ caller: Caller, _ session: Session, _ engine: Engine, _ stream: Stream.Continuation) {
    self.id = id
    self.caller = caller
    self.session = session
    self.engine = engine
    self.stream = stream
    undelivered = Atomic(count)
  }

  /// Hands over what came of an item, each once. After the last one the stream is at its end. What nobody hears is counted all the
  /// same.
  func deliver(_ judged: Judged, at index: Int, isHeard: Bool = true) {
    let now = ContinuousClock.now
    engine.metrics.judged(judged, in: session, for: caller, took: now - start)
    if isHeard { stream.yield((index, judged.timed(since: start, until: now))) }
    // Counted when it is handed over, not when it was decided: another thread may be faster with the last one.
    if undelivered.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { stream.finish() }
  }

  /// Whether everything is handed over.
  var isOver: Bool { undelivered.load(ordering: .acquiring) <= 0 }

  /// The caller's deadline, or what was given after it, is over.
  func expire() { engine.expire(self) }
}
