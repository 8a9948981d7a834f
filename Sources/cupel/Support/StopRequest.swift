import Synchronization

/// A signal and what it stops, whichever comes first.
final class StopRequest: Sendable {
  private let state = Mutex<(signal: Int32?, action: (@Sendable () -> Void)?)>((nil, nil))

  var signal: Int32? { state.withLock { $0.signal } }

  func request(_ signal: Int32) {
    state.withLock { state in
      state.signal = signal
      return state.action
    }?()
  }

  func onRequest(_ action: @escaping @Sendable () -> Void) {
    let isRequested = state.withLock { state in
      state.action = action
      return state.signal != nil
    }
    if isRequested { action() }
  }
}
