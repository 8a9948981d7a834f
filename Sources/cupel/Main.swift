import ArgumentParser
import CupelTesting
import Glibc

/// The entry. Not asynchronous itself: the main thread must be there before all others, to take in signals.
@main enum Main {
  static func main() {
    // A closed pipe and a file that may not grow are errors of the write that meets them, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    // One conformance check in a process of its own: nothing of the command line proper is wanted there.
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.starts(with: PluginCheck.childArguments) {
      Conformance.runChild(Array(arguments.dropFirst(PluginCheck.childArguments.count)))
    }
    do {
      var command = try Cupel.parse()
      guard var asynchronous = command as? any AsyncParsableCommand else {
        try command.run()
        exit(Console.settled(.ok).rawValue)
      }
      Interrupts.block(hangUps: command is Serve)
      Task.detached { await finish(&asynchronous) }
      Interrupts.serve()
    } catch {
      exit(Console.settled(Cupel.report(error)).rawValue)
    }
  }
}

/// Runs the command and ends the process with its status.
private func finish(_ command: inout any AsyncParsableCommand) async {
  do {
    try await command.run()
    exit(Console.settled(.ok).rawValue)
  } catch {
    exit(Console.settled(Cupel.report(error)).rawValue)
  }
}
