import Glibc
import Batch
import JSON
import Rubrics
import Wire

/// What a run came to: the table for people, the JSON for programs, and the exit status for both.
struct GradeReport {
  private let arguments: Grade
  private let outcome: BatchRun.Outcome
  private let rubric: Rubric
  private var summary: BatchSummary { outcome.summary }

  init(_ arguments: Grade, _ outcome: BatchRun.Outcome, _ rubric: Rubric) {
    self.arguments = arguments
    self.outcome = outcome
    self.rubric = rubric
  }

  /// Prints, then throws unless all is well.
  func print(signal: Int32?) throws {
    if !arguments.running.quiet {
      for note in outcome.notes { Console.note(note) }
      try printSummary()
    }
    try failIfStopped(signal)
    try failIfBelowExpectations()
  }

  private func printSummary() throws {
    let text: String
    switch arguments.running.format {
    case .json: text = try JSONWriter.pretty(json)
    case .table: text = SummaryTable(summary, rubric).lines.joined(separator: "\n")
    }
    // Where the judgments themselves go to standard output, the summary must not stand among them.
    if arguments.output == "-" { Console.raw(text + "\n") } else { Console.print(text) }
    if case .outputFailed = outcome.ending { return }
    if arguments.output != "-", arguments.running.format == .table {
      Console.note("judgments are in \(arguments.output)")
    }
  }

  /// The summary, and what it is a summary of.
  private var json: JSONValue {
    var object = JSONObject([("rubric", .string(rubric.reference)), ("output", .string(arguments.output))])
    for member in summary.json.object?.members ?? [] { object[member.key] = member.value }
    return .object(object)
  }

  private func failIfStopped(_ signal: Int32?) throws {
    switch outcome.ending {
    case .completed: return
    case .outputFailed(let error, let written):
      let whole = written == 1 ? "1 complete judgment" : "\(written) complete judgments"
      throw CommandFailure(.outputFailed, ["\(error); the run is stopped, the output holds \(whole)"])
    case .budgetReached(let limit, let left):
      throw CommandFailure(.budgetReached, ["\(used(limit)); \(standing(left)); to go on: \(goingOn)"])
    case .budgetBlind(let limit, let left):
      throw CommandFailure(
        .budgetBlind, ["\(BudgetText.blind(limit)); \(standing(left)); to go on without it: \(goingOn)"])
    case .interrupted(let abandoned):
      let lost = abandoned == 0 ? "" : ", \(abandoned) under way were given up"
      throw CommandFailure(
        signal == SIGTERM ? .terminated : .interrupted,
        ["stopped; \(summary.items) judgments are written\(lost)"])
    }
  }

  /// What was spent of a limit that is reached.
  private func used(_ limit: Budget.Limit) -> String {
    guard let spent = outcome.spent.first(where: { $0.limit == limit }) else { return "the budget is used up" }
    return BudgetText.reached(spent, currency: summary.cost?.currency)
  }

  /// What is there and what is missing.
  private func standing(_ left: Int?) -> String {
    let written = "\(summary.items) \(summary.items == 1 ? "judgment is" : "judgments are") written"
    guard let left else { return "\(written), the rest of the input is left" }
    return "\(written), \(left) \(left == 1 ? "item is" : "items are") left"
  }

  /// The output holds the beginning of the input, so what is left begins behind it.
  private var goingOn: String { "--skip \(arguments.reading.skip + summary.items) with another --output" }

  private func failIfBelowExpectations() throws {
    var problems: [(status: ExitStatus, message: String)] = []
    if let allowance = arguments.running.maxUnscored {
      if allowance.isExceeded(by: summary.incomplete, of: summary.items) {
        problems.append(
          (
            .tooManyUnscored,
            "\(summary.incomplete) of \(summary.items) items are not fully scored, over --max-unscored"
          ))
      }
    } else if summary.ok + summary.partial == 0 {
      let what = summary.items == 0 ? "there was nothing to grade" : "not one of \(summary.items) items could be scored"
      problems.append((.tooManyUnscored, what))
    }
    if let least = arguments.running.failUnder {
      switch summary.score.mean {
      case nil: problems.append((.belowScore, "there is no mean score to hold against --fail-under \(least)"))
      case let mean? where mean < least:
        problems.append((.belowScore, "the mean score \(Number.fixed(mean, 3)) is below --fail-under \(least)"))
      default: break
      }
    }
    // A mean over too few items says little, so that is reported first.
    if let first = problems.first { throw CommandFailure(first.status, problems.map(\.message)) }
  }
}
