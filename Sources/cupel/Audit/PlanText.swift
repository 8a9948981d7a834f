import Audits

/// A plan for people to read before it costs anything.
struct PlanText {
  private let plan: AuditPlan

  init(_ plan: AuditPlan) { self.plan = plan }

  var lines: [String] {
    var table = Table([("suite", .left), ("items", .right), ("judgments", .right), ("calls", .right)])
    for suite in AuditSuite.allCases {
      let lines = plan.lines.filter { $0.suite == suite }
      guard !lines.isEmpty else { continue }
      table.add([
        suite.rawValue, Number.grouped(lines.map(\.items).max() ?? 0),
        Number.grouped(lines.reduce(0) { $0 + $1.judgments }), Number.grouped(lines.reduce(0) { $0 + $1.calls }),
      ])
    }
    table.add(["in all", Number.grouped(plan.taken), Number.grouped(plan.judgments), Number.grouped(plan.calls)])
    let skipped = plan.skipped.map { "  \($0.what): \($0.items) \($0.items == 1 ? "item" : "items"), \($0.reason)" }
    return table.lines + (skipped.isEmpty ? [] : ["left out:"] + skipped)
  }
}
