import Glibc
import PluginBridge

/// The threads on which one plugin's functions run, so that a function that does not come back costs a thread of the lane and
/// not one of Swift's cooperative pool, which has as many as there are cores.
///
/// Threads start when there is work for them, up to `width`. One that is stuck inside the plugin is replaced, up to
/// `mostStuck` times; after that the lane takes no more work. A function that returns at once may as well run on the thread
/// that asks (``runHere(_:)``), which spares handing it over and waking somebody.
final class Lane: Sendable {
  typealias Job = @Sendable (Arena) -> Void

  fileprivate struct State {
    var queue = Queue<Job>()
    var threads = 0
    var idle = 0
    var running = 0
    var stuck = 0
    /// Jobs on the threads of those who asked that were given up while they ran.
    var held = 0
    var isFinishing = false
    var last: Job?
  }

  private let monitor = Monitor(State())
  private let width: Int
  private static let mostStuck = 16

  init(width: Int = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) { self.width = width }

  /// Queues a job. False where the lane takes none: it is finishing, or too many threads are stuck.
  func run(_ job: @escaping Job) -> Bool {
    let (isTaken, needsThread) = monitor.withLock { state in
      guard !state.isFinishing, state.stuck < Self.mostStuck else { return (false, false) }
      state.queue.append(job)
      return (true, state.takeThread(width))
    }
    if needsThread { startWorker() } else if isTaken { monitor.signal() }
    return isTaken
  }

  /// Runs a job on the calling thread, now. False where the lane takes none.
  func runHere(_ job: (Arena) -> Void) -> Bool {
    let isTaken = monitor.withLock { state in
      guard !state.isFinishing, state.stuck < Self.mostStuck else { return false }
      state.running += 1
      return true
    }
    guard isTaken else { return false }
    Arena.withSpare(job)
    let isAwaited = monitor.withLock { state in
      state.running -= 1
      return state.isFinishing
    }
    if isAwaited { monitor.broadcast() }
    return true
  }

  /// Takes no more jobs, and runs `last` after all others. False where a stuck job keeps it from running soon; it then runs
  /// when that job comes back, if ever.
  func finish(_ last: @escaping Job) -> Bool {
    let (isSoon, needsThread) = monitor.withLock { state in
      guard !state.isFinishing else { return (true, false) }
      state.isFinishing = true
      state.last = last
      return (state.stuck + state.held == 0, state.takeThread(width))
    }
    if needsThread { startWorker() }
    monitor.broadcast()
    return isSoon
  }

  /// One running job does not come back: another thread takes over its work.
  func markStuck() {
    let needsThread = monitor.withLock { state in
      state.stuck += 1
      return !state.queue.isEmpty && state.takeThread(width)
    }
    if needsThread { startWorker() }
  }

  /// A job that was marked as stuck has come back.
  func markFree() { monitor.withLock { $0.stuck -= 1 } }

  /// A job that runs on the thread of who asked does not come back: nobody can take over, but closing does not wait for it.
  func markHeld() { monitor.withLock { $0.held += 1 } }

  /// A job that was marked as held has come back.
  func markReleased() { monitor.withLock { $0.held -= 1 } }

  private func startWorker() {
    if startThread({ self.work() }) { return }
    // Without a thread of its own the job runs here, rather than never.
    let job = monitor.withLock { state in
      state.threads -= 1
      return state.queue.popFirst()
    }
    job?(Arena())
  }

  private func work() {
    let arena = Arena()
    while let job = next() {
      job(arena)
      arena.reset()
      monitor.withLock { $0.running -= 1 }
    }
    monitor.broadcast()
  }

  /// The next job for the calling thread; nil: the thread is no longer needed.
  private func next() -> Job? {
    var isCountedIdle = false
    return monitor.wait { state in
      if isCountedIdle { state.idle -= 1 }
      isCountedIdle = false
      let isSpare = state.threads - state.stuck > width
      if !isSpare, let job = state.queue.popFirst() {
        state.running += 1
        return .done(job)
      }
      if state.isFinishing, state.queue.isEmpty, state.running == 0, let last = state.last {
        state.last = nil
        state.running += 1
        return .done(last)
      }
      if isSpare || (state.isFinishing && state.queue.isEmpty && state.last == nil) {
        state.threads -= 1
        return .done(nil)
      }
      isCountedIdle = true
      state.idle += 1
      return .wait
    }
  }
}

extension Lane.State {
  /// Whether a new thread must be started for what is queued; counts it.
  fileprivate mutating func takeThread(_ width: Int) -> Bool {
    guard idle == 0, threads - stuck < width else { return false }
    threads += 1
    return true
  }
}
