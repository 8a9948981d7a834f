public import Wire

/// How a judgment came about: how long its stages took, and which calls to the judge failed.
public struct JudgmentTrace: Sendable {
  /// What is timed, in the order of the road.
  public enum Stage: Int, Sendable, CaseIterable {
    /// Media are loaded, and the item is found fit for the judge.
    case decode
    /// Check criteria are computed.
    case checks
    /// Calls are written.
    case prompt
    /// Replies are waited for, in the judge's own line too.
    case judge
    /// Replies are read.
    case parse
    /// Verdicts become scores and a comparison.
    case aggregate
  }

  private var took: [Duration?] = Array(repeating: nil, count: Stage.allCases.count)
  private var last = ContinuousClock.now
  /// Calls to the judge that gave no reply, by reason.
  public private(set) var failedCalls: [UnscoredReason: Int] = [:]

  /// What came of the judges before, where one handed the item on.
  public private(set) var earlier: [JudgmentTrace] = []

  /// The clock starts now.
  public init() {}

  /// The next judge is asked: what follows is its own.
  mutating func handOn() {
    var own = self
    own.earlier = []
    let earlier = self.earlier + [own]
    self = JudgmentTrace()
    self.earlier = earlier
  }

  /// How long a stage took, all its parts together; nil where the item did not get so far, or the rubric has no such stage.
  public subscript(stage: Stage) -> Duration? { took[stage.rawValue] }

  /// What happened since the last lap belongs to `stage`.
  mutating func lap(_ stage: Stage) {
    let now = ContinuousClock.now
    took[stage.rawValue] = (took[stage.rawValue] ?? .zero) + (now - last)
    last = now
  }

  /// A call gave no reply.
  mutating func failed(_ reason: UnscoredReason) { failedCalls[reason, default: 0] += 1 }
}
