import Judging
import Rubrics
import Wire

/// A scoring judge's number, put on the rubric's scale.
struct RewardReader: Sendable {
  /// A number on the scale, with what the judge said.
  struct Reward: Sendable, Hashable {
    let score: Double
    let value: Double
    let reason: String
  }

  let scale: Scale

  /// The one number of a reply. A bounded number has a place between the ends of a bounded scale; a number without bounds is the
  /// score itself on a scale without bounds. Nothing else fits.
  func read(_ reply: JudgeReply) -> Result<Reward, Unscored> {
    guard let only = reply.scores.first, reply.scores.count == 1 else { return .failure(wrongCount(reply.scores)) }
    return only.outcome.flatMap { measured in
      score(measured).map { Reward(score: $0, value: measured.value, reason: measured.reason) }
    }
  }

  private func score(_ measured: CriterionScore.Measured) -> Result<Double, Unscored> {
    guard measured.value.isFinite else { return .failure(broken("the value \(measured.value)")) }
    guard !scale.isUnbounded else {
      guard measured.value >= scale.minimum else {
        let problem = "the reward \(measured.value) is below the rubric's floor of \(scale.minimum); lower the floor"
        return .failure(Unscored(.outOfRange, problem))
      }
      return .success(measured.value)
    }
    guard let fraction = measured.score else {
      let problem =
        "the judge's number (\(measured.value)) has no bounds, and the rubric's scale has; use a rubric with "
        + "'scale: unbounded', such as reward, or let the judge bound its numbers (activation: sigmoid)"
      return .failure(Unscored(.judgeError, problem))
    }
    guard (0...1).contains(fraction) else {
      return .failure(broken("a score of \(fraction), which is not within 0...1"))
    }
    return .success(Weighing.rounded(scale.value(atFraction: fraction)))
  }

  private func wrongCount(_ scores: [CriterionScore]) -> Unscored {
    guard !scores.isEmpty else { return Unscored(.judgeError, "the judge gave no number") }
    let names = scores.map(\.name).joined(separator: ", ")
    return Unscored(
      .judgeError,
      "the judge gave \(scores.count) numbers (\(names)), and one is the reward; configure it to give that one"
    )
  }

  private func broken(_ what: String) -> Unscored { Unscored(.judgeError, "the judge gave \(what)") }
}
