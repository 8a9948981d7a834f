import ArgumentParser
import JSON

/// The program: one subcommand for each thing one does with Cupel.
struct Cupel: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "cupel",
    abstract: "Grades answers, texts and pictures against rubric files.",
    discussion: """
      EXAMPLES
        Grade the answers of a data set with a rubric of checks:
          cupel grade --rubric answer-checks answers.jsonl -o graded.jsonl
        See which rubrics there are, and what one of them says:
          cupel rubric list
          cupel rubric show visual-qa
        Answer a training loop over HTTP:
          cupel serve --config deployment/cupel.yaml
        Find out what a model server can do as a judge:
          cupel judge probe openai=http://127.0.0.1:8000/v1,my-model
        See how a judge breaks:
          cupel audit --judge teacher --budget 2000 -o audit
        See what a judge would see of a video:
          cupel media clip.mp4 --frames 8

      EXIT STATUS
        0  done                        6  a check found something wrong
        1  a mistake in Cupel itself   7  the budget is used up
        2  usage, configuration,       8  the judge does not report what
           rubric or input is wrong       the budget is about
        3  mean below --fail-under     9  requests in flight were cut off
        4  too many without a score       when the server stopped
        5  the output could not be   130  stopped by Ctrl-C
           written                   143  stopped by SIGTERM
      """,
    version: version,
    subcommands: [
      Serve.self, Grade.self, AuditCommand.self, CalibrateCommand.self, RubricCommand.self, JudgeCommand.self,
      PluginCommand.self,
      ConfigCommand.self, MediaCommand.self, Completions.self,
    ])

  /// The command that the command line names.
  static func parse() throws -> any ParsableCommand {
    // The library says "unexpected argument" of a mistyped command; a name can be suggested.
    if let first = CommandLine.arguments.dropFirst().first, !first.hasPrefix("-") {
      let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
      guard names.contains(first) else {
        throw CommandFailure.usage(Suggestion.unknown("command", first, among: names))
      }
    }
    return try parseAsRoot()
  }

  /// Tells `error` to the user, or prints the help that was asked for.
  static func report(_ error: any Error) -> ExitStatus {
    if let failure = error as? CommandFailure {
      for message in failure.messages { Console.error(message) }
      return failure.status
    }
    let text = fullMessage(for: error)
    if exitCode(for: error) == .success {
      Console.print(text)
      return .ok
    }
    guard exitCode(for: error) == .validationFailure else {
      Console.error("\(error)")
      return .internalError
    }
    for message in unknownOptions { Console.error(message) }
    Console.error(text.hasPrefix("Error: ") ? String(text.dropFirst(7)) : text)
    return .usage
  }

  /// The library reports what is missing before what is unknown, so a slip in `--rubric` reads as if it were left out.
  private static var unknownOptions: [String] {
    let commands: [any ParsableCommand.Type] = [
      Serve.self, Grade.self, AuditRunCommand.self, CalibrateReport.self, CalibrateFit.self, CalibrateEstimate.self,
      RubricCheck.self,
      JudgeProbe.self, PluginCheck.self, ConfigCheck.self, MediaCommand.self,
    ]
    let words = commands.flatMap { Cupel.helpMessage(for: $0).split { $0.isWhitespace || ",()'".contains($0) } }
    let known = Set(words.map(String.init).filter { $0.hasPrefix("--") && $0.count > 2 }).sorted()
    return CommandLine.arguments.dropFirst().prefix { $0 != "--" }.compactMap { argument in
      let name = String(argument.prefix { $0 != "=" })
      guard name.hasPrefix("--"), !known.contains(name), name != "--version",
        let nearest = Suggestion.nearest(to: name, in: known)
      else { return nil }
      return "unknown option '\(name)'; did you mean '\(nearest)'?"
    }
  }
}
