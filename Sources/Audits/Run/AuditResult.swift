/// What an audit found: every judgment that was finished, and what was planned. ``AuditReport`` makes sense of it.
public struct AuditResult: Sendable {
  /// What was to be done.
  public let plan: AuditPlan
  let bench: AuditBench
  let records: [AuditKey: AuditRecord]
  /// Whether it was done.
  public let ending: AuditRun.Ending
  /// Calls that the last run made.
  public let calls: Int

  /// All that was paid, in earlier runs of the same ledger too.
  var spent: AuditRecord.Spent { records.values.reduce(into: .init()) { $0 += $1.spent } }
}
