extension Fit {
  /// Calibrations of several judges of the same items, the cheapest first, with one threshold: each judges what the ones before it are
  /// unsure of.
  ///
  /// The same items are fitted to for all judges. An item is decided as a whole: by the first judge that is sure of each of its responses.
  ///
  /// - Throws: ``CalibrationError`` with the reason where none can be fitted.
  public func cascade(_ judges: [LabelledJudgments]) throws(CalibrationError) -> CascadeCalibration {
    guard let risk else { throw CalibrationError("a cascade needs the risk that is accepted") }
    guard hasConfidence else { throw CalibrationError("a cascade needs the judges' confidences") }
    guard judges.count > 1 else { throw CalibrationError("a cascade needs two judges or more") }
    let halves = try Halves(judges, seed: seed)
    var fitted: [FittedJudge] = []
    for judge in judges {
      do throws(CalibrationError) { fitted.append(try self.fitted(judge, halves)) } catch {
        throw CalibrationError("\(judge.judge?.shown ?? "a judge of the cascade"): \(error.message)")
      }
    }
    let verdicts = fitted.map { $0.verdicts() }
    let items = Set(verdicts.flatMap(\.keys).filter(halves.isPromised)).sorted()
    let found = try Cascade.find(
      verdicts.map { judge in items.map { judge[$0] } }, risk: risk, error: error)
    var steps: [JudgeCalibration] = []
    for (place, one) in fitted.enumerated() {
      let abstention = Abstention(found, step: place, risk: risk, error: error)
      let reaching = one.data.rows.filter { row in
        verdicts[..<place].allSatisfy { abstention.abstains($0[row.item]?.confidence) }
      }
      steps.append(
        try Self.attempt { () throws(Undefined) in try one.calibration(self, abstention, usual: reaching) })
    }
    return try CascadeCalibration(steps)
  }
}
