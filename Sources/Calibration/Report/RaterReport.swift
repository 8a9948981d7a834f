import JSON

/// How much people agree with each other, and the judge with them.
struct RaterReport: Sendable {
  let raters: [String]
  let measures: [Measure]
  let comparisons: [(by: PairAgreement, compared: RaterComparison)]

  init(_ data: LabelledJudgments, _ options: ReportOptions) throws(CalibrationError) {
    raters = data.raters
    let ratings = try Ratings(data.rows.map(\.ratings))
    // A mean over samples lies between the steps that people have to choose from, and could never equal their choice.
    let judge = data.rows.map { row in
      if case .score(_, let scale?) = data.rules {
        scale.nearest(to: row.evidence.verdict)
      } else {
        row.evidence.verdict
      }
    }.map(Optional.some)
    let isScore = data.rules.kind == .score
    var measures = (isScore ? MeasurementLevel.allCases : [.nominal]).map { level in
      Measure(
        name: "krippendorff_\(level.rawValue)",
        estimate: .attempt { () throws(CalibrationError) in try ratings.krippendorffAlpha(level) })
    }
    measures.append(Measure(name: "fleiss_kappa", estimate: ratings.fleissKappa))
    measures.append(Measure(name: "gwet_ac1", estimate: ratings.gwet()))
    if isScore {
      measures.append(Measure(name: "gwet_ac2_quadratic", estimate: ratings.gwet(.quadratic)))
      for (name, form) in [("icc_2_1", IntraclassForm.agreementSingle), ("icc_2_k", .agreementMean)] {
        measures.append(
          Measure(name: name, estimate: try ratings.intraclassCorrelation(form, level: options.level)))
      }
    }
    self.measures = measures
    let bootstrap = try options.bootstrap()
    var comparisons: [(by: PairAgreement, compared: RaterComparison)] = []
    for agreement in isScore ? [PairAgreement.exact, .quadraticKappa, .spearman] : [.exact, .kappa] {
      comparisons.append((agreement, try ratings.compare(judge: judge, by: agreement, bootstrap)))
    }
    self.comparisons = comparisons
  }

  var json: JSONValue {
    let compared = comparisons.map { by, compared -> (String, JSONValue) in
      (
        by.rawValue,
        [
          "human_human": compared.humanHuman.json, "human_judge": compared.humanJudge.json,
          "difference": compared.difference.json,
        ]
      )
    }
    return [
      "raters": .array(raters.map { .string($0) }), "among_people": Measure.json(measures),
      "judge_among_people": .object(JSONObject(compared)),
    ]
  }
}
