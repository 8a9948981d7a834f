import Synchronization

/// A door that tests hold shut: whoever waits goes on when it is opened. What a sleep would guess, a gate says.
public final class Gate: Sendable {
  private struct Waiter {
    let id: UInt64
    let goOn: @Sendable () -> Void
  }

  private struct State {
    var isOpen = false
    var lastID: UInt64 = 0
    var waiters: [Waiter] = []
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  /// A gate that is shut.
  public init() {}

  /// Lets everybody through, now and from now on.
  public func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.goOn() }
  }

  /// Waits until the gate is open, or until the task is cancelled: look at `Task.isCancelled` afterwards.
  public func wait() async {
    let id = newID()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isThrough = !enter(Waiter(id: id) { continuation.resume() }, unless: { Task.isCancelled })
        if isThrough { continuation.resume() }
      }
    } onCancel: {
      leave(id)?.goOn()
    }
  }

  /// Calls `action` when the gate opens, at once where it is open: for what has a thread of its own and cannot wait.
  /// Returns a number for `forget`.
  func whenOpen(_ action: @escaping @Sendable () -> Void) -> UInt64 {
    let id = newID()
    if !enter(Waiter(id: id, goOn: action), unless: { false }) { action() }
    return id
  }

  /// The action of that number is not called any more.
  func forget(_ id: UInt64) { _ = leave(id) }

  private func newID() -> UInt64 {
    state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
  }

  /// Puts a waiter before the gate; false where the gate is open, or waiting makes no sense.
  private func enter(_ waiter: Waiter, unless isPointless: () -> Bool) -> Bool {
    let reached = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
      if state.isOpen || isPointless() { return nil }
      state.waiters.append(waiter)
      let reached = state.watchers.filter { $0.count <= state.waiters.count }
      state.watchers.removeAll { $0.count <= state.waiters.count }
      return reached.map(\.continuation)
    }
    for watcher in reached ?? [] { watcher.resume() }
    return reached != nil
  }

  private func leave(_ id: UInt64) -> Waiter? {
    state.withLock { state in state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) } }
  }

  /// Waits until at least `count` tasks stand before the gate.
  public func untilWaiting(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isReached = state.withLock { state in
        if state.waiters.count >= count { return true }
        state.watchers.append((count, continuation))
        return false
      }
      if isReached { continuation.resume() }
    }
  }
}
