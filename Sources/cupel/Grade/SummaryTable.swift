import Batch
import Rubrics
import Wire

/// The final table of a run.
struct SummaryTable {
  private let summary: BatchSummary
  private let rubric: Rubric

  init(_ summary: BatchSummary, _ rubric: Rubric) {
    self.summary = summary
    self.rubric = rubric
  }

  var lines: [String] {
    let sections = [heading, scores, responses, remarks].filter { !$0.isEmpty }
    return Array(sections.joined(separator: [""]))
  }

  private var heading: [String] {
    ["\(rubric.name) (version \(rubric.version)): \(items(summary.items)), \(items(summary.ok, "fully scored"))"]
  }

  private func items(_ count: Int, _ what: String? = nil) -> String {
    what.map { "\(Number.grouped(count)) \($0)" } ?? "\(Number.grouped(count)) \(count == 1 ? "item" : "items")"
  }

  private var scores: [String] {
    guard summary.score.count > 0 || summary.calibratedScore.count > 0 || !summary.criteria.isEmpty else { return [] }
    let gated = summary.criteria.contains { $0.gated > 0 }
    // Where no scale says how far numbers go, they say it themselves.
    let isUnbounded = rubric.scale?.isUnbounded == true
    var table = Table(
      [("", .left), ("mean ± SE", .right)] + (isUnbounded ? [("lowest", .right), ("highest", .right)] : [])
        + [("n", .right), ("unscored", .right)] + (gated ? [("passed", .right)] : []))
    func add(_ name: String, _ score: RunningMean, _ unscored: Int, _ passed: String) {
      let ends = isUnbounded ? [score.minimum, score.maximum].map { score.count > 0 ? Number.fixed($0, 3) : "-" } : []
      table.add([name, Self.mean(score)] + ends + [Number.grouped(score.count), String(unscored), passed])
    }
    for criterion in summary.criteria {
      let passed = criterion.gated > 0 ? Number.percent(Double(criterion.passed) / Double(criterion.gated)) : ""
      add(criterion.name, criterion.score, criterion.unscored, passed)
    }
    if summary.score.count > 0 { add("overall", summary.score, summary.incomplete, "") }
    if summary.calibratedScore.count > 0 {
      let withoutOne = summary.items - summary.calibratedScore.count
      add("calibrated", summary.calibratedScore, withoutOne, "")
    }
    return table.lines
  }

  private var responses: [String] {
    guard !summary.responses.isEmpty else { return [] }
    let compared = summary.comparisons > 0
    var table = Table(
      [("response", .left), ("mean ± SE", .right), ("n", .right)] + (compared ? [("win rate ± SE", .right)] : []))
    for (place, response) in summary.responses.enumerated() {
      let wins = response.wins
      let rate = wins.mean.map { mean in
        Number.percent(mean) + (wins.standardError.map { " ± " + Number.percent($0) } ?? "")
      }
      table.add(["\(place)", Self.mean(response.score), Number.grouped(response.score.count), rate ?? ""])
    }
    return table.lines
  }

  private var remarks: [String] {
    var lines: [String] = []
    if summary.comparisons > 0 {
      lines.append("ties: \(summary.ties) of \(summary.comparisons)")
    }
    if summary.ordersCompared > 0 {
      let rate = Number.percent(Double(summary.ordersAgreed) / Double(summary.ordersCompared))
      lines.append("same verdict in every order: \(rate) of \(summary.ordersCompared)")
    }
    if summary.isOfSeveralJudges {
      let shares = summary.lastAsked.map(Number.grouped).joined(separator: ", ")
      lines.append(
        "last asked, by judge: \(shares); their scores are not on one scale, and have no mean; calibrated ones do")
    }
    if summary.decidable > 0 {
      let rate = Number.percent(Double(summary.abstained) / Double(summary.decidable))
      lines.append("left to people: \(summary.abstained) of \(summary.decidable) calibrated verdicts (\(rate))")
    }
    let reasons = UnscoredReason.allCases.compactMap { reason in
      summary.reasons[reason].map { "\(reason.rawValue) \($0)" }
    }
    lines.append("unscored: " + (reasons.isEmpty ? "none" : reasons.joined(separator: ", ")))
    return lines + ExpenseText(summary).lines
  }

  private static func mean(_ numbers: RunningMean) -> String {
    guard let mean = numbers.mean else { return "-" }
    return Number.fixed(mean, 3) + (numbers.standardError.map { " ± " + Number.fixed($0, 3) } ?? "")
  }
}
