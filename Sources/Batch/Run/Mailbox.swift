import Synchronization

/// Values from many tasks for one, which takes all that have arrived at once.
final class Mailbox<Value: Sendable>: Sendable {
  private struct State {
    var values: [Value] = []
    var closed = false
    var reader: CheckedContinuation<[Value], Never>?
  }

  private let state = Mutex(State())

  func put(_ value: Value) {
    deliver { $0.values.append(value) }
  }

  /// No value follows.
  func close() {
    deliver { $0.closed = true }
  }

  /// What has arrived, waiting for at least one value; empty when the mailbox is closed and drained.
  func takeAll() async -> [Value] {
    await withCheckedContinuation { continuation in
      deliver { $0.reader = continuation }
    }
  }

  private func deliver(_ change: (inout State) -> Void) {
    let ready = state.withLock { state -> (CheckedContinuation<[Value], Never>, [Value])? in
      change(&state)
      guard let reader = state.reader, state.closed || !state.values.isEmpty else { return nil }
      defer {
        state.reader = nil
        state.values = []
      }
      return (reader, state.values)
    }
    if let (reader, values) = ready { reader.resume(returning: values) }
  }
}
