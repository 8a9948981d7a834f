internal import CCupelPlugin
import Judging
import PluginBridge
import Synchronization
import Wire

/// One call to a plugin, from the moment it is asked for until somebody has an answer: the plugin, the clock or whoever cancels.
/// The first one wins.
final class PendingCall: Expiring {
  typealias Outcome = Result<JudgeReply, Unscored>

  /// How far the plugin has come with it.
  fileprivate enum Phase {
    case queued
    /// `isHere`: on the thread of who asked.
    case submitting(isHere: Bool, isStuck: Bool)
    case submitted(ticket: UInt64)
  }

  fileprivate struct State {
    var continuation: CheckedContinuation<Outcome, Never>?
    var isOver = false
    /// How it ended, where that was before anybody waited; otherwise the one who waits has it.
    var outcome: Outcome?
    var phase = Phase.queued
  }

  let id: UInt64
  let timeoutMilliseconds: Int?
  private let samples: Int
  private let judge: OpenJudge
  private let state = Mutex(State())

  init(id: UInt64, timeoutMilliseconds: Int?, samples: Int, judge: OpenJudge) {
    self.id = id
    self.timeoutMilliseconds = timeoutMilliseconds
    self.samples = samples
    self.judge = judge
  }

  var isOver: Bool { state.withLock { $0.isOver } }
  /// How it ended, where that was before anybody waited for it.
  var outcome: Outcome? { state.withLock { $0.outcome } }

  /// Says who is waiting. False, and the waiting one is told at once, where the call is over already.
  func begin(_ continuation: CheckedContinuation<Outcome, Never>) -> Bool {
    let outcome = state.withLock { state in
      if !state.isOver { state.continuation = continuation }
      return state.outcome
    }
    if let outcome { continuation.resume(returning: outcome) }
    return outcome == nil
  }

  /// Ends the call. False where it was over before.
  @discardableResult
  func finish(_ outcome: Outcome) -> Bool {
    let (isFirst, continuation) = state.withLock { state in state.end(outcome) }
    continuation?.resume(returning: outcome)
    return isFirst
  }

  /// The plugin's answer. Read only when somebody still waits for it.
  func answered(_ status: Status, _ reply: UnsafePointer<cupel_reply>?, _ message: cupel_text) {
    guard !isOver else { return judge.counters.countLate() }
    finish(Result { () throws(Unscored) in try judge.outcome(status, reply, message, samples: samples) })
  }

  func expire() {
    giveUp { phase in
      judge.counters.countTimeout()
      if case .submitting(isHere: true, _) = phase { judge.submitIsSlow() }
      let isSubmitting = if case .submitting = phase { true } else { false }
      let what = isSubmitting ? "come back from submit" : "reply"
      return Unscored(
        .timeout, "plugin '\(judge.pluginID)' did not \(what) within \(timeoutMilliseconds ?? 0) ms")
    }
  }

  func cancel() {
    giveUp { _ in Unscored(.cancelled, "the call was cancelled") }
  }

  /// Ends the call without the plugin, which is told if it can be. Where the call was over before, nothing happens.
  private func giveUp(_ why: (Phase) -> Unscored) {
    var phase = Phase.queued
    var continuation: CheckedContinuation<Outcome, Never>?
    var outcome: Outcome?
    state.withLock { state in
      guard !state.isOver else { return }
      phase = state.phase
      if case .submitting(let isHere, _) = phase { state.phase = .submitting(isHere: isHere, isStuck: true) }
      let ended = Outcome.failure(why(phase))
      continuation = state.end(ended).1
      outcome = ended
    }
    guard let outcome else { return }
    switch phase {
    case .queued: break
    case .submitting(isHere: false, _): judge.lane.markStuck()
    case .submitting(isHere: true, _): judge.lane.markHeld()
    case .submitted(let ticket): judge.cancel(ticket)
    }
    continuation?.resume(returning: outcome)
  }

  /// The plugin's submit is about to be called. False where nobody waits any more.
  func enterSubmit(here isHere: Bool) -> Bool {
    state.withLock { state in
      guard !state.isOver else { return false }
      state.phase = .submitting(isHere: isHere, isStuck: false)
      return true
    }
  }

  /// The plugin's submit came back. True where the call was given up meanwhile, and is to be cancelled.
  func leaveSubmit(_ ticket: UInt64) -> Bool {
    let before = state.withLock { state in
      defer { state.phase = .submitted(ticket: ticket) }
      return state.phase
    }
    switch before {
    case .submitting(isHere: false, isStuck: true): judge.lane.markFree()
    case .submitting(isHere: true, isStuck: true): judge.lane.markReleased()
    default: return false
    }
    return true
  }
}

extension PendingCall.State {
  /// Ends the call, unless it is over: whether this was the end, and who is to be told.
  fileprivate mutating func end(
    _ outcome: PendingCall.Outcome
  ) -> (isFirst: Bool, CheckedContinuation<PendingCall.Outcome, Never>?) {
    guard !isOver else { return (false, nil) }
    isOver = true
    defer { continuation = nil }
    if continuation == nil { self.outcome = outcome }
    return (true, continuation)
  }
}
