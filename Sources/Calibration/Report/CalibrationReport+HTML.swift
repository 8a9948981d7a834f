extension CalibrationReport {
  /// One page that needs nothing else: pictures are in it, and no script is.
  public var html: String { Self.page([self]) }

  /// One such page about several judges of the same items, the first one first.
  public static func page(_ reports: [CalibrationReport]) -> String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Calibration of \(reports.map(\.judge.shown.escaped).joined(separator: ", "))</title>
    <style>
    \(ReportPage.style)
    </style></head><body><main>
    \(reports.map(\.body).joined(separator: "\n"))
    </main></body></html>

    """
  }

  private var body: String {
    let sections = [
      sourceSections, scoreSection, coverageSection, "<h2>In numbers</h2>\n<pre>\(markdown.escaped)</pre>",
    ]
    return """
      <h1>How far \(judge.shown.escaped) can be trusted</h1>
      <p>Rubric <code>\(judge.rubric.prefix(48).description.escaped)</code>, \(judge.format.escaped). \(rows) verdicts on \(items) labelled items;
      right: \(rules.description.escaped). <b>Right: \(accuracy.shownWithInterval.escaped)</b></p>
      \(warningList)
      \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
      """
  }

  private var warningList: String {
    guard !warnings.isEmpty else { return "" }
    return "<ul class=\"warnings\">" + warnings.map { "<li>\($0.escaped)</li>" }.joined() + "</ul>"
  }

  private var sourceSections: String {
    guard !sources.isEmpty else { return "<p>No judgment has any source of confidence.</p>" }
    return sources.map { source in
      """
      <h2>Confidence by \(source.source.rawValue): \(source.rows) verdicts</h2>
      <p class="key">ECE \(source.estimate("ece")?.shownWithInterval ?? "–"), AUROC \(source.estimate("auroc")?.shownWithInterval ?? "–").
      <span class="a">● as given</span> <span class="b">● calibrated on other items</span></p>
      <div class="figures">
      \(reliability(source))
      \(risk(source))
      </div>
      """
    }.joined(separator: "\n")
  }

  private func reliability(_ source: SourceReport) -> String {
    var chart = Chart(
      "Reliability", x: 0...1, y: 0...1, labels: ("confidence", "share that is right (bars: how many verdicts)"))
    chart.line([(0, 0), (1, 1)], "ideal")
    let most = Double(source.bins.map(\.count).max() ?? 1)
    let width = 1 / Double(options.bins)
    for bin in source.bins {
      // A confidence of 1 belongs to the last bin.
      let left = min((bin.confidence / width + 1e-9).rounded(.down) * width, 1 - width)
      chart.bar(left, left + width, height: 0.3 * Double(bin.count) / most, "\(bin.count) verdicts")
    }
    draw(source.bins, "given", on: &chart)
    if case .success(let after) = source.recalibrated { draw(after.bins, "after", on: &chart) }
    return chart.svg
  }

  private func draw(_ bins: [ReliabilityBin], _ style: String, on chart: inout Chart) {
    for bin in bins {
      let interval = bin.interval(level: options.level)
      if let interval { chart.whisker(at: bin.confidence, interval.lower, interval.upper, style) }
      chart.dot(
        bin.confidence, bin.rate, radius: 4, style,
        "\(bin.count) verdicts, confidence \(Shown.number(bin.confidence)), right \(Shown.number(bin.rate)) \(interval?.shown ?? "")"
      )
    }
  }

  private func risk(_ source: SourceReport) -> String {
    guard let curve = source.riskCoverage else { return "" }
    let most = min(1, max(0.1, ((curve.points.map(\.risk).max() ?? 0) * 10).rounded(.up) / 10))
    var chart = Chart(
      "Risk and coverage", x: 0...1, y: 0...most,
      labels: ("share of verdicts kept, surest first", "share of those that are wrong"))
    chart.line(curve.thinned.map { ($0.coverage, $0.risk) }, "given")
    for point in curve.thinned {
      chart.dot(
        point.coverage, point.risk, radius: 2, "given",
        "confidence at least \(Shown.number(point.threshold)): \(Shown.percent(point.coverage)) kept, \(Shown.percent(point.risk)) wrong"
      )
    }
    return chart.svg
  }

  private var scoreSection: String {
    guard let scores, !scores.points.judge.isEmpty else { return "" }
    let points = scores.points
    let (low, high) = ((points.judge + points.human).min() ?? 0, (points.judge + points.human).max() ?? 1)
    let room = max((high - low) * 0.05, 0.05)
    let range = (low - room)...(high + room)
    var chart = Chart("Scores", x: range, y: range, labels: ("the judge's score", "people's score"))
    chart.line([(range.lowerBound, range.lowerBound), (range.upperBound, range.upperBound)], "ideal")
    for (judge, human) in zip(points.judge, points.human) {
      chart.dot(judge, human, radius: 4, "faint", "judge \(Shown.number(judge)), people \(Shown.number(human))")
    }
    return "<h2>Scores beside those of people</h2>\n<div class=\"figures\">\(chart.svg)</div>"
  }

  private var coverageSection: String {
    let coverage: CoverageReport
    switch self.coverage {
    case .success(let found)?: coverage = found
    case .failure(let reason)?:
      return "<h2>Intervals around calibrated scores</h2>\n<p>None: \(reason.description.escaped).</p>"
    case nil: return ""
    }
    let count = coverage.overall.count
    var chart = Chart(
      "Coverage by group", x: 0...Double(count + 1), y: 0...1,
      labels: (coverage.overall.map { $0.name.isEmpty ? "all" : $0.name }.joined(separator: " · "), "share covered"))
    chart.line([(0, coverage.level), (Double(count + 1), coverage.level)], "ideal")
    func draw(_ group: CoverageReport.Group, at place: Double, _ style: String) {
      let estimate = group.covered.estimate(level: options.level)
      guard let share = estimate.number, let interval = estimate.interval else { return }
      chart.whisker(at: place, interval.lower, interval.upper, style)
      chart.dot(
        place, share, radius: 4, style,
        "\(group.name.isEmpty ? "all" : group.name): \(Shown.percent(share)) of \(group.covered.count) covered, mean length "
          + Shown.number(group.meanLength))
    }
    for (place, group) in coverage.overall.enumerated() { draw(group, at: Double(place + 1), "given") }
    for (place, group) in coverage.byGroup.enumerated() { draw(group, at: Double(place + 2) + 0.15, "after") }
    return """
      <h2>Intervals of \(Shown.percent(coverage.level)) around calibrated scores</h2>
      <p class="key"><span class="a">● one radius for all</span> <span class="b">● a radius for each group</span>; the dashed line is what is promised</p>
      <div class="figures">\(chart.svg)</div>
      """
  }
}
