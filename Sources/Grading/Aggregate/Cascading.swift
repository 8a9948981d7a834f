import Calibration
import Judging
import Wire

extension Pipeline {
  /// The same road, with others after it: each judges, in turn, what the ones before it are unsure of, or could not tell. The judgment is that
  /// of the last one that was asked; a failure of it is not made up for by what an unsure one said.
  ///
  /// What is judged once more, after something was said about it, stays with the first: it is its own words that are spoken of.
  ///
  /// - Throws: ``GradingError`` where a road has no threshold below which it is unsure, or where their prices cannot be added up.
  public func handingOn(to others: [Pipeline]) throws(GradingError) -> Pipeline {
    let all = [self] + others
    for road in all where road.calibration?.calibration.abstention == nil {
      throw GradingError(
        "judge '\(road.judge?.description.name ?? "")' has no threshold below which it hands items on; fit a cascade with "
          + "'cupel calibrate fit --then'")
    }
    let currencies = Set(all.compactMap { $0.plan.options.prices?.currency })
    guard currencies.count < 2 else {
      throw GradingError(
        "the judges of the cascade charge in different currencies (\(currencies.sorted().joined(separator: ", "))), which "
          + "cannot be added up; state their prices in one")
    }
    var first = self
    first.later = others
    return first
  }
}

extension Judgment {
  /// Whether the next judge of a cascade is asked: something is not scored, or the judge is not sure enough of it.
  var isLeftToOthers: Bool {
    guard status == .ok, let calibrated else { return true }
    return switch calibrated.outcomes {
    case .responses(let list): list.contains { $0?.abstains ?? true }
    case .comparison(let outcome): outcome?.abstains ?? true
    }
  }

  /// Without those before it.
  var alone: Judgment {
    var judgment = self
    judgment.earlier = []
    return judgment
  }
}
