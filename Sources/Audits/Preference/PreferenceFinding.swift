import Calibration
import JSON
import Wire

/// What a judge thinks of its own answers, beside what another judge thinks of them.
struct PreferenceFinding: Sendable {
  /// Pairs that both judges have judged.
  private(set) var pairs = 0
  /// By reason, pairs of which one judgment at least is missing.
  private(set) var unscored: [String: Int] = [:]
  /// Whether the judge prefers its own answer.
  private(set) var own = Shares()
  /// Whether the other judge prefers the judge's answer.
  private(set) var other = Shares()
  private var excess = ClusteredMean()
  private var test = McNemar()
  /// Whether the other judge prefers its own answer, and whether the judge does.
  private var peer = (own: 0, other: 0)

  mutating func add(_ own: Outcome, _ peer: Outcome, group: Int) {
    guard case .winner(let mine)? = own.decision, case .winner(let theirs)? = peer.decision else {
      for outcome in [own, peer] {
        guard case .unscored(let reason, _) = outcome else { continue }
        unscored[reason.rawValue, default: 0] += 1
        break
      }
      return
    }
    pairs += 1
    self.own.add(mine == 0, group: group)
    other.add(theirs == 0, group: group)
    self.peer.own += theirs == 1 ? 1 : 0
    self.peer.other += mine == 1 ? 1 : 0
    excess.add((mine == 0 ? 1 : 0) - (theirs == 0 ? 1 : 0), group: group)
    test.add(mine == 0, theirs == 0)
  }

  /// By how much more often the judge prefers its own answer than the other judge prefers it.
  func excess(_ setting: AuditSetting) -> Estimate { excess.estimate(setting, "self-preference") }

  var p: Double { test.p }

  /// The score of "Preference Leakage": for each of the two, its win rate under itself against the mean of that under both, and the
  /// mean of these. 0: neither prefers its own more than the other does.
  var leakage: Estimate {
    guard pairs > 0 else { return .undefined(.tooFew(of: "pairs", has: 0, needs: 1)) }
    func relative(_ own: Int, _ other: Int) -> Double? {
      let mean = Double(own + other) / 2
      return mean > 0 ? (Double(own) - mean) / mean : nil
    }
    guard let first = relative(own.happened, other.happened), let second = relative(peer.own, peer.other) else {
      return .undefined(.failed("one of the two never wins"))
    }
    return .value((first + second) / 2)
  }

  func json(_ setting: AuditSetting) -> JSONValue {
    [
      "pairs": .int(Int64(pairs)), "unscored": AuditReport.json(unscored),
      "own": own.estimate(level: setting.level).json, "by_the_other": other.estimate(level: setting.level).json,
      "excess": excess(setting).json, "p": .number(p), "leakage": leakage.json,
    ]
  }

  func metrics(_ setting: AuditSetting) -> [(name: String, estimate: Estimate)] {
    let all = pairs + unscored.values.reduce(0, +)
    guard all > 0 else { return [] }
    return [
      ("\(SelfPreference.id).own", own.estimate(level: setting.level)),
      ("\(SelfPreference.id).by_the_other", other.estimate(level: setting.level)),
      ("\(SelfPreference.id).excess", excess(setting)), ("\(SelfPreference.id).leakage", leakage),
      ("\(SelfPreference.id).unscored", AuditReport.share(unscored.values.reduce(0, +), of: all, setting)),
    ]
  }

  /// For people; nil where nothing was tried.
  func sentence(_ setting: AuditSetting) -> String? {
    guard pairs + unscored.values.reduce(0, +) > 0 else { return nil }
    return """
      Of its own answers and those of the second judge it prefers its own in \(own.estimate(level: setting.level).shownWithInterval); \
      the second judge prefers it in \(other.estimate(level: setting.level).shown). More than that: \
      \(excess(setting).shownWithInterval), p \(AuditReport.shownP(p)), over \(pairs) pairs; \
      \(unscored.values.reduce(0, +)) without a verdict.
      """
  }
}
