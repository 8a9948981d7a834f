internal import Glibc

/// A value behind a lock, with a way for a plain thread to wait until it changes. (`Mutex` cannot wait.)
final class Monitor<State>: @unchecked Sendable {
  private var state: State
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init(_ state: sending State) {
    self.state = state
    lock.initialize(to: pthread_mutex_t())
    changed.initialize(to: pthread_cond_t())
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  /// Runs `body` alone, then wakes the threads that wait if `wakes` says so of the new state.
  func change<Result>(wakes: (State) -> Bool, _ body: (inout State) -> Result) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    let result = body(&state)
    if wakes(state) { pthread_cond_broadcast(changed) }
    return result
  }

  /// Blocks the calling thread until `condition` holds, then runs `body`. For threads of our own only, never for a task.
  func wait<Result>(until condition: (State) -> Bool, then body: (inout State) -> Result) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while !condition(state) { pthread_cond_wait(changed, lock) }
    return body(&state)
  }
}

/// Runs `body` on a thread of its own, which may block. The thread is not waited for.
func runOnThread(_ body: @escaping @Sendable () -> Void) {
  let box = Unmanaged.passRetained(ThreadBody(body))
  var thread = pthread_t()
  let code = pthread_create(&thread, nil, threadMain, box.toOpaque())
  precondition(code == 0, "the system refuses another thread")
  pthread_detach(thread)
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

// At file scope, so that it belongs to no actor: a closure written inside one would trap on the new thread.
private let threadMain: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { raw in
  if let raw { Unmanaged<ThreadBody>.fromOpaque(raw).takeRetainedValue().run() }
  return nil
}
