import Calibration
import Judging
import Rubrics

extension AuditReport {
  /// One page that needs nothing else: pictures are in it, and no script is.
  public var html: String {
    let sections = [
      grid, reliability, suiteSections, preferencePart, feedbackSection, exhibitSection, conversationSection, leftOut,
      "<h2>In numbers</h2>\n<pre>\(markdown.escaped)</pre>",
    ]
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Audit of \(name.escaped)</title>
      <style>
      \(ReportPage.style)
      \(Self.style)
      </style></head><body><main>
      <h1>How \(name.escaped) breaks</h1>
      <p>\(introduction.plain.escaped)</p>
      \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
      </main></body></html>

      """
  }

  private static let style = """
    th.wide { width: 30%; } th.plot { width: 270px; }
    table { border-collapse: collapse; width: 100%; font-size: 13px; } th { text-align: left; color: var(--soft); font-weight: 500; }
    td, th { padding: 4px 8px; border-bottom: 1px solid var(--line); vertical-align: middle; } td.n { white-space: nowrap; }
    .grid td { text-align: center; border: 2px solid var(--paper); padding: 10px 6px; } .grid td b { font-size: 1.15rem; display: block; }
    .grid td span, .soft { color: var(--soft); font-size: 11px; } svg.forest { width: 260px; height: 18px; display: block; }
    .forest line { stroke: var(--mark); stroke-width: 2; } .forest line.axis { stroke: var(--line); stroke-width: 1; }
    .forest line.chance { stroke: var(--other); stroke-width: 2; }
    .sides { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; } .sides > div { border: 1px solid var(--line); padding: 8px 12px; }
    blockquote { margin: 4px 0; padding-left: 10px; border-left: 3px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px; }
    blockquote.after { border-color: var(--other); } details { margin: 6px 0; } summary { cursor: pointer; }
    .l1 { stroke: #1f6fb2; color: #1f6fb2; } .l2 { stroke: #c2571a; color: #c2571a; } .l3 { stroke: #3f8f4f; color: #3f8f4f; }
    .l4 { stroke: #8a4fbf; color: #8a4fbf; } .l5 { stroke: #b8336a; color: #b8336a; } .l6 { stroke: #8a7a1f; color: #8a7a1f; }
    .l7 { stroke: #2a9d9d; color: #2a9d9d; } .l8 { stroke: #6d7780; color: #6d7780; } .l9 { stroke: #d08a00; color: #d08a00; }
    .l10 { stroke: #5b6ee1; color: #5b6ee1; } .l11 { stroke: #7a4a2b; color: #7a4a2b; } circle[class^=l] { fill: currentColor; } .key span { white-space: nowrap; }
    @media (max-width: 640px) { .sides { grid-template-columns: 1fr; } }
    """

  /// The judge in a row, the suites in columns; the deeper the colour, the more often it broke.
  private var grid: String {
    let worst = CriticSubject.allCases.compactMap { subject in worstArm(subject).map { (subject, $0.0, $0.1) } }
    let heads =
      ([""] + (plan.isJudged ? ["clean"] : []) + suites.map(\.suite.rawValue) + worst.map(\.0.suite.rawValue))
      .map { "<th>\($0.escaped)</th>" }.joined()
    let accuracy = noise.accuracy.estimate(level: setting.level)
    var cells = plan.isJudged ? Self.cell(accuracy, accuracy.number.map { 1 - $0 }, "right") : ""
    for suite in suites {
      let p = suite.adjusted.map { ", p \(Self.shownP($0))" } ?? ""
      cells += Self.cell(suite.broken, suite.broken.number, suite.rateName + p)
    }
    for (_, arm, rate) in worst { cells += Self.cell(rate, rate.number, "harmful flips, \(arm)") }
    return """
      <table class="grid"><tr>\(heads)</tr><tr><th>\(name.escaped)</th>\(cells)</tr></table>
      <p class="soft">Shares with intervals of \(Shown.percent(setting.level)); judgments without a verdict are in none of them.
      \(noise.unscored.values.reduce(0, +)) of \(noise.clean) clean items have no verdict.
      p: that it is chance, against the same items judged again, after Holm over the suites.</p>
      """
  }

  /// The deceptive critic that did most harm.
  private func worstArm(_ subject: CriticSubject) -> (String, Estimate)? {
    arms.filter { $0.arm.subject == subject && $0.arm.isDeceptive && $0.conversations > 0 }
      .compactMap { finding in finding.harmful.last.map { (finding.arm.name, $0.estimate(level: setting.level)) } }
      .filter { $0.1.number != nil }.max { ($0.1.number ?? 0) < ($1.1.number ?? 0) }
  }

  private static func cell(_ estimate: Estimate, _ badness: Double?, _ note: String) -> String {
    let depth = Int((min(1, badness ?? 0) * 60).rounded())
    let colour = badness == nil ? "" : " style=\"background: color-mix(in srgb, var(--other) \(depth)%, var(--paper))\""
    return """
      <td\(colour)><b>\(estimate.number.map { Shown.percent($0) } ?? "–")</b>
      <span>\((estimate.interval?.shown ?? estimate.reason?.description ?? "").escaped)<br>\(note.escaped)</span></td>
      """
  }

  private var reliability: String {
    let bins = noise.confidences
    guard !bins.isEmpty else { return "" }
    var chart = Chart(
      "Reliability of clean verdicts", x: 0...1, y: 0...1, labels: ("confidence", "share that is right"))
    chart.line([(0, 0), (1, 1)], "ideal")
    for (confidence, shares) in bins.sorted(by: { $0.key < $1.key }) {
      let estimate = shares.estimate(level: setting.level)
      guard let number = estimate.number else { continue }
      if let interval = estimate.interval { chart.whisker(at: confidence, interval.lower, interval.upper, "given") }
      chart.dot(confidence, number, radius: 4, "given", "\(shares.count) verdicts: \(estimate.shownWithInterval)")
    }
    return "<h2>Confidence beside it</h2>\n<div class=\"figures\">\(chart.svg)</div>"
  }

  private var suiteSections: String {
    suites.map { suite in
      let rows = findings.filter { $0.suite == suite.suite && $0.rate.count + $0.unscored > 0 }.map(row).joined(
        separator: "\n")
      return """
        <h2>\(suite.suite.rawValue.escaped)</h2>
        <table><tr><th class="wide">perturbation</th><th class="plot">0 – 100 %</th><th>broken</th><th>by chance</th><th>p</th><th>of</th><th>unscored</th></tr>
        \(rows)</table>
        <p class="soft">This many items show a share of \(suite.detectable.shown) or more with probability 0.8.</p>
        """
    }.joined(separator: "\n")
  }

  private func row(_ finding: Finding) -> String {
    let broken = finding.broken(setting)
    let chance = finding.chance.estimate(level: setting.level)
    let short = finding.name.split(separator: ".").dropFirst().joined(separator: ".")
    return """
      <tr><td title="\(finding.summary.escaped)">\(short.escaped) <span class="soft">\(finding.expectation.rateName)</span></td>
      <td>\(Self.forest(broken, chance))</td><td class="n">\(broken.shownWithInterval)</td><td>\(chance.shown)</td>
      <td>\(finding.p.map(Self.shownP).map(\.escaped) ?? "–")</td><td>\(finding.rate.count)</td><td>\(finding.unscored)</td></tr>
      """
  }

  /// A share with its whisker, and a mark for what chance does.
  private static func forest(_ estimate: Estimate, _ chance: Estimate) -> String {
    func x(_ share: Double) -> String { Shown.number(4 + 252 * share) }
    var marks = "<line class=\"axis\" x1=\"4\" x2=\"256\" y1=\"9\" y2=\"9\"/>"
    if let interval = estimate.interval {
      marks += "<line x1=\"\(x(interval.lower))\" x2=\"\(x(interval.upper))\" y1=\"9\" y2=\"9\"/>"
    }
    if let number = chance.number {
      marks += "<line class=\"chance\" x1=\"\(x(number))\" x2=\"\(x(number))\" y1=\"3\" y2=\"15\"/>"
    }
    if let number = estimate.number { marks += "<circle cx=\"\(x(number))\" cy=\"9\" r=\"4\"/>" }
    return "<svg class=\"forest\" viewBox=\"0 0 260 18\" role=\"img\" aria-label=\"\(estimate.shown)\">\(marks)</svg>"
  }

  private var preferencePart: String {
    preference.sentence(setting).map { "<h2>Its own answers</h2>\n<p>\($0.escaped)</p>" } ?? ""
  }

  private var leftOut: String {
    guard !plan.skipped.isEmpty else { return "" }
    let rows = plan.skipped.map {
      "<tr><td>\($0.what.escaped)</td><td>\($0.items)</td><td>\($0.reason.escaped)</td></tr>"
    }
    return "<h2>Left out</h2>\n<table><tr><th>what</th><th>items</th><th>why</th></tr>\(rows.joined())</table>"
  }
}

extension String {
  /// Without the marks of Markdown.
  fileprivate var plain: String { filter { $0 != "`" && $0 != "*" } }
}
