import ArgumentParser
import Batch
import Rubrics
import Wire

/// `cupel grade`: what can be said on its command line. What it does is in `GradeRun`.
struct Grade: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade",
    abstract: "Grade data sets, folders or files against a rubric.",
    discussion: """
      An INPUT is a JSONL file (or '-', or a pipe) with one record a line, a folder in which every file is one submission, \
      or a single file (text, Markdown, code, PNG). A record holds prompt or messages, response or responses, and where \
      there is one a reference and images; other names are mapped with --map. Judgments are written in input order, one \
      JSON line each; what could not be scored says why and is counted apart, never as a number.

      EXAMPLES
        Answers that are checked without any model:
          cupel grade --rubric answer-checks answers.jsonl -o graded.jsonl
        Every file of a folder, by a judge of cupel.yaml:
          cupel grade --rubric code-review --judge teacher src/ -o graded.jsonl
        Pairs in both orders, from a recording, with the data set's own names:
          cupel grade --rubric preference --judge replay=replies.jsonl \\
            --map prompt=question --map responses=chosen,rejected \\
            pairs.jsonl -o judged.jsonl
        In a pipeline that is to fail when quality drops:
          cupel grade --rubric answer-checks answers.jsonl -o graded.jsonl \\
            --fail-under 0.8 --max-unscored 2%
        With a judge that costs money, up to five dollars:
          cupel grade --rubric helpfulness --judge teacher chats.jsonl \\
            -o judged.jsonl --max-cost 5.00
      """)

  @Argument(help: "JSONL files, folders or files; '-' for JSONL on standard input.", completion: .file())
  var inputs: [String]

  @Option(name: .shortAndLong, help: "A rubric by name (see 'cupel rubric list') or the path of its file.")
  var rubric: String

  @Option(
    name: .shortAndLong,
    help: """
      A judge of cupel.yaml, openai=URL,MODEL for a model behind a server, or replay=FILE to answer from a recording. Not \
      needed for rubrics of checks.
      """)
  var judge: String?

  @Option(name: .shortAndLong, help: "Where judgments go; '-' for standard output.", completion: .file())
  var output: String = "-"

  @Flag(help: "Replace output files that exist.")
  var overwrite = false

  @OptionGroup(title: "How to judge") var judging: JudgingOptions
  @OptionGroup(title: "How to read inputs") var reading: ReadingOptions
  @OptionGroup(title: "How to run") var running: RunningOptions
  @OptionGroup(title: "Where things are") var places: PlaceOptions

  /// Checks what can be checked without looking at any file.
  func validate() throws {
    if inputs.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("'-' can be given once: there is one standard input")
    }
    if running.failUnder != nil, !judging.then.isEmpty {
      throw ValidationError(
        "--fail-under is for the mean of one judge's scores, and with --then those of several would be in it")
    }
    if let record = running.record, record == output {
      throw ValidationError("--record and --output name the same file")
    }
  }

  /// Grades, and ends with the status that says how it went.
  func run() async throws { try await GradeRun(self).run() }
}

/// What overrides the rubric.
struct JudgingOptions: ParsableArguments {
  @Option(help: "pointwise, pairwise or listwise; else the rubric's own format.")
  var mode: JudgmentFormat?

  @Option(help: "How often the judge is asked the same (1...64).")
  var samples: Int?

  @Option(help: "as-given, both or all-rotations: the orders in which responses are shown.")
  var order: OrderPolicy?

  @Option(help: "words or logprobs: what verdicts are taken from; else what the rubric says.")
  var verdictFrom: VerdictSource.Kind?

  @Option(help: "With logprobs: how much of the probability must be known (above 0, up to 1).")
  var minMass: Double?

  @Option(help: "All randomness follows from it and the item's id.")
  var seed: UInt64 = 0

  @Option(
    help: "What 'cupel calibrate fit' made of this judge and rubric: judgments are calibrated.", completion: .file())
  var calibration: String?

  @Option(
    name: .customLong("then"), parsing: .singleValue,
    help:
      "With a --calibration that is a cascade: the judge of what the ones before are unsure of; may be given several times."
  )
  var then: [String] = []

  @Flag(help: "Apply --calibration although it was fitted to other judgments than these.")
  var anyCalibration = false

  @Option(help: "For each call to the judge, in milliseconds; 600000 unless stated here or with the judge.")
  var timeoutMs: Int?

  func validate() throws {
    if let samples, !(1...64).contains(samples) { throw ValidationError("--samples \(samples): accepted are 1 to 64") }
    if let minMass, !(minMass > 0 && minMass <= 1) {
      throw ValidationError("--min-mass \(minMass): must be above 0, and 1 at most")
    }
    if !then.isEmpty, calibration == nil {
      throw ValidationError("--then is for a --calibration that is a cascade: it tells when a judge is unsure")
    }
    if anyCalibration, calibration == nil { throw ValidationError("--any-calibration is for --calibration") }
    if let timeoutMs, timeoutMs < 1 { throw ValidationError("--timeout-ms \(timeoutMs): must be at least 1") }
  }
}

/// How inputs become items.
struct ReadingOptions: ParsableArguments {
  @Option(
    name: .customLong("map"), parsing: .singleValue,
    help: ArgumentHelp(
      "Where a field of an item is in a record: prompt=question, response=choices.0.text, responses=chosen,rejected.",
      valueName: "field=path"))
  var mappings: [String] = []

  @Option(help: "What every file submission answers; @FILE reads it from a file.")
  var prompt: String?

  @Option(help: "What every file submission is held against; @FILE reads it from a file.")
  var reference: String?

  @Option(
    name: .customLong("media-root"), parsing: .singleValue,
    help: "A folder that media may be loaded from, besides the inputs' own.", completion: .directory)
  var mediaRoots: [String] = []

  @Option(help: "Pass over so many items, which an earlier run has judged.")
  var skip: Int = 0

  @Option(help: "Stop after so many items.")
  var limit: Int?

  func validate() throws {
    if skip < 0 { throw ValidationError("--skip \(skip): must be at least 0") }
    if let limit, limit < 1 { throw ValidationError("--limit \(limit): must be at least 1") }
  }
}

/// How the run goes, and when it counts as failed.
struct RunningOptions: ParsableArguments {
  @Option(help: "Items judged at once; results do not depend on it.")
  var concurrency: Int?

  @Option(help: "Record the judge's replies in FILE, for --judge replay=FILE.", completion: .file())
  var record: String?

  @Flag(name: .shortAndLong, help: "No progress, no summary; errors only.")
  var quiet = false

  @Option(help: "The summary as 'table' or 'json'.")
  var format: SummaryFormat = .table

  @Option(help: "Exit with 3 when the mean score is below SCORE.")
  var failUnder: Double?

  @Option(help: "Exit with 4 when more items than this are not fully scored: a number or a share such as 2%.")
  var maxUnscored: UnscoredAllowance?

  @Option(
    help: "Start nothing more, and exit with 7, when the judge's replies would cost more than this; needs prices.")
  var maxCost: Money?

  @Option(help: "Start nothing more, and exit with 7, when more tokens than this would be read and written.")
  var maxTokens: Int?

  func validate() throws {
    if let concurrency, !(1...10_000).contains(concurrency) {
      throw ValidationError("--concurrency \(concurrency): accepted are 1 to 10000")
    }
    if maxCost == .zero { throw ValidationError("--max-cost: must be above 0") }
    if let maxTokens, maxTokens < 1 { throw ValidationError("--max-tokens \(maxTokens): must be at least 1") }
    // No mean is below NaN: the run would always pass.
    if let failUnder, !failUnder.isFinite {
      throw ValidationError("--fail-under \(failUnder): must be a finite number")
    }
  }
}

/// Files besides the inputs.
struct PlaceOptions: ParsableArguments {
  @Option(help: "The configuration; else CUPEL_CONFIG, else ./cupel.yaml, else none.", completion: .file())
  var config: String?

  @Option(
    name: .customLong("plugin"), parsing: .singleValue,
    help: "A plugin file or folder to load besides the installed ones.",
    completion: .file())
  var plugins: [String] = []

  @Option(
    name: .customLong("rubrics"), parsing: .singleValue,
    help: "A folder of rubrics to search before the installed ones.",
    completion: .directory)
  var rubrics: [String] = []
}
