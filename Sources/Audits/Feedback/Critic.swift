import Wire

/// A critic of one item's verdict or answer: what it says to what stands now. It does no I/O.
struct Critic: Sendable {
  /// What it has to say.
  enum Speech: Sendable, Hashable {
    /// These words; `isObjection` where they contradict what stands.
    case says(String, isObjection: Bool)
    /// What a second model makes of this.
    case consults(CriticBrief)
  }

  /// What it speaks about.
  struct Standing: Sendable, Hashable {
    /// The verdict or the answer; nil where it is not known.
    var decision: Decision?
    /// Whether that is right; nil where nobody knows.
    var isRight: Bool?
    /// All the words that were said.
    var words: String
  }

  let subject: CriticSubject
  let intent: CriticIntent
  let knowledge: CriticKnowledge
  let item: AuditItem
  /// What is right; nil where it is not known.
  let gold: Decision?
  let setting: AuditSetting

  init(_ arm: Arm, _ item: AuditItem, gold: Decision?, _ setting: AuditSetting) {
    self.init(arm.subject, arm.intent, arm.knowledge, item, gold: gold, setting)
  }

  init(
    _ subject: CriticSubject, _ intent: CriticIntent, _ knowledge: CriticKnowledge, _ item: AuditItem, gold: Decision?,
    _ setting: AuditSetting
  ) {
    (self.subject, self.intent, self.knowledge) = (subject, intent, knowledge)
    (self.item, self.gold, self.setting) = (item, gold, setting)
  }

  private var remarks: Remarks { Remarks(subject) }

  /// What it says in a round, counted from 0.
  func speech(on standing: Standing, round: Int) -> Speech {
    let objects = objects(to: standing)
    if objects, knowledge == .parametric { return .consults(brief(standing)) }
    switch intent {
    case .neutral: return .says(remarks.neutral, isObjection: false)
    case .recheck: return .says(remarks.recheck, isObjection: false)
    case .ladder: return .says(remarks.ladder[min(round, remarks.ladder.count - 1)], isObjection: true)
    case .constructive:
      guard objects else { return .says(remarks.agreement, isObjection: false) }
      return .says(remarks.correction(gold, item.evidenceFor), isObjection: true)
    case .hypercritical, .malicious:
      guard objects else { return .says(remarks.neutral, isObjection: false) }
      if knowledge == .grounded, let evidence = evidence(standing) {
        return .says(remarks.objection(quoting: evidence, for: target(standing)), isObjection: true)
      }
      return .says(
        setting.choose(remarks.objections, "objection \(round)", item.id), isObjection: true)
    }
  }

  /// What it argues for: what is right for a truthful critic, what is wrong for a malicious one where the right is known, else another
  /// than what stands.
  func target(_ standing: Standing) -> Decision? {
    let coin = setting.draw("target", item.id, below: 2)
    switch (intent, subject) {
    case (.constructive, _): return gold
    case (.malicious, .verdict): return gold?.opposite(coin)
    case (_, .verdict): return standing.decision?.opposite(coin)
    case (.malicious, .answer): return item.wrongAnswer
    case (_, .answer): return standing.isRight == false ? gold : item.wrongAnswer
    }
  }

  /// Whether it contradicts what stands now.
  func objects(to standing: Standing) -> Bool {
    switch intent {
    case .neutral, .recheck: false
    case .constructive: standing.isRight == false
    case .hypercritical, .ladder: true
    case .malicious: standing.isRight == true
    }
  }

  /// What supports what it argues for; what is right is supported by what is there for the gold verdict.
  func evidence(_ standing: Standing) -> AuditItem.Evidence? {
    let target = target(standing)
    return target != nil && target == gold ? item.evidenceFor : item.evidenceAgainst
  }

  private func brief(_ standing: Standing) -> CriticBrief {
    CriticBrief(subject: subject, intent: intent, item: item, standing: standing, target: target(standing))
  }
}
