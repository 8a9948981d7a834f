import Synchronization

/// So many at once; the others wait for their turn, which goes round by the name of the caller.
final class FairGate: Sendable {
  /// One that asked, and how far it has got: the task may be cancelled before it waits, while it does and after.
  private final class Visitor: Sendable {
    enum Stage: Sendable {
      case asking
      case waiting(CheckedContinuation<Bool, Never>, FairLine<Visitor>.Place)
      /// It has its answer.
      case over
    }
    // Changed under the gate's lock alone; a mutex, because the compiler cannot know that.
    let stage = Mutex(Stage.asking)

    /// Whom to answer; nil: nobody waits yet, or not any more.
    func end() -> (continuation: CheckedContinuation<Bool, Never>, place: FairLine<Visitor>.Place)? {
      stage.withLock { stage in
        defer { stage = .over }
        if case .waiting(let continuation, let place) = stage { return (continuation, place) }
        return nil
      }
    }
  }

  private struct State {
    var inside = 0
    var line = FairLine<Visitor>()
  }

  private let limit: Int
  private let state = Mutex(State())

  /// A gate that lets `limit` in at once; nil: everybody.
  init(limit: Int?) { self.limit = limit.map { max(1, $0) } ?? .max }

  /// How many are inside, and how many wait.
  var counts: (inside: Int, waiting: Int) { state.withLock { ($0.inside, $0.line.count) } }

  /// Waits for a place under `name`, to be given back with ``leave()``. False, and no place, when the task was cancelled before.
  func enter(for name: String) async -> Bool {
    let visitor = Visitor()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if let answer = ask(visitor, continuation, name) { continuation.resume(returning: answer) }
      }
    } onCancel: {
      giveUp(visitor)
    }
  }

  /// nil: the answer comes later.
  private func ask(_ visitor: Visitor, _ continuation: CheckedContinuation<Bool, Never>, _ name: String) -> Bool? {
    state.withLock { state in
      visitor.stage.withLock { stage in
        if case .over = stage { return false }
        guard state.inside < limit else {
          stage = .waiting(continuation, state.line.append(visitor, for: name))
          return nil
        }
        stage = .over
        state.inside += 1
        return true
      }
    }
  }

  private func giveUp(_ visitor: Visitor) {
    let continuation = state.withLock { state in
      guard let (continuation, place) = visitor.end() else { return nil as CheckedContinuation<Bool, Never>? }
      state.line.remove(place)
      return continuation
    }
    continuation?.resume(returning: false)
  }

  /// Gives a place back; whose turn it is has it next.
  func leave() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      state.inside -= 1
      guard let visitor = state.line.next() else { return nil }
      state.inside += 1
      return visitor.end()?.continuation
    }
    next?.resume(returning: true)
  }
}
