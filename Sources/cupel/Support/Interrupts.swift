import Glibc

/// Ctrl-C and SIGTERM as a call instead of a sudden end.
///
/// The signals are blocked in every thread and taken in by one that waits for them, so that nothing runs in a signal handler.
enum Interrupts {
  /// To be called before any other thread is started: threads inherit what is blocked.
  static func block() { change(SIG_BLOCK) }

  /// Calls `handler` for the first signal. A second one ends the process at once.
  static func take(_ handler: @escaping @Sendable (Int32) -> Void) {
    let box = Unmanaged.passRetained(HandlerBox(handler))
    var thread = pthread_t()
    guard pthread_create(&thread, nil, waitForSignals, box.toOpaque()) == 0 else {
      // Without the thread nobody would take the signals: better the sudden end than none.
      box.release()
      change(SIG_UNBLOCK)
      return
    }
    pthread_detach(thread)
  }

  fileprivate static var signals: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    return set
  }

  private static func change(_ how: Int32) {
    var set = signals
    pthread_sigmask(how, &set, nil)
  }
}

private final class HandlerBox: Sendable {
  let handler: @Sendable (Int32) -> Void
  init(_ handler: @escaping @Sendable (Int32) -> Void) { self.handler = handler }
}

// At file scope, so that it belongs to no actor: a closure written inside one would trap on the new thread.
private let waitForSignals: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { raw in
  guard let raw else { return nil }
  let box = Unmanaged<HandlerBox>.fromOpaque(raw).takeRetainedValue()
  var set = Interrupts.signals
  var signal: Int32 = 0
  var count = 0
  while true {
    guard sigwait(&set, &signal) == 0 else { continue }
    count += 1
    if count > 1 { _exit(128 + signal) }
    box.handler(signal)
  }
}
