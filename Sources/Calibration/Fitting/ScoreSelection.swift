/// Which map of scores to the human scale is best, judged on items that it was not fitted to.
public struct ScoreSelection: Sendable, Hashable {
  /// The maps, the simplest first.
  public enum Method: String, Sendable, CaseIterable {
    /// The judge's own score, kept within the scale.
    case identity
    case affine
    case ordinal
    case isotonic

    /// Ordinal levels beyond this are no longer levels.
    static let mostLevels = 20

    func fit(_ data: PairedScores, _ range: ClosedRange<Double>) throws(Undefined) -> ScoreCalibrator {
      switch self {
      case .identity: return ScoreCalibrator(.affine(slope: 1, intercept: 0), range: range)
      case .affine: return try .affine(data, range: range)
      case .isotonic: return try .isotonic(data, range: range)
      case .ordinal:
        let levels = Set(data.human).count
        guard levels <= Self.mostLevels else {
          throw .tooMany(of: "human levels", has: levels, most: Self.mostLevels)
        }
        return try .ordinal(data, range: range)
      }
    }
  }

  /// How one map did.
  public struct Candidate: Sendable, Hashable {
    /// What was tried.
    public let method: Method
    /// The mean squared error of held-out rows, or why the map could not be fitted.
    public let error: Estimate
  }

  /// Fitted to all rows by the chosen method.
  public let calibrator: ScoreCalibrator
  /// The simplest method whose error exceeds the best by no more than one standard error of the difference.
  public let method: Method
  /// Every method, the simplest first.
  public let candidates: [Candidate]
  /// The scores of held-out rows by the chosen method.
  public let heldOut: PairedScores
}

extension PairedScores {
  /// The scores of each fold by a map that was fitted to the other folds.
  func crossFit(
    _ method: ScoreSelection.Method, _ folds: Folds, range: ClosedRange<Double>
  ) throws(Undefined) -> PairedScores {
    var mapped = judge
    for (fit, rest) in folds.splits {
      let calibrator = try method.fit(rows(fit), range)
      for row in rest { mapped[row] = calibrator(judge[row]) }
    }
    return PairedScores(checked: mapped, human)
  }

  /// Tries every map by cross-fitting. `groups` has the item of each row. Throws where neither scores nor labels vary.
  public func selectScoreMap(
    groups: [String], folds: Folds, range: ClosedRange<Double>
  ) throws(Undefined) -> ScoreSelection {
    try requireVariation()
    var candidates: [ScoreSelection.Candidate] = []
    var fitted: [(method: ScoreSelection.Method, heldOut: PairedScores, errors: [Double])] = []
    for method in ScoreSelection.Method.allCases {
      do throws(Undefined) {
        let heldOut = try crossFit(method, folds, range: range)
        // A map that can be fitted to parts only is none.
        _ = try method.fit(self, range)
        let errors = zip(heldOut.judge, heldOut.human).map { ($0 - $1) * ($0 - $1) }
        fitted.append((method, heldOut, errors))
        candidates.append(.init(method: method, error: .value(errors.mean)))
      } catch {
        candidates.append(.init(method: method, error: .undefined(error)))
      }
    }
    guard let best = fitted.min(by: { $0.errors.mean < $1.errors.mean }) else { throw .notConverged("score maps") }
    let clusters = Bootstrap.clusters(groups)
    let chosen =
      fitted.first { one in
        let excess = zip(one.errors, best.errors).map { $0 - $1 }
        return excess.mean <= Predictions.standardError(excess, clusters)
      } ?? best
    return ScoreSelection(
      calibrator: try chosen.method.fit(self, range), method: chosen.method, candidates: candidates,
      heldOut: chosen.heldOut)
  }
}
