import Glibc

/// How probabilities are calibrated, the simplest first: selection prefers what comes earlier.
public enum CalibrationMethod: String, Sendable, CaseIterable {
  case identity
  case temperature
  case platt
  case beta
  case histogram
  case isotonic

  /// How many bins the histogram has at most.
  static let histogramBins = 10

  /// The calibrator that fits `data` best, in likelihood for the first four and in squared error for the others. Needs outcomes of both
  /// kinds, also where the formula would go without: from one kind nothing is learnt about the other.
  public func fit(_ data: Predictions) throws(Undefined) -> ProbabilityCalibrator {
    try data.requireBothClasses()
    switch self {
    case .identity: return .identity
    case .temperature: return try data.fitTemperature()
    case .platt: return try data.fitPlatt()
    case .beta: return try data.fitBeta()
    case .histogram: return try data.fitHistogram()
    case .isotonic: return data.fitIsotonic()
    }
  }
}

extension Predictions {
  private var logits: [Double] { probabilities.map { $0.clamped(to: ProbabilityCalibrator.inside).logit } }

  private func targets(_ rate: Double = 1, _ rest: Double = 0) -> [Double] { outcomes.map { $0 ? rate : rest } }

  /// The logistic regression of `targets` on `columns`, starting at `start`; one more parameter than columns is an intercept.
  private func logistic(
    _ what: String, _ columns: [[Double]], _ targets: [Double], from start: [Double]
  ) throws(Undefined) -> [Double] {
    let loss = LogisticLoss(columns: columns, hasIntercept: start.count > columns.count, targets: targets)
    return try Newton.minimise(what, from: start) { loss(at: $0) }.place
  }

  fileprivate func fitTemperature() throws(Undefined) -> ProbabilityCalibrator {
    let logits = logits
    guard !logits.allSatisfy({ $0 == 0 }) else { throw .constant("the probabilities, all one half,") }
    let sharpness = try logistic("temperature scaling", [logits], targets(), from: [1])[0]
    guard sharpness > 1e-9 else { throw .inverted("outcomes") }
    return .temperature(1 / sharpness)
  }

  /// With Platt's targets, which are as if one more row of each kind had been seen, so that no data can be too certain.
  fileprivate func fitPlatt() throws(Undefined) -> ProbabilityCalibrator {
    let logits = logits
    guard !logits.isConstant else { throw .constant("the probabilities") }
    let (happened, rest) = (Double(successes), Double(count - successes))
    let smoothed = targets((happened + 1) / (happened + 2), 1 / (rest + 2))
    let place = try logistic("Platt scaling", [logits], smoothed, from: [1, 0])
    guard place[0] > 1e-9 else { throw .inverted("outcomes") }
    return .platt(slope: place[0], intercept: place[1])
  }

  /// Without a coefficient that would be negative, as its authors do.
  fileprivate func fitBeta() throws(Undefined) -> ProbabilityCalibrator {
    guard !logits.isConstant else { throw .constant("the probabilities") }
    let inside = probabilities.map { $0.clamped(to: ProbabilityCalibrator.inside) }
    let columns = [inside.map { log($0) }, inside.map { -log1p(-$0) }]
    let all = try logistic("beta calibration", columns, targets(), from: [1, 1, 0])
    if all[0] >= 0, all[1] >= 0, all[0] + all[1] > 1e-9 { return .beta(a: all[0], b: all[1], c: all[2]) }
    let kept = all[0] < 0 ? 1 : 0
    let one = try logistic("beta calibration", [columns[kept]], targets(), from: [1, 0])
    guard one[0] > 1e-9 else { throw .inverted("outcomes") }
    return .beta(a: kept == 0 ? one[0] : 0, b: kept == 1 ? one[0] : 0, c: one[1])
  }

  /// No sample of n rows shows that something always or never happens: the ends stay as far from 0 and 1 as Laplace's rule has them.
  private var attainable: ClosedRange<Double> { 1 / Double(count + 2)...(1 - 1 / Double(count + 2)) }

  fileprivate func fitIsotonic() -> ProbabilityCalibrator {
    let rows = zip(probabilities, targets()).map { (x: $0, y: $1) }
    return .isotonic(Knots(fitting: rows).clamped(to: attainable))
  }

  /// Zadrozny and Elkan 2001: bins of equal mass; neighbours whose rates fall are pooled, so that it stays monotone.
  fileprivate func fitHistogram() throws(Undefined) -> ProbabilityCalibrator {
    let bins: [[Int]]
    do throws(CalibrationError) { bins = try self.bins(.equalMass(CalibrationMethod.histogramBins)) } catch {
      throw .failed(error.message)
    }
    let rows = bins.enumerated().flatMap { place, rows in rows.map { (x: Double(place), y: outcomes[$0] ? 1.0 : 0) } }
    let rates = Knots(fitting: rows).clamped(to: attainable)
    let ends = bins.map { rows in rows.map { probabilities[$0] } }
    let edges = zip(ends, ends.dropFirst()).map { (($0.max() ?? 0) + ($1.min() ?? 1)) / 2 }
    return .histogram(Steps(edges: edges, values: bins.indices.map { rates(Double($0)) }))
  }
}
