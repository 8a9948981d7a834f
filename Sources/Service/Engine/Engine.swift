import Grading
import Synchronization
public import Wire

/// What serves: it takes items in, within its limits, and gives each its judgment.
public final class Engine: Sendable {
  private let current: Mutex<Generation>
  let metrics: Metrics

  /// An engine that judges with `generation` until it is given another.
  public init(_ generation: Generation, metrics: Metrics) {
    current = Mutex(generation)
    self.metrics = metrics
  }

  /// What new requests are judged with.
  public var generation: Generation { current.withLock { $0 } }

  /// From now on, new requests are judged with `generation`.
  public func replace(with generation: Generation) { current.withLock { $0 = generation } }

  /// Room for `count` judgments, or a fault (`overloaded`, `stopping`, `too_large`) when there is none. All or nothing: a
  /// request is refused before any of it is judged.
  public func admit(_ count: Int, for caller: Caller) throws(Fault) -> Admission {
    Admission(engine: self, count: count, caller: caller)
  }
}

/// A judgment, and what it took.
public struct Judged: Sendable {
  /// Where it comes from.
  public enum Origin: String, Sendable, CaseIterable {
    /// From the judge, for this caller.
    case judged
    /// From the judge, together with another caller who had asked the same.
    case joined
    /// From the cache.
    case cached
  }

  /// What came of the item.
  public let judgment: Judgment
  /// Where it comes from.
  public let origin: Origin
}

/// Room that was granted for some judgments. Given back when it is let go.
public final class Admission: Sendable {
  private let engine: Engine
  /// What was asked for.
  public let count: Int
  private let caller: Caller

  init(engine: Engine, count: Int, caller: Caller) {
    self.engine = engine
    self.count = count
    self.caller = caller
  }

  /// Judges `items` side by side and gives each with its index as it finishes. Never more items than there is room for. What
  /// is not judged by the caller's deadline is `timeout`; a reader that stops reading, or is cancelled, gives the rest up.
  public func judge(_ items: [Item], in session: Session) -> AsyncStream<(index: Int, judged: Judged)> {
    precondition(items.count <= count, "more items than were admitted")
    return AsyncStream { stream in
      let work = Task {
        await withTaskGroup(of: Void.self) { group in
          for (index, item) in items.enumerated() {
            group.addTask {
              let start = ContinuousClock.now
              let judged = Judged(judgment: await session.pipeline.judge(item), origin: .judged)
              self.engine.metrics.judged(judged, in: session, for: self.caller, took: .now - start)
              stream.yield((index, judged))
            }
          }
        }
        stream.finish()
      }
      stream.onTermination = { _ in work.cancel() }
    }
  }
}
