import Synchronization

/// A door that tests hold shut: whoever waits goes on when it is opened. What a sleep would guess, a gate says.
public final class Gate: Sendable {
  private struct Waiter {
    let id: UInt64
    let continuation: CheckedContinuation<Void, Never>
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
    for waiter in waiters { waiter.continuation.resume() }
  }

  /// Waits until the gate is open, or until the task is cancelled: look at `Task.isCancelled` afterwards.
  public func wait() async {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let (goOn, reached) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
          if state.isOpen || Task.isCancelled { return (true, []) }
          state.waiters.append(Waiter(id: id, continuation: continuation))
          let reached = state.watchers.filter { $0.count <= state.waiters.count }
          state.watchers.removeAll { $0.count <= state.waiters.count }
          return (false, reached.map(\.continuation))
        }
        if goOn { continuation.resume() }
        for watcher in reached { watcher.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
      }
      waiter?.continuation.resume()
    }
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
