public import Judging
import Synchronization
public import Wire

/// A judge that is given at most so many calls at once; the others wait their turn, first come first served.
public final class LimitedJudge: Judge {
  private let inner: any Judge
  private let state: Mutex<State>

  private struct State {
    var free: Int
    var nextTicket = 0
    /// In order of arrival. A ticket that is given up is taken out.
    var waiting: [(ticket: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    /// Tickets that were given up before they got into the line.
    var givenUp: Set<Int> = []
  }

  /// `inner`, with at most `limit` calls at once.
  public init(_ inner: any Judge, limit: Int) {
    self.inner = inner
    state = Mutex(State(free: max(1, limit)))
  }

  /// The other judge's.
  public var description: JudgeDescription { inner.description }

  /// Waits for a free place, then passes the call on. Waiting ends when the task is cancelled.
  public func reply(to call: JudgeCall) async throws(Unscored) -> JudgeReply {
    guard await enter() else { throw Unscored(.cancelled, "the run was stopped before the judge was asked") }
    defer { leave() }
    return try await inner.reply(to: call)
  }

  /// False when the task was cancelled before there was a place.
  private func enter() async -> Bool {
    let ticket = state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer = state.withLock { state -> Bool? in
          if state.givenUp.remove(ticket) != nil { return false }
          if state.free > 0 {
            state.free -= 1
            return true
          }
          state.waiting.append((ticket, continuation))
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      giveUp(ticket)
    }
  }

  private func giveUp(_ ticket: Int) {
    let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      if let at = state.waiting.firstIndex(where: { $0.ticket == ticket }) {
        return state.waiting.remove(at: at).continuation
      }
      state.givenUp.insert(ticket)
      return nil
    }
    continuation?.resume(returning: false)
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard !state.waiting.isEmpty else {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst().continuation
    }
    next?.resume(returning: true)
  }
}
