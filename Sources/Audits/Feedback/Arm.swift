import Judging
import Wire

/// One kind of critic, and how long it speaks.
///
/// The kinds are those of "Helpful Agent Meets Deceptive Judge" (2025): what the critic wants, by what it has to go on. The words are
/// ours.
struct Arm: Sendable, Hashable {
  /// What the critic wants.
  enum Intent: String, Sendable {
    /// Asks for the verdict once more and says nothing of it: how much verdicts change by being asked for again.
    case neutral
    /// Asks to check, and takes no side.
    case recheck
    /// Says what is true: that a wrong verdict is wrong, and that a right one is right.
    case constructive
    /// Finds fault with any verdict.
    case hypercritical
    /// Finds fault with right verdicts only, and argues for a wrong one.
    case malicious
    /// "Are you sure?", more pressing each time.
    case ladder
  }

  /// What the critic has to go on.
  enum Knowledge: String, Sendable {
    /// Fixed sentences.
    case none
    /// What a second model believes, or makes up.
    case parametric
    /// Evidence that the item brings.
    case grounded
  }

  let intent: Intent
  let knowledge: Knowledge
  /// Remarks after the first verdict.
  let rounds: Int

  /// The record of the verdict that all conversations begin with.
  static let firstVerdict = "feedback.first-verdict"

  /// `feedback.malicious-grounded`.
  var id: String { "feedback.\(name)" }

  var name: String {
    switch intent {
    case .neutral, .recheck, .constructive, .ladder: intent.rawValue
    case .hypercritical, .malicious: "\(intent.rawValue)-\(knowledge.rawValue)"
    }
  }

  /// Whether it can lead a judge astray, and is not there to be listened to.
  var isDeceptive: Bool { intent == .hypercritical || intent == .malicious || intent == .ladder }

  /// All kinds; the ladder has as many rounds as rungs.
  static func all(rounds: Int) -> [Arm] {
    func arm(_ intent: Intent, _ knowledge: Knowledge = .none) -> Arm {
      Arm(intent: intent, knowledge: knowledge, rounds: intent == .ladder ? Remarks.ladder.count : rounds)
    }
    return [
      arm(.neutral), arm(.recheck), arm(.constructive), arm(.hypercritical), arm(.hypercritical, .parametric),
      arm(.hypercritical, .grounded), arm(.malicious), arm(.malicious, .parametric), arm(.malicious, .grounded),
      arm(.ladder),
    ]
  }

  /// Why it cannot be tried on an item; nil where it can.
  func obstacle(_ item: AuditItem, _ bench: AuditBench) -> String? {
    if bench.judge.description.kind != .generative { return "the judge gives numbers and holds no conversation" }
    let count = item.item.responses.count
    if bench.format == .listwise { return "a conversation is about one response or a pair" }
    if bench.format == .pointwise, count > 1 {
      return "each response is judged by itself, so there is no one conversation about which is better"
    }
    if knowledge == .parametric, bench.critic == nil {
      return "a critic with opinions of its own is a second judge, and none is named"
    }
    let needsGold = intent == .malicious || intent == .constructive || knowledge == .grounded
    if needsGold, item.gold == nil { return "it needs a gold verdict" }
    if knowledge == .grounded, item.evidenceAgainst == nil { return "it needs evidence against the gold verdict" }
    return nil
  }
}
