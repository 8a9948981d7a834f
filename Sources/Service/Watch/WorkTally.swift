import Grading
import Wire

/// What judging took, by rubric and judge: each work once, however many callers it answers.
struct WorkTally: Sendable {
  struct Key: Labelled, Sendable {
    let rubric: String
    /// Empty where only checks are computed.
    let judge: String

    var labels: Exposition.Labels { [("rubric", rubric), ("judge", judge)] }
  }

  private var queued = Histogram(Histogram.stageSeconds)
  private var stages = JudgmentTrace.Stage.allCases.map { _ in Histogram(Histogram.stageSeconds) }
  private var calls = 0
  private var requests = 0
  private var truncated = 0
  private var repeated = 0
  private var failedCalls: [UnscoredReason: Int] = [:]
  private var tokens = Usage()
  private var uncounted = 0
  private var costs: [String: Money] = [:]
  private var unpriced = 0

  /// Counts what one judge did for a work that waited for `queued`; nil where it was handed on by another judge, and did not wait again.
  mutating func add(_ judgment: Judgment, _ trace: JudgmentTrace, queued wait: Duration?) {
    if let wait { queued.add(wait / .seconds(1)) }
    for stage in JudgmentTrace.Stage.allCases {
      if let took = trace[stage] { stages[stage.rawValue].add(took / .seconds(1)) }
    }
    let expense = judgment.expense
    calls += expense.calls
    let usage = judgment.usage
    requests = requests.addingUpToLimit(usage.requests ?? 0)
    repeated = repeated.addingUpToLimit(max(0, (usage.requests ?? 0) - expense.calls))
    truncated += judgment.samples.reduce(0) { $0 + $1.attempts - 1 }
    for (reason, count) in trace.failedCalls { failedCalls[reason, default: 0] += count }
    tokens = tokens + usage
    uncounted += expense.tokens.unknown
    guard let prices = expense.prices else { return }
    costs[prices.currency] = (costs[prices.currency] ?? .zero) + Money(units: expense.money.known)
    unpriced += expense.money.unknown
  }

  /// Writes all tallies, family by family.
  static func write(_ tallies: [Key: WorkTally], to text: inout Exposition) {
    let all = tallies.labelled
    text.family("cupel_stage_seconds", .histogram, "What each stage of a judgment took, its wait in the line included.")
    for (labels, tally) in all {
      text.add(tally.queued, labels + [("stage", "queue")])
      for stage in JudgmentTrace.Stage.allCases where tally.stages[stage.rawValue].count > 0 {
        text.add(tally.stages[stage.rawValue], labels + [("stage", "\(stage)")])
      }
    }
    let asked = all.filter { $0.value.calls > 0 }
    func counters(_ name: String, _ help: String, _ count: (WorkTally) -> Int) {
      text.family(name, .counter, help)
      for (labels, tally) in asked { text.add(count(tally), labels) }
    }
    counters("cupel_judge_calls_total", "Calls to the judge, those that failed included.") { $0.calls }
    counters("cupel_judge_requests_total", "Requests that the judge reports to have made to its server.") {
      $0.requests
    }
    text.family(
      "cupel_judge_retries_total", .counter,
      "Calls for a reply that was cut off (call), and requests beyond the first of a call (request).")
    for (labels, tally) in asked {
      text.add(tally.truncated, labels + [("kind", "call")])
      text.add(tally.repeated, labels + [("kind", "request")])
    }
    text.family("cupel_judge_failed_calls_total", .counter, "Calls to the judge that gave no reply, by reason.")
    for (labels, tally) in asked {
      for (own, count) in tally.failedCalls.labelled { text.add(count, labels + own) }
    }
    writeTokens(asked, to: &text)
    counters("cupel_judge_uncounted_calls_total", "Calls whose tokens the judge did not count.") { $0.uncounted }
    text.family("cupel_judge_cost_total", .counter, "What the judge charges, as far as it is known.")
    for (labels, tally) in asked {
      for (currency, money) in tally.costs.sorted(by: { $0.key < $1.key }) {
        text.add(money.number, labels + [("currency", currency)])
      }
    }
    counters("cupel_judge_unpriced_calls_total", "Calls whose cost is not known although the judge has prices.") {
      $0.unpriced
    }
  }

  private static func writeTokens(
    _ all: [(labels: Exposition.Labels, value: WorkTally)], to text: inout Exposition
  ) {
    text.family(
      "cupel_judge_tokens_total", .counter,
      "Tokens that the judge counts; cached ones are part of the prompt, reasoning ones of the completion.")
    for (labels, tally) in all {
      let kinds = [
        ("prompt", tally.tokens.promptTokens), ("cached", tally.tokens.cachedTokens),
        ("completion", tally.tokens.completionTokens), ("reasoning", tally.tokens.reasoningTokens),
      ]
      for (kind, count) in kinds { if let count { text.add(count, labels + [("kind", kind)]) } }
    }
  }
}

extension Int {
  /// The sum, or the largest number there is: counts of judges are not to be trusted.
  fileprivate func addingUpToLimit(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
