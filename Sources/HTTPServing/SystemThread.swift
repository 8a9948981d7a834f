import Glibc
import Synchronization

/// A thread of the server's own, for what blocks in the system. Whoever starts it ends what it runs, and then joins it.
final class SystemThread: Sendable {
  private let handle: Mutex<pthread_t?>

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts it. `purpose` is for the error: "the system has no threads left to …".
  init(purpose: String, _ run: @escaping @Sendable () -> Void) throws(ServerError) {
    var thread: pthread_t = 0
    let body = Unmanaged.passRetained(Body(run))
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    guard code == 0 else {
      body.release()
      throw ServerError(description: "the system has no threads left to \(purpose)")
    }
    handle = Mutex(thread)
  }

  /// Waits until it has ended; later calls do nothing.
  func join() {
    let thread = handle.withLock { handle in
      defer { handle = nil }
      return handle
    }
    if let thread { pthread_join(thread, nil) }
  }
}
