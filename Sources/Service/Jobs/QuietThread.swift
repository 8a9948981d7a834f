internal import Glibc

/// A thread of its own for work that takes long and waits for nothing: the threads of the server are for those who are waited for, and
/// the system gives this one less of the processors.
enum QuietThread {
  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// As `nice` has it.
  private static let niceness: Int32 = 10

  /// What `body` gives; nil where the system has no thread left.
  static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value? {
    await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
      let work = Unmanaged.passRetained(Work { continuation.resume(returning: body()) })
      var thread: pthread_t = 0
      let code = pthread_create(
        &thread, nil,
        { argument in
          // On Linux a thread by itself has a priority; 0 is the calling one.
          setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, QuietThread.niceness)
          if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
          return nil
        }, work.toOpaque())
      guard code == 0 else {
        work.release()
        return continuation.resume(returning: nil)
      }
      pthread_detach(thread)
    }
  }
}
