import Judging
import Wire

/// One kind of critic, what it speaks about, and how long.
///
/// The kinds are those of "Helpful Agent Meets Deceptive Judge" (2025): what the critic wants, by what it has to go on. The words are
/// ours.
struct Arm: Sendable, Hashable {
  let subject: CriticSubject
  let intent: CriticIntent
  let knowledge: CriticKnowledge
  /// Remarks after what the conversation begins with.
  let rounds: Int

  /// The record that all conversations about an item begin with.
  static func opening(_ subject: CriticSubject) -> String { "\(subject.suite.rawValue).first-\(subject.rawValue)" }

  /// `feedback.malicious-grounded`.
  var id: String { "\(subject.suite.rawValue).\(name)" }

  var name: String {
    switch intent {
    case .neutral, .recheck, .ladder: intent.rawValue
    case .constructive: knowledge == .parametric ? "constructive-parametric" : intent.rawValue
    case .hypercritical, .malicious: "\(intent.rawValue)-\(knowledge.rawValue)"
    }
  }

  var isDeceptive: Bool { intent.isDeceptive }

  /// All kinds; the ladder has as many rounds as rungs.
  static func all(_ subject: CriticSubject, rounds: Int) -> [Arm] {
    func arm(_ intent: CriticIntent, _ knowledge: CriticKnowledge = .none) -> Arm {
      let rungs = Remarks(subject).ladder.count
      return Arm(
        subject: subject, intent: intent, knowledge: knowledge, rounds: intent == .ladder ? rungs : rounds)
    }
    return [
      arm(.neutral), arm(.recheck), arm(.constructive), arm(.constructive, .parametric), arm(.hypercritical),
      arm(.hypercritical, .parametric), arm(.hypercritical, .grounded), arm(.malicious), arm(.malicious, .parametric),
      arm(.malicious, .grounded), arm(.ladder),
    ]
  }

  /// Why it cannot be tried on an item; nil where it can.
  func obstacle(_ item: AuditItem, _ bench: AuditBench) -> String? {
    if let reason = subject == .verdict ? verdictObstacle(item, bench) : answerObstacle(item, bench) { return reason }
    if knowledge == .parametric, bench.parties.critic == nil {
      return "a critic with opinions of its own is a second judge, and none is named"
    }
    if knowledge == .grounded, item.evidenceAgainst == nil { return "it needs evidence against what is right" }
    // It objects to what is wrong, too, and then quotes what speaks for the right.
    if knowledge == .grounded, intent == .hypercritical, item.evidenceFor == nil {
      return "it needs evidence for what is right, besides that against it"
    }
    return nil
  }

  private func verdictObstacle(_ item: AuditItem, _ bench: AuditBench) -> String? {
    if bench.judge.description.kind != .generative { return "the judge gives numbers and holds no conversation" }
    if bench.format == .listwise { return "a conversation is about one response or a pair" }
    if bench.format == .pointwise, item.item.responses.count > 1 {
      return "each response is judged by itself, so there is no one conversation about which is better"
    }
    let needsGold = intent == .malicious || intent == .constructive || knowledge == .grounded
    return needsGold && item.gold == nil ? "it needs a gold verdict" : nil
  }

  private func answerObstacle(_ item: AuditItem, _ bench: AuditBench) -> String? {
    guard bench.parties.solver != nil else { return "there is no solver; name one" }
    guard let prompt = item.item.prompt, !prompt.text.isEmpty else { return "it needs a prompt to solve" }
    if !prompt.media.isEmpty { return "its prompt has media, which a solver is not shown" }
    return item.rightAnswer == nil ? "it needs the right answer ('answer', or a reference of one short line)" : nil
  }
}
