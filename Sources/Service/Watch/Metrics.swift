public import Configuration
public import Wire

/// Counts what happens. All methods may be called from any thread and take no time worth speaking of.
public final class Metrics: Sendable {
  /// Nothing has happened yet.
  public init() {}

  /// An item was judged, with the session's rubric and judge, for a caller.
  public func judged(_ judged: Judged, in session: Session, for caller: Caller, took: Duration) {}

  /// A request was answered.
  public func answered(route: String, status: Int, fault: Fault.Code?, took: Duration) {}

  /// A client was given a number in the place of a score that could not be given, for `reason`, by the policy of its route.
  public func substituted(route: String, policy: RouteSettings.FailurePolicy, reason: UnscoredReason) {}
}
