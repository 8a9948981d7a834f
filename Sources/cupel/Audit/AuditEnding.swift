import Audits
import Calibration
import JSON

/// What an audit ends with: the files, the report, and the exit status.
struct AuditEnding {
  private let arguments: AuditRunCommand
  private let report: AuditReport
  private let ending: AuditRun.Ending

  init(_ arguments: AuditRunCommand, _ report: AuditReport, _ ending: AuditRun.Ending) {
    (self.arguments, self.report, self.ending) = (arguments, report, ending)
  }

  func tell(signal: Int32?) throws {
    let json = report.json
    if let folder = arguments.output {
      try WholeFile.write(try JSONWriter.pretty(json), to: "\(folder)/report.json", overwrite: true)
      try WholeFile.write(report.html, to: "\(folder)/report.html", overwrite: true)
      try WholeFile.write(report.markdown, to: "\(folder)/summary.md", overwrite: true)
    }
    try arguments.format.print(markdown: report.markdown, json)
    if let folder = arguments.output { Console.note("the page is \(folder)/report.html") }
    let goingOn = arguments.output == nil ? "" : "; the same command goes on from here"
    switch ending {
    case .interrupted:
      throw CommandFailure(
        ExitStatus(rawValue: 128 + (signal ?? 2)) ?? .interrupted, ["stopped before the end\(goingOn)"])
    case .budgetReached:
      throw CommandFailure(
        .budgetReached, ["the budget is used up before the end: some replies had to be asked for again\(goingOn)"])
    case .completed: break
    }
    try holdAgainstConditions()
  }

  private func holdAgainstConditions() throws {
    let metrics = report.metrics
    let problems = arguments.conditions.compactMap { condition -> String? in
      switch condition.check(metrics) {
      case .passed: nil
      case .failed(let estimate): "--fail-on '\(condition)': it is \(estimate.shownWithInterval)"
      case .unknown(let why): "--fail-on '\(condition)': \(why)"
      }
    }
    if !problems.isEmpty { throw CommandFailure(.checkFailed, problems) }
  }
}
