import Glibc
import Synchronization

/// Ctrl-C and SIGTERM as a call instead of a sudden end.
///
/// The signals are blocked in every thread and taken in by the main thread, which does nothing else, so that nothing of ours
/// runs in a signal handler.
enum Interrupts {
  private static let handler = Mutex<(@Sendable (Int32) -> Void)?>(nil)

  /// To be called before any other thread is started: threads inherit what is blocked.
  static func block() {
    var set = signals
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Calls `body` for the first signal from now on. A second one ends the process at once, as does one before this call.
  static func take(_ body: @escaping @Sendable (Int32) -> Void) { handler.withLock { $0 = body } }

  /// Waits for signals for as long as the process lives. For the main thread.
  static func serve() -> Never {
    var set = signals
    var signal: Int32 = 0
    while true {
      guard sigwait(&set, &signal) == 0 else { continue }
      let body = handler.withLock { handler in
        defer { handler = nil }
        return handler
      }
      guard let body else { _exit(128 + signal) }
      body(signal)
    }
  }

  private static var signals: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    return set
  }
}
