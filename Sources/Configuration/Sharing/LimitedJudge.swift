public import Judging
public import Wire

/// A judge that is given at most so many calls at once; the others wait for their turn. Callers with different names
/// (``name``) take turns, and the calls of one are asked in the order they came.
public final class LimitedJudge: Judge {
  /// On whose behalf the task asks; empty: nobody's in particular. Child tasks inherit it.
  @TaskLocal public static var name = ""

  /// Whether the task's calls may wait until no others do, and leave half of the judge's places to them: those of jobs. Child tasks
  /// inherit it.
  @TaskLocal public static var isPatient = false

  private let inner: any Judge
  private let gate: FairGate

  /// `inner`, with at most `limit` calls at once; nil: as many as come.
  public init(_ inner: any Judge, limit: Int?) {
    self.inner = inner
    gate = FairGate(limit: limit)
  }

  /// The other judge's.
  public var description: JudgeDescription { inner.description }

  /// Calls that the judge has, and calls that wait for their turn.
  public var counts: (inFlight: Int, waiting: Int) {
    let counts = gate.counts
    return (counts.inside, counts.waiting)
  }

  /// Waits for a free place, then passes the call on. Waiting ends when the task is cancelled.
  public func reply(to call: JudgeCall) async throws(Unscored) -> JudgeReply {
    let isPatient = Self.isPatient
    guard await gate.enter(for: Self.name, isPatient: isPatient) else {
      throw Unscored(.cancelled, "the call was given up while it waited for its turn")
    }
    defer { gate.leave(isPatient: isPatient) }
    return try await inner.reply(to: call)
  }
}
