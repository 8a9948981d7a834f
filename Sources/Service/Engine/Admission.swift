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
    AsyncStream { judge(items, in: session, cache: cache, to: $0) { ($0, $1) } }
  }

  /// The same into a stream that is there, which ends with the last one. `make`: what is given of each, on any thread.
  func judge<Element: Sendable>(
    _ items: [Item], in session: Session, cache: CachePolicy = .use, to stream: AsyncStream<Element>.Continuation,
    as make: @escaping @Sendable (Int, Judged) -> Element
  ) {
    let before = used.add(items.count, ordering: .acquiringAndReleasing).oldValue
    precondition(before + items.count <= count, "more items than were admitted")
    let delivery = Batch.Delivery(give: { stream.yield(make($0, $1)) }, end: { stream.finish() })
    let leave = engine.judge(items, in: session, for: caller, cache: cache, delivery)
    stream.onTermination = { if case .cancelled = $0 { leave() } }
  }
}
