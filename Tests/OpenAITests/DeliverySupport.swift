import Synchronization

@testable import OpenAI

/// A clock that does not let anybody wait: whoever sleeps sets it forward to the end of the sleep.
final class QuickClock: DeliveryClock {
  private struct Pending {
    let id: Int
    let instant: ContinuousClock.Instant
    let action: @Sendable () -> Void
  }

  private struct State {
    var now: ContinuousClock.Instant
    var sleeps: [Duration] = []
    var alarms: [Pending] = []
    var lastID = 0
  }

  let start: ContinuousClock.Instant
  let startSeconds: Int
  private let state: Mutex<State>

  init(secondsSince1970: Int = 1_700_000_000) {
    start = .now
    startSeconds = secondsSince1970
    state = Mutex(State(now: start))
  }

  var now: ContinuousClock.Instant { state.withLock { $0.now } }
  var secondsSince1970: Int { startSeconds + Int((now - start).components.seconds) }
  /// How long everybody slept, in order.
  var sleeps: [Duration] { state.withLock { $0.sleeps } }
  var pendingAlarms: Int { state.withLock { $0.alarms.count } }

  func sleep(until instant: ContinuousClock.Instant) async throws(CancellationError) {
    if Task.isCancelled { throw CancellationError() }
    state.withLock { $0.sleeps.append(instant - $0.now) }
    advance(to: instant)
  }

  func alarm(at instant: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void) -> Alarm {
    let id = state.withLock { state in
      state.lastID += 1
      state.alarms.append(Pending(id: state.lastID, instant: instant, action: action))
      return state.lastID
    }
    return Alarm { [weak self] in self?.state.withLock { $0.alarms.removeAll { $0.id == id } } }
  }

  func advance(by duration: Duration) { advance(to: now + duration) }

  private func advance(to instant: ContinuousClock.Instant) {
    let due = state.withLock { state in
      state.now = max(state.now, instant)
      let now = state.now
      defer { state.alarms.removeAll { $0.instant <= now } }
      return state.alarms.filter { $0.instant <= now }
    }
    for alarm in due { alarm.action() }
  }
}
