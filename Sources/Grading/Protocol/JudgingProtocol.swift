import Judging
import Wire

/// How one judgment is obtained from calls, as a pure state machine: it says which calls to make, takes each reply as
/// it comes, and says which further calls that leads to. It does no I/O, so it is tested without a judge; `direct` is
/// the first, and panels, debates or cascades are others behind the same seam.
protocol JudgingProtocol: Sendable {
  /// The calls to begin with.
  mutating func start() -> [JudgeCall]

  /// Takes the answer to `call` and returns the calls that follow from it.
  mutating func receive(_ reply: Result<JudgeReply, Unscored>, for call: JudgeCall) -> [JudgeCall]

  /// What was learnt, in the order of the plan whatever the order of arrival. Complete once every call is answered.
  var samples: [SampleJudgment] { get }
}
