import Synchronization
import Testing

/// One test after the other.
///
/// A test that waits for a program holds the thread that it runs on, and there are no more of these than processors. All of them
/// held, tests that wait for an answer or a deadline do not go on, and fail of it.
struct OneAtATime: SuiteTrait, TestTrait, TestScoping {
  let isRecursive = true
  private static let turn = Turn()

  func provideScope(
    for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
  ) async throws {
    await Self.turn.take()
    defer { Self.turn.pass() }
    try await body()
  }
}

extension Trait where Self == OneAtATime {
  static var oneAtATime: OneAtATime { OneAtATime() }
}

/// Belongs to one task at a time; the others wait without holding a thread.
private final class Turn: Sendable {
  private let state = Mutex<(isTaken: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

  func take() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.isTaken { state.waiting.append(continuation) }
        defer { state.isTaken = true }
        return !state.isTaken
      }
      if isFree { continuation.resume() }
    }
  }

  func pass() {
    let next = state.withLock { state in
      state.isTaken = !state.waiting.isEmpty
      return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
    }
    next?.resume()
  }
}
