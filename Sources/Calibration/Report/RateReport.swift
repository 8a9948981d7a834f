public import JSON

/// A pass rate, win rate or mean score of a system, from a judge's verdicts on all items and people's labels of some. Right where the labelled
/// items are a random choice of all.
public struct RateReport: Sendable {
  let judge: JudgeIdentity
  let kind: LabelKind
  let level: Double
  let labelled: Int
  let unlabelled: Int
  /// Of the judge's verdicts alone: what is usually reported. Wrong by as much as the judge is.
  let judgeAlone: Estimate
  /// Of the labels alone.
  let labelsAlone: Estimate
  /// Of pass rates: Rogan and Gladen.
  let roganGladen: Estimate?
  /// Of pass rates: the judge's sensitivity and specificity.
  let errors: [Measure]
  let predictionPowered: Estimate
  /// PPI++.
  let tuned: Estimate
  /// How many labels in all would halve the interval of ``tuned``, or why that is not known.
  let labelsToHalve: Result<Int, Undefined>

  /// Refuses where the judge carries no information: the corrected rate would be noise, and the uncorrected one is wrong.
  public init(_ data: LabelledJudgments, level: Double = 0.95) throws(CalibrationError) {
    guard let judge = data.judge else { throw CalibrationError("there are no judgments") }
    (self.judge, self.kind, self.level) = (judge, data.rules.kind, level)
    // Of several responses of one item the mean counts: they depend on each other.
    let known = Self.means(data.rows.map { ($0.item, $0.evidence.verdict, $0.label) }, kind)
    let seen = Set(data.rows.map(\.item))
    let rest = Self.means(data.others.filter { !seen.contains($0.item) }.map { ($0.item, $0.verdict, 0) }, kind)
    (labelled, unlabelled) = (known.count, rest.count)
    let pairs = try PairedScores(judge: known.map(\.judge), human: known.map(\.human))
    let powered = try PredictionPowered(labelled: pairs, unlabelled: rest.map(\.judge))
    judgeAlone = Self.mean(known.map(\.judge) + rest.map(\.judge), level: level)
    labelsAlone = Self.mean(pairs.human, level: level)
    predictionPowered = try powered.mean(.full, level: level)
    tuned = try powered.mean(.tuned, level: level)
    labelsToHalve = Result { () throws(Undefined) in try powered.labelsToHalve() }
    guard kind == .pass else {
      (roganGladen, errors) = (nil, [])
      guard data.rules.kind == .winner || pairs.judge.count < 3 || !pairs.judge.isConstant else {
        throw CalibrationError("the judge's verdicts on the labelled items do not vary: they carry no information")
      }
      return
    }
    let (passing, failing) = (data.rows.filter { $0.label == 1 }, data.rows.filter { $0.label == 0 })
    func passes(_ rows: [LabelledJudgments.Row]) -> Int { rows.count { $0.evidence.verdict == 1 } }
    let sensitivity = try Proportion(passes(passing), of: passing.count)
    let specificity = try Proportion(failing.count - passes(failing), of: failing.count)
    errors = [
      Measure(name: "sensitivity", estimate: sensitivity.estimate(level: level)),
      Measure(name: "specificity", estimate: specificity.estimate(level: level)),
    ]
    let passed = try Proportion(data.others.count { $0.verdict == 1 }, of: data.others.count)
    let corrected = try RoganGladen(passed: passed, sensitivity: sensitivity, specificity: specificity).estimate(
      level: level)
    if case .noInformation? = corrected.reason {
      throw CalibrationError(
        "\(corrected.reason?.description ?? ""); report the labels alone, or use another judge or rubric")
    }
    roganGladen = corrected
  }

  private static func means(
    _ rows: [(item: String, judge: Double, human: Double)], _ kind: LabelKind
  ) -> [(judge: Double, human: Double)] {
    // A win of the first response counts 1, a tie one half.
    func value(_ verdict: Double) -> Double {
      kind == .winner ? (verdict == Label.tie ? 0.5 : verdict == 0 ? 1 : 0) : verdict
    }
    return Bootstrap.clusters(rows.map(\.item)).map { places in
      (places.map { value(rows[$0].judge) }.mean, places.map { value(rows[$0].human) }.mean)
    }
  }

  private static func mean(_ values: [Double], level: Double) -> Estimate {
    guard values.count > 1 else { return .undefined(.tooFew(of: "items", has: values.count, needs: 2)) }
    let half =
      Normal.quantile(twoSided: level) * (values.variance(ddof: 1) / Double(values.count)).squareRoot()
    let mean = values.mean
    return .value(mean, Interval(mean - half, mean + half, level: level, method: .wald))
  }

  /// What is estimated, in words.
  var what: String {
    switch kind {
    case .score: "mean score"
    case .pass: "pass rate"
    case .winner: "win rate of the first response"
    }
  }

  /// Everything, for programs.
  public var json: JSONValue {
    var members = JSONObject([
      ("cupel_estimate", .int(1)), ("judge", judge.json), ("what", .string(what)),
      ("labelled", .int(Int64(labelled))), ("unlabelled", .int(Int64(unlabelled))),
      ("judge_alone", judgeAlone.json), ("labels_alone", labelsAlone.json),
    ])
    members["rogan_gladen"] = roganGladen?.json
    if !errors.isEmpty { members["judge_errors"] = Measure.json(errors) }
    members["ppi"] = predictionPowered.json
    members["ppi_plus_plus"] = tuned.json
    switch labelsToHalve {
    case .success(let count): members["labels_to_halve"] = ["value": .int(Int64(count))]
    case .failure(let reason): members["labels_to_halve"] = ["value": nil, "reason": .string(reason.description)]
    }
    return .object(members)
  }

  /// For people.
  public var markdown: String {
    var table = MarkdownTable([
      "estimate of the \(what)", "value", "\(Int((level * 100).rounded())) % interval", "note",
    ])
    func add(_ name: String, _ estimate: Estimate, _ note: String) {
      table.add([name, estimate.shown, estimate.interval?.shown ?? "", estimate.reason?.description ?? note])
    }
    add("judge alone", judgeAlone, "wrong by as much as the judge is")
    add("labels alone", labelsAlone, "right, and wide")
    if let roganGladen { add("Rogan-Gladen", roganGladen, "right if the judge errs on the labelled items as on all") }
    add("PPI", predictionPowered, "right whatever the judge does")
    add("PPI++", tuned, "the same, and no wider than the labels alone; report this one")
    for error in errors { add(error.name, error.estimate, "of the judge, from the labels") }
    let halving =
      switch labelsToHalve {
      case .success(let count): "\(count) labels (now \(labelled)) would halve the interval of PPI++."
      case .failure(let reason): "How many labels would halve the interval is not known: \(reason)."
      }
    return """
      # What \(judge.shown) says of \(labelled + unlabelled) items, \(labelled) of them labelled

      \(table.text)

      \(halving)
      """
  }
}
