import Calibration
import Wire

/// How much verdicts on clean items change by themselves, and with the places of the responses.
struct NoiseFloor: Sendable {
  /// Clean decisions that agree with the gold verdict.
  private(set) var accuracy = Shares()
  private(set) var clean = 0
  private(set) var unscored: [String: Int] = [:]
  /// The share of an item's verdicts, clean and repeated, that are the most frequent one.
  private var stability = ClusteredMean()
  /// Verdicts with a winner that stood in the first place, of all with a winner.
  private(set) var firstSlot = Shares()
  /// Of items whose winner changed with the order: whether it was the first place that won each time.
  private(set) var primacy = Shares()
  /// Whether clean verdicts are right, by their confidence, to two decimals.
  private(set) var confidences: [Double: Shares] = [:]

  mutating func add(_ item: AuditItem, group: Int, clean outcome: Outcome, repeats: [Outcome], gold: Decision?) {
    clean += 1
    guard let decision = outcome.decision else {
      if case .unscored(let reason, _) = outcome { unscored[reason.rawValue, default: 0] += 1 }
      return
    }
    if let gold {
      accuracy.add(decision == gold, group: group)
      if let confidence = outcome.reading?.confidence {
        confidences[(100 * confidence).rounded() / 100, default: Shares()].add(decision == gold, group: group)
      }
    }
    let all = [decision] + repeats.compactMap(\.decision)
    if all.count > 1 {
      let most = Dictionary(grouping: all) { $0 }.values.map(\.count).max() ?? 0
      stability.add(Double(most) / Double(all.count), group: group)
    }
  }

  /// Adds what was said of one item in several orders: for each the winner, by place.
  mutating func add(winners: [Int?], group: Int) {
    for winner in winners { if let winner { firstSlot.add(winner == 0, group: group) } }
    guard winners.count == 2, let first = winners[0], let second = winners[1], first == second else { return }
    primacy.add(first == 0, group: group)
  }

  func stability(_ setting: AuditSetting) -> Estimate { stability.estimate(setting, "stability") }
}
