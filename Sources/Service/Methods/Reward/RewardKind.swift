/// What the rewards of a group are.
enum RewardKind: String, Sendable, CaseIterable {
  /// The score on the rubric's scale.
  case score
  /// The score on the scale of people, by the judge's calibration; for labels that say pass or not, the probability of a pass.
  case calibrated
  /// The share of comparisons with the others of its group that a response wins.
  case winRate = "win_rate"
  /// Its place in its group: 1 is the best.
  case rank
  /// How many standard deviations its score lies above the mean of its group.
  case groupNormalized = "group_normalized"
}
