public import Configuration
import Synchronization
public import Wire

/// Counts what happens. All methods may be called from any thread and take no time worth speaking of.
public final class Metrics: Sendable {
  private struct State {
    var generation = 1
    var reloads = (good: 0, bad: 0)
  }

  private let state = Mutex(State())

  /// Nothing has happened yet.
  public init() {}

  /// An item was judged, with the session's rubric and judge, for a caller.
  public func judged(_ judged: Judged, in session: Session, for caller: Caller, took: Duration) {}

  /// A request was answered.
  public func answered(route: String, status: Int, fault: Fault.Code?, took: Duration) {}

  /// A client was given a number in the place of a score that could not be given, for `reason`, by the policy of its route.
  public func substituted(route: String, policy: RouteSettings.FailurePolicy, reason: UnscoredReason) {}

  /// A reload was tried; `number` is the generation that is in force after it.
  public func reloaded(_ number: Int, isGood: Bool) {
    state.withLock { state in
      state.generation = number
      if isGood { state.reloads.good += 1 } else { state.reloads.bad += 1 }
    }
  }

  /// Everything in Prometheus' text format.
  func exposition() -> [UInt8] {
    let state = state.withLock { $0 }
    var text = Exposition()
    text.family("cupel_generation", .gauge, "The state of rubrics and judges that is in force, counted from 1.")
    text.add(state.generation)
    text.family(
      "cupel_reloads_total", .counter, "Reloads that were tried, by outcome; after a bad one the old state goes on.")
    text.add(state.reloads.good, [("outcome", "good")])
    text.add(state.reloads.bad, [("outcome", "bad")])
    return text.bytes
  }
}
