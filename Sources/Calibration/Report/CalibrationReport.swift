import JSON

/// How a report is made.
public struct ReportOptions: Sendable, Hashable {
  /// Of the intervals of measures.
  public var level = 0.95
  /// Of the intervals around scores, whose coverage is reported.
  public var bandLevel = 0.9
  /// Data sets that are drawn for each interval; 0: intervals by formula only.
  public var resamples = 1000
  /// Bins of equal width of the reliability diagram and the calibration error.
  public var bins = 10
  /// Of folds and draws.
  public var seed: UInt64 = 0

  /// With the defaults.
  public init() {}

  /// Nil where no data sets are to be drawn.
  func bootstrap() throws(CalibrationError) -> Bootstrap? {
    resamples == 0 ? nil : try Bootstrap(resamples: resamples, level: level, seed: seed, isAccelerated: false)
  }
}

/// One measure by its name in results.
struct Measure: Sendable, Hashable {
  let name: String
  let estimate: Estimate

  static func json(_ measures: [Measure]) -> JSONValue {
    .object(JSONObject(measures.map { ($0.name, $0.estimate.json) }))
  }
}

/// What labels say about a judge.
public struct CalibrationReport: Sendable {
  let judge: JudgeIdentity
  let rules: EvidenceRules
  let counts: LabelledJudgments.Counts
  let rows: Int
  let items: Int
  let options: ReportOptions
  /// The share of verdicts that are right.
  let accuracy: Estimate
  let sources: [SourceReport]
  /// Why there is no combined source; nil where there is one.
  let notCombined: String?
  let scores: ScoreReport?
  /// Nil where labels are no scores.
  let coverage: Result<CoverageReport, Undefined>?
  let raters: RaterReport?
  let ranking: RankingReport?
  /// What makes it doubtful.
  public let warnings: [String]

  /// Measures everything that `data` has an answer to; what has none is undefined with its reason.
  public init(_ data: LabelledJudgments, _ options: ReportOptions = ReportOptions()) throws(CalibrationError) {
    guard let judge = data.judge else { throw CalibrationError("there are no judgments") }
    var data = data
    let groups = data.rows.map(\.item)
    (self.judge, self.rules, self.counts, self.options) = (judge, data.rules, data.counts, options)
    rows = data.rows.count
    items = Set(groups).count
    let bootstrap = try options.bootstrap()
    let right = data.rows.map { $0.isRight ? 1.0 : 0 }
    accuracy = Estimate.drawn(bootstrap, groups) { places in .value(places.map { right[$0] }.mean) }
    let folds = try? Folds(groups: groups, seed: options.seed)
    notCombined = Self.combine(&data, folds)
    sources = try SourceReport.all(data, options, folds)
    scores = data.rules.kind == .score ? try ScoreReport(data, options) : nil
    coverage = try CoverageReport.of(data, options, folds)
    raters = data.raters.count > 1 ? try RaterReport(data, options) : nil
    ranking = try RankingReport(data, options)
    warnings = Self.warnings(data, items: items, folds)
  }

  /// The combination joins the other sources, where there is one; else why there is none.
  private static func combine(_ data: inout LabelledJudgments, _ folds: Folds?) -> String? {
    guard let folds else { return "fewer than 5 items" }
    do throws(Undefined) {
      guard try data.combineCrossFitted(folds) == nil else { return nil }
      return "fewer than two sources are in every judgment"
    } catch {
      return error.description
    }
  }

  private static func warnings(_ data: LabelledJudgments, items: Int, _ folds: Folds?) -> [String] {
    var warnings: [String] = []
    let counts = data.counts
    if counts.unmatched > 0 {
      warnings.append(
        "\(counts.unmatched) of \(counts.labelled) labels have no judgment with a score, and are left out")
    }
    if counts.split > 0 { warnings.append("people are split evenly over \(counts.split) labels, which are left out") }
    if counts.unscored > 0 { warnings.append("\(counts.unscored) of \(counts.judgments) judgments are unscored") }
    if items < 100 { warnings.append("\(items) items are few: every number here is uncertain, see its interval") }
    if folds == nil { warnings.append("too few items to fit to some and measure on others: nothing is recalibrated") }
    return warnings
  }
}

extension Estimate {
  /// With an interval by drawing whole items, where data sets are to be drawn.
  static func drawn(_ bootstrap: Bootstrap?, _ groups: [String], _ measure: ([Int]) -> Estimate) -> Estimate {
    bootstrap.map { $0.percentile(groups: groups, measure) } ?? measure(Array(groups.indices))
  }

  /// Without an interval, and with the reason of what could not be evaluated at all.
  static func attempt(_ body: () throws(CalibrationError) -> Estimate) -> Estimate {
    do throws(CalibrationError) { return try body() } catch { return .undefined(.failed(error.message)) }
  }
}
