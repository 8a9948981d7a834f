import Synchronization
public import Wire

/// Room that was granted for some judgments. Each is given back when its item is answered, and what was not used when this is
/// let go.
public final class Admission: Sendable {
  private let engine: Engine
  /// What was asked for.
  public let count: Int
  private let caller: Caller
  private let used = Atomic(0)

  init(engine: Engine, count: Int, caller: Caller) {
    self.engine = engine
    self.count = count
    self.caller = caller
  }

  deinit { engine.giveBack(count - used.load(ordering: .acquiring), of: caller) }

  /// Judges `items` side by side and gives each with its index as it finishes. Never more items than there is room for. What
  /// is not judged by the caller's deadline is `timeout`; a reader that stops reading, or is cancelled, gives the rest up.
  public func judge(
    _ items: [Item], in session: Session, cache: CachePolicy = .use
  ) -> AsyncStream<(index: Int, judged: Judged)> {
    let before = used.add(items.count, ordering: .acquiringAndReleasing).oldValue
    precondition(before + items.count <= count, "more items than were admitted")
    return AsyncStream { stream in engine.judge(items, in: session, for: caller, cache: cache, stream) }
  }
}
