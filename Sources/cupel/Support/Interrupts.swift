import Glibc
import Synchronization

/// Ctrl-C, SIGTERM and SIGHUP as calls instead of a sudden end.
///
/// The signals are blocked in every thread and taken in by the main thread, which does nothing else, so that nothing of ours
/// runs in a signal handler.
enum Interrupts {
  private struct State {
    var stop: (@Sendable (Int32) -> Void)?
    var hangUp: (@Sendable () -> Void)?
    /// One came before there was anybody to tell.
    var isHungUp = false
  }

  private static let state = Mutex(State())
  private static let takesHangUps = Atomic(false)

  /// To be called before any other thread is started: threads inherit what is blocked.
  ///
  /// - Parameter hangUps: Whether SIGHUP is taken in, too. Otherwise it does what it did: `nohup` goes on working.
  static func block(hangUps: Bool) {
    takesHangUps.store(hangUps, ordering: .relaxed)
    var set = signals
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Calls `body` for the first Ctrl-C or SIGTERM from now on. A second one ends the process at once, as does one before this
  /// call.
  static func take(_ body: @escaping @Sendable (Int32) -> Void) { state.withLock { $0.stop = body } }

  /// Calls `body` for each SIGHUP from now on, and for one that came before.
  static func takeHangUps(_ body: @escaping @Sendable () -> Void) {
    let wasHungUp = state.withLock { state in
      state.hangUp = body
      defer { state.isHungUp = false }
      return state.isHungUp
    }
    if wasHungUp { body() }
  }

  /// Waits for signals for as long as the process lives. For the main thread.
  static func serve() -> Never {
    var set = signals
    var signal: Int32 = 0
    while true {
      guard sigwait(&set, &signal) == 0 else { continue }
      if signal == SIGHUP { hangUp() } else { stop(signal) }
    }
  }

  private static func hangUp() {
    let body = state.withLock { state in
      state.isHungUp = state.hangUp == nil
      return state.hangUp
    }
    body?()
  }

  private static func stop(_ signal: Int32) {
    let body = state.withLock { state in
      defer { state.stop = nil }
      return state.stop
    }
    guard let body else { _exit(128 + signal) }
    body(signal)
  }

  private static var signals: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    if takesHangUps.load(ordering: .relaxed) { sigaddset(&set, SIGHUP) }
    return set
  }
}
