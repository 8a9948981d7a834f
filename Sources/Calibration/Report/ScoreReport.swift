import JSON

/// How near a judge's scores are to those of people.
struct ScoreReport: Sendable {
  let measures: [Measure]
  /// Below which differences of the judge's scores count as ties; nil where that was not looked for.
  let tolerance: Double?
  /// Some of the pairs, for a picture.
  let points: PairedScores

  /// More points are a blot.
  static let mostPoints = 1500

  init(_ data: LabelledJudgments, _ options: ReportOptions) throws(CalibrationError) {
    let scores = data.rows.scores
    let groups = data.rows.map(\.item)
    let bootstrap = try options.bootstrap()
    func drawn(_ measure: @escaping (PairedScores) -> Estimate) -> Estimate {
      .drawn(bootstrap, groups) { measure(scores.rows($0)) }
    }
    let ties = scores.tieCalibratedAccuracy()
    let judged = try Ratings(zip(scores.judge, scores.human).map { [$0, $1] })
    measures = [
      Measure(name: "pearson", estimate: try scores.pearson(level: options.level)),
      Measure(name: "spearman", estimate: try scores.spearman(level: options.level)),
      Measure(name: "kendall_tau_b", estimate: try scores.kendall(level: options.level)),
      Measure(name: "mae", estimate: drawn(\.meanAbsoluteError)),
      Measure(name: "rmse", estimate: drawn(\.rootMeanSquareError)),
      Measure(name: "mean_difference", estimate: drawn(\.meanDifference)),
      Measure(name: "quadratic_kappa", estimate: drawn(\.quadraticKappa)),
      Measure(name: "pairwise_accuracy", estimate: drawn(\.pairwiseAccuracy)),
      Measure(name: "pairwise_accuracy_with_ties", estimate: ties.accuracy),
      Measure(
        name: "icc_2_1", estimate: try judged.intraclassCorrelation(.agreementSingle, level: options.level)),
      Measure(
        name: "icc_3_1", estimate: try judged.intraclassCorrelation(.consistencySingle, level: options.level)),
    ]
    tolerance = ties.tolerance
    let step = (scores.count + Self.mostPoints - 1) / Self.mostPoints
    points = scores.rows(Array(stride(from: 0, to: scores.count, by: max(1, step))))
  }

  var json: JSONValue {
    var members = JSONObject([("measures", Measure.json(measures))])
    members["tie_tolerance"] = tolerance.map { .number($0) }
    return .object(members)
  }
}
