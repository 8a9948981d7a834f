/// What was fitted to one half of a judge's labelled judgments, before it is said how well it does on the other.
struct FittedJudge {
  let judge: JudgeIdentity
  let data: LabelledJudgments
  /// Whatever is chosen and fitted has seen these rows only.
  let fit: [LabelledJudgments.Row]
  /// Whatever is promised is from these.
  let promised: [LabelledJudgments.Row]
  let chosen: Chosen?
  let scores: ScoreSelection?

  init(
    _ options: Fit, _ judge: JudgeIdentity, _ data: LabelledJudgments, fit: [LabelledJudgments.Row],
    promised: [LabelledJudgments.Row]
  ) throws(Undefined) {
    (self.judge, self.data, self.fit, self.promised) = (judge, data, fit, promised)
    chosen = options.hasConfidence ? try Chosen(options, fit) : nil
    scores = try Self.scoreMap(data.rules, fit, seed: options.seed)
  }

  /// The map of scores, where labels are scores.
  private static func scoreMap(
    _ rules: EvidenceRules, _ fit: [LabelledJudgments.Row], seed: UInt64
  ) throws(Undefined) -> ScoreSelection? {
    guard case .score(_, let scale?) = rules else { return nil }
    let groups = fit.map(\.item)
    guard let folds = try? Folds(groups: groups, seed: seed) else {
      throw .tooFew(of: "items", has: Set(groups).count, needs: 5)
    }
    return try fit.scores.selectScoreMap(groups: groups, folds: folds, range: scale.range)
  }

  /// The rows of the promise that have a confidence.
  private var heard: [LabelledJudgments.Row] {
    promised.filter { chosen?.calibrated($0.evidence.confidences) != nil }
  }

  private func right(_ heard: [LabelledJudgments.Row]) throws(CalibrationError) -> Predictions {
    try Predictions(heard.compactMap { chosen?.calibrated($0.evidence.confidences) }, heard.map(\.isRight))
  }

  /// When this judge by itself does not decide; nil where that is not asked for.
  func abstention(_ options: Fit) throws(CalibrationError) -> Abstention? {
    guard let risk = options.risk, chosen != nil else { return nil }
    // Thresholds are about items: of several responses of one, the first counts.
    let heard = self.heard
    return try Abstention(right(heard).rows(heard.firstOfEachItem), risk: risk, error: options.error)
  }

  /// By item, how sure the judge is of the response that it is least sure of, and whether all of its verdicts are right. An item with a
  /// response that it is not known to be sure of is left out.
  func verdicts() -> [String: Cascade.Verdict] {
    var verdicts: [String: Cascade.Verdict] = [:]
    var unknown: Set<String> = []
    for row in data.rows {
      guard let confidence = chosen?.calibrated(row.evidence.confidences) else {
        unknown.insert(row.item)
        continue
      }
      let others = verdicts[row.item]
      verdicts[row.item] = Cascade.Verdict(
        confidence: min(confidence, others?.confidence ?? 1), isRight: row.isRight && others?.isRight ?? true)
    }
    return verdicts.filter { !unknown.contains($0.key) }
  }

  /// All of it, with what it promises.
  ///
  /// - Parameter usual: the rows that live judgments are held against.
  func calibration(
    _ options: Fit, _ abstention: Abstention?, usual: [LabelledJudgments.Row]
  ) throws(Undefined) -> JudgeCalibration {
    do throws(CalibrationError) {
      let heard = self.heard
      let mapped = scores.map { map in
        PairedScores(checked: promised.map { map.calibrator($0.evidence.verdict) }, promised.map(\.label))
      }
      // Bands, as thresholds, are about items.
      let first = promised.firstOfEachItem
      var bands: Bands?
      if let mapped, case .score(_, let scale?) = data.rules {
        bands = try Bands(mapped.rows(first), groups: first.map { promised[$0].group }, level: options.level, on: scale)
      }
      let sets = data.rules == .winner ? try AnswerSets(first.map { promised[$0] }, level: options.level) : nil
      let promise = try Promise(
        fitted: fit, promised: promised, heard: heard, right(heard), mapped,
        Bootstrap(resamples: options.resamples, seed: options.seed))
      return JudgeCalibration(
        judge: judge, rules: data.rules, source: chosen?.source, combination: chosen?.combination,
        confidence: chosen?.selection.calibrator, score: scores?.calibrator, bands: bands, sets: sets,
        abstention: abstention,
        usual: UsualValues([
          .confidence: usual.compactMap { chosen?.raw($0.evidence.confidences) },
          .verdict: usual.map(\.evidence.verdict),
        ]), promise: promise.json(chosen, scores), warnings: warnings(options, bands, sets, abstention))
    } catch {
      throw .failed(error.message)
    }
  }

  private func warnings(_ options: Fit, _ bands: Bands?, _ sets: AnswerSets?, _ abstention: Abstention?) -> [String] {
    var warnings = chosen?.selection.warnings ?? []
    let needed = SplitConformal.itemsNeeded(level: options.level)
    for (name, radius) in (bands?.groups ?? [:]).sorted(by: { $0.key < $1.key }) where radius.radius == .infinity {
      warnings.append(
        "the group '\(name)' has \(radius.items) items to promise with; its intervals are the whole scale below \(needed)"
      )
    }
    if bands?.overall.radius == .infinity { warnings.append("too few items for intervals: they are the whole scale") }
    if let sets, sets.threshold == 0, needed > sets.items {
      warnings.append("too few items for sets of answers: they hold all")
    }
    if let abstention, abstention.threshold == nil {
      warnings.append(
        "no threshold keeps the risk below \(abstention.risk); the judge abstains always. More labels, or a larger risk, may help"
      )
    }
    return warnings
  }
}

extension [LabelledJudgments.Row] {
  /// The judge's scores beside the labels.
  var scores: PairedScores { PairedScores(checked: map(\.evidence.verdict), map(\.label)) }

  /// The place of the first row of each item.
  var firstOfEachItem: [Int] {
    var seen: Set<String> = []
    return indices.filter { seen.insert(self[$0].item).inserted }
  }
}
