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
    let fitted = try fitted(data, Halves([data], seed: seed))
    let abstention = try fitted.abstention(self)
    return try Self.attempt { () throws(Undefined) in try fitted.calibration(self, abstention, usual: data.rows) }
  }

  /// What there is before anything is promised.
  func fitted(_ data: LabelledJudgments, _ halves: Halves) throws(CalibrationError) -> FittedJudge {
    guard let judge = data.judge else { throw CalibrationError("there are no judgments") }
    guard hasConfidence || data.rules.kind == .score else {
      throw CalibrationError("without a source of confidence there is nothing to calibrate: the labels are no scores")
    }
    let (fit, promised) = try halves.rows(of: data)
    return try Self.attempt { () throws(Undefined) in try FittedJudge(self, judge, data, fit: fit, promised: promised) }
  }

  static func attempt<T>(_ body: () throws(Undefined) -> T) throws(CalibrationError) -> T {
    do { return try body() } catch { throw CalibrationError("no calibration can be fitted: \(error)") }
  }
}

/// The items to fit on and those to promise with, the same ones for all judges. Rows of one item are in the same half.
struct Halves {
  private let isPromised: [String: Bool]

  init(_ judges: [LabelledJudgments], seed: UInt64) throws(CalibrationError) {
    let items = judges.flatMap { $0.rows.map(\.item) }
    guard Set(items).count >= 2 * Fit.fewestItems else { throw Self.tooFew(Set(items).count) }
    let folds = try Folds(groups: items, count: 2, seed: seed)
    isPromised = Dictionary(zip(items, folds.assignment.map { $0 == 1 })) { first, _ in first }
  }

  func rows(
    of data: LabelledJudgments
  ) throws(CalibrationError) -> (fit: [LabelledJudgments.Row], promised: [LabelledJudgments.Row]) {
    let items = Set(data.rows.map(\.item)).count
    guard items >= 2 * Fit.fewestItems else { throw Self.tooFew(items) }
    return (data.rows.filter { !isPromised($0.item) }, data.rows.filter { isPromised($0.item) })
  }

  func isPromised(_ item: String) -> Bool { isPromised[item] ?? false }

  private static func tooFew(_ items: Int) -> CalibrationError {
    CalibrationError(
      "\(items) labelled items; a fit needs at least \(2 * Fit.fewestItems): half to fit, half to promise")
  }
}
