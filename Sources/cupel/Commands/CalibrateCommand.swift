import ArgumentParser
import Calibration
import JSON

/// `cupel calibrate`: what a judge's scores and confidences are worth, by what people say.
struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate", abstract: "Hold a judge against human labels.",
    discussion: """
      Labels are JSONL, one line for what one person said of one response:
        {"id": "q1", "score": 4}                          a score
        {"id": "q1", "pass": true, "rater": "anna"}       good enough or not, by one of several people
        {"id": "q1", "winner": 0, "group": "images"}      the better response, null for a tie
      Judgments are what 'cupel grade' writes. Which number to use when: docs/calibration.md.
      """,
    subcommands: [CalibrateReport.self, CalibrateFit.self, CalibrateEstimate.self])
}

struct CalibrateReport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Measure how far a judge can be trusted.",
    discussion: """
      EXAMPLES
        cupel calibrate report labels.jsonl graded.jsonl --scale 1:5:1
        cupel calibrate report labels.jsonl graded.jsonl --pass-at 4 --html report.html
      """)

  @OptionGroup var files: LabelledOptions

  @Option(help: "Of the intervals of measures (above 0, below 1).") var level = 0.95
  @Option(help: "Of the intervals around scores, whose coverage is measured.") var bandLevel = 0.9
  @Option(help: "Data sets drawn for each interval (100 to 1000000); 0: none.") var resamples = 1000
  @Option(help: "Bins of the reliability diagram (1 to 1000).") var bins = 10
  @Option(help: "Of folds and draws.") var seed: UInt64 = 0
  @Option(help: "The report as 'markdown' or 'json'.") var format: ReportFormat = .markdown
  @Option(help: "A page with pictures, written to FILE.", completion: .file()) var html: String?
  @Flag(help: "Replace a page that exists.") var overwrite = false

  func run() throws {
    var options = ReportOptions()
    (options.level, options.bandLevel, options.resamples) = (level, bandLevel, resamples)
    (options.bins, options.seed) = (bins, seed)
    try Outputs.check([html].compactMap { $0 }, inputs: [files.labelled, files.judgments] + files.panel)
    let data = try files.read()
    let report = try asUsage { try CalibrationReport(data, options) }
    if let html { try WholeFile.write(report.html, to: html, overwrite: overwrite) }
    try format.print(markdown: report.markdown, report.json)
  }
}

struct CalibrateFit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Fit a calibration of a judge, to be used by 'cupel grade' and 'cupel serve'.",
    discussion: """
      Half of the items are fitted to; what is promised is measured on the other half.

      EXAMPLES
        cupel calibrate fit labels.jsonl graded.jsonl --scale 1:5:1 -o calibration.json
        A judge that leaves what it is unsure of to people, and errs on at most 10 % of the rest:
          cupel calibrate fit labels.jsonl graded.jsonl --pass-at 4 --risk 0.1 \\
            -o calibration.json
        A cheap judge that leaves what it is unsure of to a strong one, and that one to people:
          cupel calibrate fit labels.jsonl cheap.jsonl --then strong.jsonl --pass-at 4 \\
            --risk 0.1 -o cascade.json
      """)

  @OptionGroup var files: LabelledOptions

  @Option(
    name: .customLong("then"), parsing: .singleValue,
    help: "A cascade: judgments of the same items by the judge that is asked next; may be given several times.",
    completion: .file())
  var then: [String] = []

  @Option(name: .shortAndLong, help: "Where the calibration goes.", completion: .file()) var output: String
  @Flag(help: "Replace a calibration that exists.") var overwrite = false
  @Option(help: "The confidence to calibrate, or 'none'; else the best of those that every judgment has.")
  var source: WantedSource?
  @Option(
    name: .customLong("method"), parsing: .singleValue,
    help: "A calibrator to try; may be given several times. Else all.")
  var methods: [CalibrationMethod] = []
  @Option(help: "Of the intervals around scores (above 0, below 1).") var level = 0.9
  @Option(
    help: "The share of wrong verdicts to accept of a judge, or a cascade, that may abstain; else it never abstains.")
  var risk: Double?
  @Option(help: "With --risk: the probability with which that promise may be broken.") var error = 0.1
  @Option(help: "Of halves, folds and draws.") var seed: UInt64 = 0

  func run() throws {
    var fit = Fit()
    switch source {
    case .named(let named)?: fit.source = named
    case .nothing?: fit.hasConfidence = false
    case nil: break
    }
    if !methods.isEmpty { fit.methods = methods }
    (fit.level, fit.risk, fit.error, fit.seed) = (level, risk, error, seed)
    if !then.isEmpty, risk == nil { throw CommandFailure.usage("--then makes a cascade, which needs --risk") }
    try Outputs.check([output], inputs: [files.labelled, files.judgments] + files.panel + then)
    let judges = try ([files.judgments] + then).map { try files.read($0) }
    if judges[0].rules.kind == .score, files.scale == nil {
      throw CommandFailure.usage("the labels are scores; name their scale with --scale, such as 1:5:1")
    }
    if then.isEmpty {
      let calibration = try asUsage { try fit.calibration(judges[0]) }
      try finish(calibration.json, calibration.warnings, calibration.summary())
    } else {
      let cascade = try asUsage { try fit.cascade(judges) }
      try finish(cascade.json, cascade.warnings, cascade.summary())
    }
  }

  private func finish(_ json: JSONValue, _ warnings: [String], _ summary: [String]) throws {
    try WholeFile.write(try JSONWriter.pretty(json), to: output, overwrite: overwrite)
    for warning in warnings { Console.warn(warning) }
    for line in summary { Console.print(line) }
  }
}

struct CalibrateEstimate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Estimate a pass rate, win rate or mean score from many judgments and few labels.",
    discussion: """
      The labelled items have to be a random choice of those that are judged.

      EXAMPLES
        cupel calibrate estimate labels.jsonl graded.jsonl --pass-at 4
      """)

  @OptionGroup var files: LabelledOptions

  @Option(help: "Of the intervals (above 0, below 1).") var level = 0.95
  @Option(help: "The estimates as 'markdown' or 'json'.") var format: ReportFormat = .markdown

  func run() throws {
    let data = try files.read()
    let report = try asUsage { try RateReport(data, level: level) }
    try format.print(markdown: report.markdown, report.json)
  }
}
