import Glibc
import Synchronization

/// Ends the worker that is at one file, when nobody waits for the file any more.
final class WorkerLeash: Sendable {
  private let state = Mutex<(process: pid_t?, isPulled: Bool)>((nil, false))

  /// Whether the file is wanted no longer.
  var isPulled: Bool { state.withLock { $0.isPulled } }

  /// A worker is at the file from now on; false where the file is wanted no longer.
  func attach(_ process: pid_t) -> Bool {
    state.withLock { state in
      state.process = process
      return !state.isPulled
    }
  }

  /// The worker is at it no longer. Before its end is waited for: its number may be another process's then.
  func detach() { state.withLock { $0.process = nil } }

  /// Ends the worker, if there is one, and lets none begin.
  func pull() {
    state.withLock { state in
      state.isPulled = true
      if let process = state.process { kill(process, SIGKILL) }
    }
  }
}
