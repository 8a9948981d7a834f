import Glibc

/// Which method calibrates best, judged on items that it was not fitted to.
public struct Selection: Sendable, Hashable {
  /// How one method did.
  public struct Candidate: Sendable, Hashable {
    /// What was tried.
    public let method: CalibrationMethod
    /// The mean log loss of held-out rows, or why the method could not be fitted.
    public let loss: Estimate
    /// By how much it exceeds that of the best; 0 for the best itself, nil without a loss.
    public let excess: Double?
    /// The standard error of `excess`, over groups.
    public let excessError: Double?
  }

  /// Fitted to all rows by the chosen method.
  public let calibrator: ProbabilityCalibrator
  /// The simplest method whose loss exceeds the best by no more than one standard error of the difference.
  public let method: CalibrationMethod
  /// Every method that was tried, the simplest first.
  public let candidates: [Candidate]
  /// The held-out probabilities by the chosen method: what to measure calibration on.
  public let heldOut: Predictions
  /// What makes the choice doubtful.
  public let warnings: [String]
}

extension Predictions {
  /// The probabilities of each fold by a calibrator that was fitted to the other folds.
  public func crossFit(_ method: CalibrationMethod, _ folds: Folds) throws(Undefined) -> Predictions {
    var calibrated = probabilities
    for (fit, judge) in folds.splits {
      let calibrator = try method.fit(rows(fit))
      for row in judge { calibrated[row] = calibrator(probabilities[row]) }
    }
    let places = calibrated
    return indexed { places[$0] }
  }

  /// Tries `methods` by cross-fitting. `groups` has the item of each row. Throws the reason of the simplest method if none can be fitted.
  public func select(
    _ methods: [CalibrationMethod] = CalibrationMethod.allCases, groups: [String], folds: Folds
  ) throws(Undefined) -> Selection {
    var (losses, fitted): ([[Double]?], [Predictions?]) = ([], [])
    var reasons: [Undefined?] = []
    let ordered = CalibrationMethod.allCases.filter(methods.contains)
    for method in ordered {
      do throws(Undefined) {
        let heldOut = try crossFit(method, folds)
        if let reason = heldOut.logLoss.reason { throw reason }
        (losses, fitted, reasons) = (losses + [heldOut.losses], fitted + [heldOut], reasons + [nil])
      } catch {
        (losses, fitted, reasons) = (losses + [nil], fitted + [nil], reasons + [error])
      }
    }
    let means = losses.map { $0?.mean }
    guard let least = means.compactMap(\.self).min(), let best = means.firstIndex(of: least),
      let bestLosses = losses[best]
    else { throw reasons.first.flatMap(\.self) ?? .tooFew(of: "methods", has: 0, needs: 1) }
    let clusters = Bootstrap.clusters(groups)
    let candidates = ordered.indices.map { place in
      let differences = losses[place].map { zip($0, bestLosses).map { $0 - $1 } }
      return Selection.Candidate(
        method: ordered[place], loss: means[place].map { .value($0) } ?? .undefined(reasons[place] ?? .notFinite),
        excess: differences?.mean, excessError: differences.map { Self.standardError($0, clusters) })
    }
    let chosen = candidates.indices.first { place in
      guard let excess = candidates[place].excess, let error = candidates[place].excessError else { return false }
      return excess <= error
    }
    guard let chosen, let heldOut = fitted[chosen] else { throw .notConverged("selection") }
    return Selection(
      calibrator: try ordered[chosen].fit(self), method: ordered[chosen], candidates: candidates, heldOut: heldOut,
      warnings: Self.warnings(ordered[chosen], groups: clusters.count, rarer: min(successes, count - successes)))
  }

  private func indexed(_ probability: (Int) -> Double) -> Predictions {
    var row = -1
    return mapped { _ in
      row += 1
      return probability(row)
    }
  }

  private var losses: [Double] { zip(probabilities, outcomes).map { $1 ? -log($0) : -log1p(-$0) } }

  /// Of a mean, when the rows of a cluster depend on each other. Infinite for one cluster: nothing is known then.
  static func standardError(_ values: [Double], _ clusters: [[Int]]) -> Double {
    guard clusters.count > 1 else { return .infinity }
    let centre = values.mean
    let squares = clusters.map { rows in rows.map { values[$0] - centre }.sum }.map { $0 * $0 }.sum
    let size = Double(clusters.count)
    return (squares * size / (size - 1)).squareRoot() / Double(values.count)
  }

  private static func warnings(_ method: CalibrationMethod, groups: Int, rarer: Int) -> [String] {
    var warnings: [String] = []
    if groups < 100 { warnings.append("only \(groups) items are labelled; a fit needs about 100 to be steady") }
    if rarer < 20 { warnings.append("only \(rarer) rows have the rarer outcome; a fit needs about 20 to be steady") }
    if method == .isotonic, groups < 1000 {
      warnings.append("isotonic from \(groups) items follows chance; about 1000 make it steady")
    }
    return warnings
  }
}
