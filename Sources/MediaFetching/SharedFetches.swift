import Synchronization
import Wire

/// Fetches of which each is made once for all who want the same at the same time. Whoever stops waiting goes at once; when the last one has gone,
/// the fetch is cancelled, and who comes later starts another.
final class SharedFetches<Key: Hashable & Sendable>: Sendable {
  typealias Outcome = Result<[UInt8], Unscored>

  private struct Running {
    let number: UInt64
    let task: Task<Void, Never>
    var waiting: [UInt64: CheckedContinuation<Outcome, Never>] = [:]
  }

  private struct State {
    var running: [Key: Running] = [:]
    var lastNumber: UInt64 = 0

    mutating func nextNumber() -> UInt64 {
      lastNumber += 1
      return lastNumber
    }
  }

  private let state = Mutex(State())
  private static var gone: Outcome { .failure(Unscored(.cancelled, "the fetch was cancelled")) }

  /// What comes of `fetch`, or of the one for `key` that is under way.
  func outcome(for key: Key, _ fetch: @escaping @Sendable () async -> Outcome) async -> Outcome {
    let waiter = state.withLock { $0.nextNumber() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isIn = state.withLock { state in
          // Looked at under the lock: `leave` comes before, or finds the waiter.
          guard !Task.isCancelled else { return false }
          if state.running[key] == nil { state.running[key] = start(key, state.nextNumber(), fetch) }
          state.running[key]?.waiting[waiter] = continuation
          return true
        }
        if !isIn { continuation.resume(returning: Self.gone) }
      }
    } onCancel: {
      leave(key, waiter)
    }
  }

  /// How many wait for `key`.
  func waiting(for key: Key) -> Int { state.withLock { $0.running[key]?.waiting.count ?? 0 } }

  private func start(_ key: Key, _ number: UInt64, _ fetch: @escaping @Sendable () async -> Outcome) -> Running {
    Running(
      number: number,
      task: Task { [self] in
        let outcome = await fetch()
        let waiting = state.withLock { state -> [UInt64: CheckedContinuation<Outcome, Never>] in
          guard state.running[key]?.number == number else { return [:] }
          return state.running.removeValue(forKey: key)?.waiting ?? [:]
        }
        for continuation in waiting.values { continuation.resume(returning: outcome) }
      })
  }

  private func leave(_ key: Key, _ waiter: UInt64) {
    let (continuation, task) = state.withLock { state -> (CheckedContinuation<Outcome, Never>?, Task<Void, Never>?) in
      guard let continuation = state.running[key]?.waiting.removeValue(forKey: waiter) else { return (nil, nil) }
      let isLast = state.running[key]?.waiting.isEmpty == true
      return (continuation, isLast ? state.running.removeValue(forKey: key)?.task : nil)
    }
    task?.cancel()
    continuation?.resume(returning: Self.gone)
  }
}
