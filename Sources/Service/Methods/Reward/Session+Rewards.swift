import Calibration
import Configuration
import Rubrics
import Wire

extension Session {
  /// Refuses rewards that cannot be had of its judgments.
  func require(_ kind: RewardKind) throws(Fault) {
    switch kind {
    case .calibrated: try requireCalibratedRewards()
    case .score, .rank, .groupNormalized: try refuseScoresOfSeveralJudges(kind)
    // A verdict on a pair is a vote, whoever casts it.
    case .winRate: return
    }
  }

  /// The scale of its rewards: the rubric's, or for calibrated ones that of people. Throws where there is no calibration to be calibrated by.
  func scale(of kind: RewardKind, in format: JudgmentFormat) throws(Fault) -> Scale {
    guard kind == .calibrated else { return rubric.scale(in: format) }
    switch try calibration.get().calibration.rules {
    case .score(_, let scale?): return Scale(scale.range.lowerBound, scale.range.upperBound, step: nil)
    case .score(_, nil): return .unbounded()
    case .pass, .winner: return .fraction
    }
  }

  /// Refuses what has no calibration, and one of which no reward of a single response follows.
  private func requireCalibratedRewards() throws(Fault) {
    let file = try calibration.get()
    guard file.calibration.rules != .winner else {
      throw Fault(
        .notUsable,
        "the calibration of the judge for this rubric is from labels that name the better response; it gives no response a "
          + "reward of its own", path: "reward")
    }
  }

  /// In a cascade, who scores a response depends on how sure of it the judges are. What two judges give is not on one scale: compared, the
  /// stricter judge would be a reason to learn.
  private func refuseScoresOfSeveralJudges(_ kind: RewardKind) throws(Fault) {
    guard !then.isEmpty else { return }
    let isOfWinners = (try? calibration.get())?.calibration.rules == .winner
    let way =
      isOfWinners ? "win_rate, which counts verdicts" : "calibrated, which puts all judges on the scale of people"
    throw Fault(
      .notUsable,
      "the reward \(kind.rawValue) compares scores as they were given, and what judge '\(judge)' is unsure of is scored by "
        + "\(then.map { "'\($0)'" }.joined(separator: ", ")), which may be stricter or milder; take the reward \(way), or a judge "
        + "without 'then'", path: "reward")
  }
}
