import ArgumentParser
import Configuration
import Documents
import JSON
import Rubrics
import Wire

/// `cupel rubric`: what can be judged, and whether a rubric file is right.
struct RubricCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rubric", abstract: "List, show and check rubrics.",
    subcommands: [RubricList.self, RubricShow.self, RubricCheck.self])
}

struct RubricList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the rubrics that can be asked for by name.",
    discussion: """
      EXAMPLES
        cupel rubric list
        cupel rubric list --rubrics ./my-rubrics
      """)

  @OptionGroup(title: "Where things are") var places: PlaceOptions

  func run() throws {
    let workbench = try Workbench.standing(at: places, warning: false)
    var table = Table([
      ("name", .left), ("version", .right), ("format", .left), ("judge", .left), ("description", .left),
    ])
    for entry in workbench.library.list() {
      switch entry.rubric {
      case .success(let rubric):
        table.add([
          rubric.name, String(rubric.version), rubric.format.rawValue, Self.judge(rubric),
          Self.firstSentence(rubric.description),
        ])
      case .failure: table.add([entry.name, "-", "-", "-", "broken: see 'cupel rubric check \(entry.name)'"])
      }
    }
    guard !table.isEmpty else { throw CommandFailure.usage("no rubrics are found; name a folder with --rubrics") }
    for line in table.lines { Console.print(line) }
  }

  private static func judge(_ rubric: Rubric) -> String {
    rubric.wantsReward ? "reward model" : rubric.needsJudge ? "needed" : "not needed"
  }

  /// As much of the first sentence as fits a line.
  private static func firstSentence(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let end = line.indices.first { at in
      let next = line.index(after: at)
      return ".?!".contains(line[at]) && (next == line.endIndex || line[next] == " ")
    }
    let sentence = end.map { String(line[...$0]) } ?? line
    return sentence.count <= 72 ? sentence : sentence.prefix(71) + "…"
  }
}

struct RubricShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a rubric as it is understood, with every default filled in.",
    discussion: """
      EXAMPLES
        cupel rubric show visual-qa
        cupel rubric show ./rubric.yaml
      """)

  @Argument(help: "A name or the path of a rubric file.") var rubric: String
  @OptionGroup(title: "Where things are") var places: PlaceOptions

  func run() throws {
    let workbench = try Workbench.standing(at: places, warning: false)
    for line in RubricText(try workbench.rubric(rubric)).lines { Console.print(line) }
  }
}

struct RubricCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check rubrics completely, before any judge is called.",
    discussion: """
      Reads each file as 'cupel grade' would, and opens its checks. Everything that is wrong is told with its line.

      EXAMPLES
        cupel rubric check my-rubric.yaml
        cupel rubric check visual-qa helpfulness
        cupel rubric check                          (every rubric that can be asked for by name)
      """)

  @Argument(help: "Names or paths of rubric files; none: all that can be asked for by name.") var rubrics: [String] = []
  @OptionGroup(title: "Where things are") var places: PlaceOptions

  func run() throws {
    let workbench = try Workbench.standing(at: places)
    var failures: [String] = []
    for name in rubrics.isEmpty ? workbench.library.rubricNames() : rubrics {
      do {
        let rubric = try workbench.rubric(name)
        _ = try asUsage { try workbench.checks(of: rubric) }
        Console.print("\(name): ok (\(rubric.reference))")
      } catch let failure as CommandFailure {
        failures += failure.messages
      }
    }
    if !failures.isEmpty { throw CommandFailure(.checkFailed, failures) }
  }
}
