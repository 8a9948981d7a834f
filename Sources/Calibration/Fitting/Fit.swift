import JSON
import Wire

/// Makes a calibration from labelled judgments.
///
/// The items are dealt into two halves by a hash. Everything is chosen and fitted on one of them, by cross-fitting within it; everything that is
/// promised (calibration error, intervals, the threshold) is from the other, which no fit has seen.
public struct Fit: Sendable {
  /// The source to calibrate; nil: the one with the least held-out log loss among those that every row has.
  public var source: ConfidenceSource?
  /// Whether confidences are calibrated at all; without them, labels have to be scores.
  public var hasConfidence = true
  /// Tried by cross-fitting.
  public var methods = CalibrationMethod.allCases
  /// Of the intervals around scores, and of the sets of answers.
  public var level = 0.9
  /// The share of wrong verdicts that is accepted of a judge that may abstain; nil: it does not abstain.
  public var risk: Double?
  /// The probability with which that promise may be broken.
  public var error = 0.1
  /// Of halves, folds and intervals.
  public var seed: UInt64 = 0
  /// For the intervals of what is promised.
  public var resamples = 1000

  /// The fewest items that are fitted to.
  public static let fewestItems = 20

  /// With the defaults.
  public init() {}

  /// A calibration of the judge of `data`.
  ///
  /// - Throws: ``CalibrationError`` with the reason where none can be fitted.
  public func calibration(_ data: LabelledJudgments) throws(CalibrationError) -> JudgeCalibration {
    guard let judge = data.judge else { throw CalibrationError("there are no judgments") }
    guard hasConfidence || data.rules.kind == .score else {
      throw CalibrationError("without a source of confidence there is nothing to calibrate: the labels are no scores")
    }
    let halves = try Halves(data, seed: seed)
    do throws(Undefined) {
      let chosen = hasConfidence ? try Chosen(self, halves.fit) : nil
      let scores = try scoreMap(data, halves.fit)
      return try finish(judge, data, halves, chosen, scores)
    } catch {
      throw CalibrationError("no calibration can be fitted: \(error)")
    }
  }

  /// The map of scores, where labels are scores.
  private func scoreMap(_ data: LabelledJudgments, _ fit: [LabelledJudgments.Row]) throws(Undefined) -> ScoreSelection?
  {
    guard case .score(_, let scale?) = data.rules else { return nil }
    let scores = fit.scores
    let groups = fit.map(\.item)
    guard let folds = try? Folds(groups: groups, seed: seed) else {
      throw .tooFew(of: "items", has: Set(groups).count, needs: 5)
    }
    return try scores.selectScoreMap(groups: groups, folds: folds, range: scale.range)
  }

  private func finish(
    _ judge: JudgeIdentity, _ data: LabelledJudgments, _ halves: Halves, _ chosen: Chosen?, _ scores: ScoreSelection?
  ) throws(Undefined) -> JudgeCalibration {
    do throws(CalibrationError) {
      let promised = halves.promise
      let confidences = promised.compactMap { row in chosen?.calibrated(row.evidence.confidences) }
      let heard = promised.filter { chosen?.calibrated($0.evidence.confidences) != nil }
      let right = try Predictions(confidences, heard.map(\.isRight))
      let mapped = scores.map { map in
        PairedScores(checked: promised.map { map.calibrator($0.evidence.verdict) }, promised.map(\.label))
      }
      // Bands and thresholds are about items: of several responses of one, the first counts.
      let first = promised.firstOfEachItem
      var bands: Bands?
      if let mapped, case .score(_, let scale?) = data.rules {
        bands = try Bands(mapped.rows(first), groups: first.map { promised[$0].group }, level: level, on: scale)
      }
      let sets = data.rules == .winner ? try AnswerSets(first.map { promised[$0] }, level: level) : nil
      var abstention: Abstention?
      if let risk, chosen != nil {
        abstention = try Abstention(right.rows(heard.firstOfEachItem), risk: risk, error: error)
      }
      let promise = try Promise(
        fitted: halves.fit, promised: promised, heard: heard, right, mapped, Bootstrap(resamples: resamples, seed: seed)
      )
      return JudgeCalibration(
        judge: judge, rules: data.rules, source: chosen?.source, combination: chosen?.combination,
        confidence: chosen?.selection.calibrator, score: scores?.calibrator, bands: bands, sets: sets,
        abstention: abstention,
        usual: UsualValues([
          .confidence: data.rows.compactMap { chosen?.raw($0.evidence.confidences) },
          .verdict: data.rows.map(\.evidence.verdict),
        ]), promise: promise.json(chosen, scores), warnings: warnings(data, chosen, bands, sets, abstention))
    } catch {
      throw .failed(error.message)
    }
  }

  private func warnings(
    _ data: LabelledJudgments, _ chosen: Chosen?, _ bands: Bands?, _ sets: AnswerSets?, _ abstention: Abstention?
  ) -> [String] {
    var warnings = chosen?.selection.warnings ?? []
    for (name, radius) in (bands?.groups ?? [:]).sorted(by: { $0.key < $1.key }) where radius.radius == .infinity {
      let needed = SplitConformal.itemsNeeded(level: level)
      warnings.append(
        "the group '\(name)' has \(radius.items) items to promise with; its intervals are the whole scale below \(needed)"
      )
    }
    if bands?.overall.radius == .infinity { warnings.append("too few items for intervals: they are the whole scale") }
    if let sets, sets.threshold == 0, SplitConformal.itemsNeeded(level: level) > sets.items {
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

/// The rows to fit on and those to promise with. Rows of one item are in the same half.
private struct Halves {
  let fit: [LabelledJudgments.Row]
  let promise: [LabelledJudgments.Row]

  init(_ data: LabelledJudgments, seed: UInt64) throws(CalibrationError) {
    let items = Set(data.rows.map(\.item)).count
    guard items >= 2 * Fit.fewestItems else {
      throw CalibrationError(
        "\(items) labelled items; a fit needs at least \(2 * Fit.fewestItems): half to fit, half to promise")
    }
    let folds = try Folds(groups: data.rows.map(\.item), count: 2, seed: seed)
    fit = data.rows.indices.filter { folds.assignment[$0] == 0 }.map { data.rows[$0] }
    promise = data.rows.indices.filter { folds.assignment[$0] == 1 }.map { data.rows[$0] }
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
