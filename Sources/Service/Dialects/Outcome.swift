import Configuration
import Rubrics
import Wire

/// What came of one sample, before the route's policy says what the client gets.
struct Outcome: Sendable {
  let sample: Sample
  /// The score on the rubric's scale with the verdicts it rests on, or why there is none.
  let result: Result<(score: Double, verdicts: Int), Unscored>

  /// A sample that could not be judged.
  init(_ sample: Sample, _ unscored: Unscored) {
    self.sample = sample
    result = .failure(unscored)
  }

  /// A sample that is worth `score` by the word of the configuration; no judge was asked.
  init(_ sample: Sample, ruled score: Double) {
    self.sample = sample
    result = .success((score, 0))
  }

  init(_ sample: Sample, _ judgment: Judgment, _ reward: RouteSettings.Reward = .score) {
    self.sample = sample
    result = Self.score(judgment).flatMap { score in
      switch reward {
      case .score: .success(score)
      case .calibrated: Self.calibrated(judgment)
      }
    }.map { ($0, judgment.samples.count(where: \.isScored)) }
  }

  /// A score beside a failure is none: only what is wholly scored counts.
  private static func score(_ judgment: Judgment) -> Result<Double, Unscored> {
    guard judgment.status == .ok, judgment.scores.count == 1, let score = judgment.scores[0], score.isFinite else {
      return .failure(
        judgment.unscored.first?.unscored ?? Unscored(.judgeError, "the judgment holds no score for the response"))
    }
    return .success(score)
  }

  private static func calibrated(_ judgment: Judgment) -> Result<Double, Unscored> {
    guard case .responses(let list)? = judgment.calibrated?.outcomes, list.count == 1, let score = list[0]?.score,
      score.isFinite
    else { return .failure(.withoutCalibration) }
    return .success(score)
  }

  var score: Double? { try? result.get().score }
  var unscored: Unscored? { if case .failure(let unscored) = result { unscored } else { nil } }
}

extension Scale {
  /// `number` from 0 to 1 between the ends of the scale, whatever it is; the number itself where there are no ends.
  func limitedFraction(of number: Double) -> Double {
    isUnbounded ? number : min(1, max(0, fraction(of: number)))
  }
}
