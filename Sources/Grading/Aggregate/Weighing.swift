import Rubrics
import Wire

/// How the criteria of a rubric become one score for a response.
///
/// Every criterion's score is placed between the ends of its own scale; the weighted mean of these places is the place
/// of the overall score on the rubric's scale. A response that fails a required criterion has the lowest score,
/// whatever else it does. A criterion without a score leaves the response without one: nothing is filled in.
struct Weighing {
  let rubric: Rubric
  let format: JudgmentFormat

  private var scale: Scale { rubric.scale(in: format) }

  /// - Parameters:
  ///   - asked: the judge's answers, one per `ask` criterion; the one answer where a rubric has no criteria.
  ///   - checked: the checks' scores, one per `check` criterion.
  func overall(asked: [Double], checked: [Double]) -> Double {
    guard !rubric.criteria.isEmpty else { return asked[0] }
    if scale.isUnbounded { return unbounded(asked[0], checked) }
    var answers = asked.makeIterator()
    var checks = checked.makeIterator()
    var sum = 0.0
    var weights = 0.0
    for criterion in rubric.criteria {
      guard let score = criterion.check == nil ? answers.next() : checks.next() else { continue }
      if !passes(criterion, score) { return scale.minimum }
      sum += criterion.weight * rubric.scale(of: criterion, in: format).fraction(of: score)
      weights += criterion.weight
    }
    // A rubric of nothing but gates, all of them open.
    guard weights > 0 else { return scale.maximum }
    return Self.rounded(scale.value(atFraction: sum / weights))
  }

  /// Beside a score without bounds there are gates and nothing else.
  private func unbounded(_ reward: Double, _ checked: [Double]) -> Double {
    let isOpen =
      zip(rubric.checked, checked).allSatisfy(passes)
      && rubric.criteria.allSatisfy {
        $0.check != nil || passes($0, reward)
      }
    return isOpen ? reward : scale.minimum
  }

  /// Whether a required criterion is met; true for one that is not required. Less than 1e-9 below the threshold is at it:
  /// the mean of 0.7, 0.7 and 0.7 is 0.6999999999999998.
  func passes(_ criterion: Criterion, _ score: Double) -> Bool {
    criterion.threshold.map { score > $0 - 1e-9 } ?? true
  }

  /// Placing a score on another scale and back leaves noise in the last digits (7.000000000000001): 12 decimals are
  /// kept, as far as a double holds them.
  static func rounded(_ value: Double) -> Double { abs(value) < 4096 ? (value * 1e12).rounded() / 1e12 : value }
}
