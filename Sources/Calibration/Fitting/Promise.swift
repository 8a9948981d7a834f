import JSON

/// What was measured on the half of the items that nothing was fitted to.
struct Promise {
  /// Bins of the calibration error, of equal width.
  static let bins = Binning.equalWidth(10)

  private let counts: [(String, Int)]
  private var measures: [(String, Estimate)] = []

  init(
    fitted: [LabelledJudgments.Row], promised: [LabelledJudgments.Row], heard: [LabelledJudgments.Row],
    _ right: Predictions, _ scores: PairedScores?, _ bootstrap: Bootstrap
  ) throws(CalibrationError) {
    func items(_ rows: [LabelledJudgments.Row]) -> Int { Set(rows.map(\.item)).count }
    counts = [
      ("fitted_items", items(fitted)), ("items", items(promised)), ("rows", promised.count),
      ("without_confidence", promised.count - heard.count),
    ]
    func add(_ name: String, _ rows: [LabelledJudgments.Row], _ measure: ([Int]) -> Estimate) {
      measures.append((name, bootstrap.percentile(groups: rows.map(\.item), measure)))
    }
    add("accuracy", promised) { places in .value(places.map { promised[$0].isRight ? 1 : 0 }.mean) }
    if !heard.isEmpty, right.count == heard.count {
      add("ece", heard) { rows in
        .attempt { () throws(CalibrationError) in try right.rows(rows).calibrationError(Self.bins) }
      }
      add("brier", heard) { right.rows($0).brierScore }
      add("log_loss", heard) { right.rows($0).logLoss }
      add("auroc", heard) { right.rows($0).areaUnderROC }
    }
    if let scores {
      add("mae", promised) { scores.rows($0).meanAbsoluteError }
      add("spearman", promised) { rows in
        Estimate.attempt { () throws(CalibrationError) in try scores.rows(rows).spearman() }.with(nil)
      }
    }
  }

  func json(_ chosen: Chosen?, _ scores: ScoreSelection?) -> JSONValue {
    var members = JSONObject(counts.map { ($0.0, .int(Int64($0.1))) })
    for (name, estimate) in measures { members[name] = estimate.json }
    if let chosen {
      members["confidence_method"] = .string(chosen.selection.method.rawValue)
      members["sources"] = .object(JSONObject(chosen.tried.map { ($0.source.rawValue, $0.loss.json) }))
      members["methods"] = .object(
        JSONObject(chosen.selection.candidates.map { ($0.method.rawValue, $0.loss.json) }))
    }
    if let scores {
      members["score_method"] = .string(scores.method.rawValue)
      members["score_methods"] = .object(
        JSONObject(scores.candidates.map { ($0.method.rawValue, $0.error.json) }))
    }
    return .object(members)
  }
}
