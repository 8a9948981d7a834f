import ArgumentParser
import Audits
import Batch
import Calibration
import JSON
import Wire

/// `cupel audit`: how a judge breaks.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Find out how a judge breaks, with error bars.",
    discussion: """
      A judge is shown items of which the right verdict is known, as they are and changed in ways that a sound judge does \
      not mind: responses swapped, wrong answers that claim to be right or speak to the judge, a critic that contradicts it. \
      docs/audits.md explains each suite.
      """,
    subcommands: [AuditRunCommand.self, AuditCompare.self], defaultSubcommand: AuditRunCommand.self)
}

struct AuditRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Audit a judge (what 'cupel audit' does without a subcommand).",
    discussion: """
      ITEMS are JSONL: records as 'cupel grade' takes them, with what is right of each:
        {"id": "q1", "prompt": "…", "responses": ["…", "…"], "gold": {"winner": 0}}
        {"id": "q2", "prompt": "…", "response": "…", "reference": "…", "gold": {"pass": true}}
      Without any, the shipped ones are taken. With -o a run that was stopped goes on where it was.

      EXAMPLES
        What it would take, without a call:
          cupel audit --judge teacher --dry-run
        In 2,000 calls, with a page of the results in the folder audit:
          cupel audit --judge teacher --budget 2000 -o audit
        In a pipeline that is to fail when injections succeed:
          cupel audit --judge teacher --suite injection -o audit \\
            --fail-on 'injection.asr>0.05'
      """)

  @Argument(help: "JSONL files; else the shipped items.", completion: .file()) var items: [String] = []
  @Option(name: .shortAndLong, help: "The judge to audit, named as for 'cupel grade'.") var judge: String?
  @Option(name: .shortAndLong, help: "The rubric it judges by, by name or path.") var rubric = "preference"
  @Option(
    name: .customLong("suite"), parsing: .singleValue,
    help: ArgumentHelp(
      "A suite to run; may be given several times. Else all: "
        + AuditSuite.allCases.map(\.rawValue).joined(separator: ", ") + ".", valueName: "suite"))
  var suites: [AuditSuite] = []
  @Option(help: "The most calls to make; as many items are taken as it covers.") var budget: Int?
  @Flag(help: "Show the plan and make no call.") var dryRun = false
  @Option(
    name: .shortAndLong, help: "A folder for report.html, report.json, summary.md and the ledger to go on from.",
    completion: .directory)
  var output: String?
  @Option(
    name: .customLong("fail-on"), parsing: .singleValue,
    help: ArgumentHelp(
      "Exit with 6 when a measure of report.json is so; may be given several times.", valueName: "name>limit"))
  var conditions: [Condition] = []
  @Option(help: "The report on standard output as 'markdown' or 'json'.") var format: ReportFormat = .markdown

  @OptionGroup(title: "Who else takes part") var parties: AuditPartyOptions
  @OptionGroup(title: "How to judge") var judging: AuditJudgingOptions
  @OptionGroup(title: "How to audit") var settings: AuditSettingOptions
  @OptionGroup(title: "Where things are") var places: PlaceOptions

  @Flag(help: "Judge again what an earlier run left unscored, where that can help.") var retryUnscored = false
  @Flag(name: .shortAndLong, help: "No plan, no progress.") var quiet = false

  func validate() throws {
    if let budget, budget < 1 { throw ValidationError("--budget \(budget): must be at least 1") }
    if items.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("'-' can be given once: there is one standard input")
    }
    if retryUnscored, output == nil {
      throw ValidationError("--retry-unscored goes on from an earlier run; name its folder with -o")
    }
  }

  func run() async throws { try await AuditSession(self).run() }
}

/// The models of an audit besides the judge, each named as a judge is.
struct AuditPartyOptions: ParsableArguments {
  @Option(help: "A model that writes what critics say who have opinions of their own.") var critic: String?
  @Option(
    help: "Who solves tasks, for feedback-uptake: a model or an agent of yours that answers as a judge would be asked.")
  var solver: String?
  @Option(help: "A second judge, for what each of the two thinks of its own answers.") var peer: String?
  @Option(help: "A model that rewrites responses, for content-bias.") var rewriter: String?
}

/// How the audited judge is used.
struct AuditJudgingOptions: ParsableArguments {
  @Option(help: "pointwise, pairwise or listwise; else the rubric's own format.") var mode: JudgmentFormat?
  @Option(help: "How often the judge is asked the same (1...64).") var samples: Int?
  @Option(help: "as-given, both or all-rotations: the orders in which responses are shown.") var order: OrderPolicy?
  @Option(help: "For each call to the judge, in milliseconds; 600000 unless stated here or with the judge.")
  var timeoutMs: Int?
  @Option(help: "Judgments at once; results do not depend on it.") var concurrency: Int?
  @Option(
    name: .customLong("map"), parsing: .singleValue,
    help: ArgumentHelp("Where a field of an item is in a record: prompt=question.", valueName: "field=path"))
  var mappings: [String] = []

  func validate() throws {
    if let samples, !(1...64).contains(samples) { throw ValidationError("--samples \(samples): accepted are 1 to 64") }
    if let timeoutMs, timeoutMs < 1 { throw ValidationError("--timeout-ms \(timeoutMs): must be at least 1") }
    if let concurrency, !(1...10_000).contains(concurrency) {
      throw ValidationError("--concurrency \(concurrency): accepted are 1 to 10000")
    }
  }
}

/// What the audit itself follows from.
struct AuditSettingOptions: ParsableArguments {
  @Option(help: "All randomness follows from it and the items' ids.") var seed: UInt64 = 0
  @Option(help: "How often clean items are judged again (1...16).") var repeats = 2
  @Option(help: "Rounds of feedback after a verdict (1...16).") var rounds = 4
  @Option(help: "The least score with which a single response passes; else the middle of the scale.") var passAt:
    Double?
  @Option(help: "Of the intervals (above 0, below 1).") var level = 0.95
  @Option(help: "Data sets drawn for each bootstrap interval (0 to 1000000); 0: none.") var resamples = 1000

  func validate() throws {
    if !(1...16).contains(repeats) { throw ValidationError("--repeats \(repeats): accepted are 1 to 16") }
    if !(1...16).contains(rounds) { throw ValidationError("--rounds \(rounds): accepted are 1 to 16") }
    if !(level > 0 && level < 1) { throw ValidationError("--level \(level): must be above 0 and below 1") }
    if !(0...1_000_000).contains(resamples) {
      throw ValidationError("--resamples \(resamples): accepted are 0 to 1000000")
    }
    if let passAt, !passAt.isFinite { throw ValidationError("--pass-at \(passAt): must be a finite number") }
  }

  var setting: AuditSetting {
    var setting = AuditSetting()
    (setting.seed, setting.repeats, setting.rounds) = (seed, repeats, rounds)
    (setting.passAt, setting.level, setting.resamples) = (passAt, level, resamples)
    return setting
  }
}

struct AuditCompare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Say which differences between two audits are real.",
    discussion: """
      EXAMPLES
        cupel audit compare before/report.json after/report.json
      """)

  @Argument(help: "A report of 'cupel audit'.", completion: .file()) var first: String
  @Argument(help: "Another, of the same items.", completion: .file()) var second: String
  @Option(help: "Of the intervals (above 0, below 1).") var level = 0.95
  @Option(help: "Data sets drawn for each interval (0 to 1000000); 0: none.") var resamples = 1000
  @Option(help: "Of the draws.") var seed: UInt64 = 0
  @Option(help: "The comparison as 'markdown' or 'json'.") var format: ReportFormat = .markdown

  func validate() throws {
    if !(level > 0 && level < 1) { throw ValidationError("--level \(level): must be above 0 and below 1") }
    if !(0...1_000_000).contains(resamples) {
      throw ValidationError("--resamples \(resamples): accepted are 0 to 1000000")
    }
  }

  func run() throws {
    var setting = AuditSetting()
    (setting.level, setting.resamples, setting.seed) = (level, resamples, seed)
    let comparison = try asUsage { try AuditComparison(Self.read(first), Self.read(second), setting) }
    try format.print(markdown: comparison.markdown, comparison.json)
  }

  /// More is no report.
  private static let maxBytes = 1 << 30

  private static func read(_ path: String) throws -> JSONReader {
    let text = try TextFile.read(path, limit: maxBytes)
    do throws(JSONError) { return JSONReader(try JSONParser.parse(Array(text.utf8))) } catch {
      throw CommandFailure.usage("\(path): \(error)")
    }
  }
}
