/// How a command ended, for scripts. Stable: documented in docs/getting-started.md.
enum ExitStatus: Int32 {
  case ok = 0
  /// A mistake in Cupel itself.
  case internalError = 1
  /// The command line, the configuration, a rubric or an input is wrong; nothing was judged.
  case usage = 2
  /// The mean score is below `--fail-under`.
  case belowScore = 3
  /// More items without a score than `--max-unscored` allows, or not one with a score.
  case tooManyUnscored = 4
  /// The output could not be written; what is there is valid.
  case outputFailed = 5
  /// A plugin, rubric or configuration that was checked is not in order.
  case checkFailed = 6
  /// The budget is used up; the output holds what was judged within it.
  case budgetReached = 7
  /// The judge does not report what the budget is about; the output holds what was judged until that was seen.
  case budgetBlind = 8
  /// `cupel serve` was told to stop and had to end requests that were in flight.
  case cutOff = 9
  /// Stopped by Ctrl-C; the output holds what was finished.
  case interrupted = 130
  /// Stopped by SIGTERM.
  case terminated = 143
}

/// Ends a command with a message and a status.
struct CommandFailure: Error, CustomStringConvertible {
  let status: ExitStatus
  /// One line each.
  let messages: [String]

  init(_ status: ExitStatus, _ messages: [String]) {
    self.status = status
    self.messages = messages
  }

  /// A mistake of the caller.
  static func usage(_ message: some CustomStringConvertible) -> CommandFailure {
    CommandFailure(.usage, message.description.split(separator: "\n").map(String.init))
  }

  var description: String { messages.joined(separator: "\n") }
}
