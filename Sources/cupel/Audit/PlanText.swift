import Audits

/// A plan for people to read before it costs anything.
struct PlanText {
  private let plan: AuditPlan

  init(_ plan: AuditPlan) { self.plan = plan }

  private static func text(_ estimate: AuditEstimate) -> String {
    var parts = ["about \(Number.grouped(estimate.promptTokens)) tokens to read (four bytes each, without media)"]
    parts.append(
      estimate.mostCompletionTokens.map { "at most \(Number.grouped($0)) to write" }
        ?? "no limit of those to write: state sampling.max_tokens")
    if let cost = estimate.mostCost { parts.append("at most about \(Number.money(cost)) \(estimate.currency)") }
    if estimate.otherCalls > 0 {
      parts.append("\(Number.grouped(estimate.otherCalls)) calls to other models not among these")
    }
    return "the judge: " + parts.joined(separator: "; ")
  }

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
    return table.lines + (plan.estimate.map { [Self.text($0)] } ?? [])
      + (skipped.isEmpty ? [] : ["left out:"] + skipped)
  }
}
