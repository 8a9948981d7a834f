import ArgumentParser
import Configuration
import Documents

/// `cupel config`.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check the configuration.", subcommands: [ConfigCheck.self])
}

struct ConfigCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check cupel.yaml completely and show what is in force.",
    discussion: """
      Reads the file, loads the plugins, opens every judge and looks at every folder that is named.

      EXAMPLES
        cupel config check
        cupel config check --config deployment/cupel.yaml
      """)

  @OptionGroup(title: "Where things are") var places: PlaceOptions

  func run() throws {
    let configuration = try asUsage { try Configuration.find(named: places.config) }
    let workbench = Workbench(configuration, plugins: places.plugins, rubrics: places.rubrics)
    let review = ConfigReview(workbench)
    for line in review.lines { Console.print(line) }
    if !review.problems.isEmpty { throw CommandFailure(.checkFailed, review.problems) }
  }
}
