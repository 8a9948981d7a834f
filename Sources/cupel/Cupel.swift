import ArgumentParser
import Glibc
import JSON

/// The program: one subcommand for each thing one does with Cupel.
@main struct Cupel: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "cupel",
    abstract: "Grades answers, texts and pictures against rubric files.",
    discussion: """
      EXAMPLES
        Grade the answers of a data set with a rubric of checks:
          cupel grade --rubric maths-final-answer answers.jsonl -o graded.jsonl
        See which rubrics there are, and what one of them says:
          cupel rubric list
          cupel rubric show visual-qa

      EXIT STATUS
        0  done                        4  too many items without a score
        1  a mistake in Cupel itself   5  the output could not be written
        2  usage, configuration,       6  a check found something wrong
           rubric or input is wrong  130  stopped by Ctrl-C
        3  mean below --fail-under   143  stopped by SIGTERM
      """,
    version: version,
    subcommands: [Grade.self, RubricCommand.self, PluginCommand.self, ConfigCommand.self, Completions.self])

  /// Reads the command line and runs what it names.
  static func main() async {
    // A closed pipe is an error of the write that meets it, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parse()
      if command is Grade { Interrupts.block() }
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      Glibc.exit(report(error).rawValue)
    }
  }

  private static func parse() throws -> any ParsableCommand {
    // The library says "unexpected argument" of a mistyped command; a name can be suggested.
    if let first = CommandLine.arguments.dropFirst().first, !first.hasPrefix("-") {
      let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
      guard names.contains(first) else {
        throw CommandFailure.usage(Suggestion.unknown("command", first, among: names))
      }
    }
    return try parseAsRoot()
  }

  private static func report(_ error: any Error) -> ExitStatus {
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
    let said = text.hasPrefix("Error: ") ? String(text.dropFirst(7)) : text
    Console.error(said)
    return .usage
  }
}
