import ArgumentParser
import Configuration
import JSON
import Judging
import PluginHost
import Wire

/// `cupel judge`: which judges there are, and what stands behind them.
struct JudgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "judge", abstract: "List judges, find out what stands behind one, and how fast it is.",
    subcommands: [JudgeList.self, JudgeProbe.self, JudgeBench.self])
}

struct JudgeList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the judges of the configuration. Nothing is asked of them.",
    discussion: """
      EXAMPLES
        cupel judge list
        cupel judge list --config deployment/cupel.yaml --format json
      """)

  @Option(help: "'table' or 'json'.")
  var format: SummaryFormat = .table
  @OptionGroup(title: "Where things are") var places: PlaceOptions

  func run() throws {
    let workbench = try Workbench.standing(at: places)
    var cards: [JudgeCard] = []
    var problems: [String] = []
    for settings in workbench.configuration.judges {
      do throws(JudgeProblem) { cards.append(JudgeCard(settings, try workbench.hosted(settings).description)) } catch {
        problems.append(error.description)
      }
    }
    switch format {
    case .json: Console.print(try JSONWriter.pretty(.array(cards.map(\.json))))
    case .table:
      var table = Table(JudgeCard.headings)
      for card in cards { table.add(card.row) }
      if !table.isEmpty { for line in table.lines { Console.print(line) } }
    }
    if !problems.isEmpty { throw CommandFailure(.checkFailed, problems) }
    if cards.isEmpty, problems.isEmpty { Console.note("no judges are configured; see docs/configuration.md") }
  }
}

struct JudgeProbe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Find out by trying what a judge can do; costs a few requests.",
    discussion: """
      Asks the server behind a judge for its models and tries what judging may need: replies, several of them in one \
      request, log-probabilities, structured answers, a picture of four pixels, a tenth of a second of sound. What was \
      seen to work is printed as configuration. Ends with 6 when the judge cannot be used.

      EXAMPLES
        A judge of cupel.yaml:
          cupel judge probe teacher
        A server that is in no configuration yet:
          cupel judge probe openai=http://127.0.0.1:8000/v1,my-model
          cupel judge probe --url https://models.example.com/v1 \\
            --model my-model --api-key-env MODELS_KEY --name teacher
      """)

  @Argument(help: "A judge of cupel.yaml, or openai=URL,MODEL; without it the one that 'cupel grade' would take.")
  var judge: String?

  @Option(help: "The base URL of a server, in place of a configured judge.")
  var url: String?

  @Option(help: "With --url: the model, as the server lists it.")
  var model: String?

  @Option(help: "With --url: the environment variable that holds the key.")
  var apiKeyEnv: String?

  @Option(help: "With --url: what the judge is to be called in the configuration that is printed.")
  var name = "judge"

  @Option(help: "For all that is tried together, in milliseconds.")
  var timeoutMs = 120_000

  @Option(help: "'table' or 'json'.")
  var format: SummaryFormat = .table
  @OptionGroup(title: "Where things are") var places: PlaceOptions

  func validate() throws {
    if timeoutMs < 1 { throw ValidationError("--timeout-ms \(timeoutMs): must be at least 1") }
    if url == nil, model != nil || apiKeyEnv != nil {
      throw ValidationError("--model and --api-key-env describe the server at --url, which is missing")
    }
    if url != nil, judge != nil { throw ValidationError("give the name of a judge or --url, not both") }
    if url != nil, model == nil { throw ValidationError("--url needs --model: the name that the server lists") }
  }

  func run() async throws {
    let workbench = try Workbench.standing(at: places)
    let settings = try settings(workbench)
    let judge = try asUsage { try workbench.hosted(settings) }
    guard judge.description.canProbe else {
      for line in JudgeCard(settings, judge.description).lines { Console.print(line) }
      throw CommandFailure.usage(
        "plugin '\(settings.plugin)' cannot probe its judges; this is what it says of this one")
    }
    let report = try await probe(judge, settings)
    await judge.close()
    let probe = Probe(settings, judge.description, report, in: workbench.configuration)
    switch format {
    case .json: Console.print(try JSONWriter.pretty(probe.json))
    case .table: for line in probe.lines { Console.print(line) }
    }
    guard probe.isUsable else {
      throw CommandFailure(.checkFailed, ["judge '\(settings.name)' cannot be used as it is: \(report.problem)"])
    }
  }

  private func settings(_ workbench: Workbench) throws -> JudgeSettings {
    if let url, let model {
      var options = JSONObject([("url", .string(url)), ("model", .string(model))])
      options["api_key_env"] = apiKeyEnv.map { .string($0) }
      return JudgeSettings(name: name, plugin: "openai", options: options)
    }
    guard let settings = try asUsage({ try workbench.settings(named: judge) }) else {
      throw CommandFailure.usage("no judges are configured; name a server as openai=URL,MODEL or with --url")
    }
    return settings
  }

  private func probe(_ judge: HostedJudge, _ settings: JudgeSettings) async throws -> ProbeReport {
    do throws(Unscored) { return try await judge.probe(timeoutMilliseconds: timeoutMs) } catch {
      throw CommandFailure(.checkFailed, ["judge '\(settings.name)' cannot be used: \(error.message)"])
    }
  }
}

extension ProbeReport {
  /// What stands in the way: the first thing that does not work.
  fileprivate var problem: String {
    findings.first { $0.status == .no }.map { "\($0.name): \($0.detail)" } ?? "nothing was seen to work"
  }
}
