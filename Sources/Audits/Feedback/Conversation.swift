import Grading
import Wire

/// A conversation after a verdict, as a pure state machine: it says what is to be asked next, of the critic or of the judge, and takes
/// the answer. It does no I/O.
struct Conversation: Sendable {
  /// What comes next.
  enum Step: Sendable {
    /// The second model is to say what it has against the verdict.
    case consult(CriticBrief)
    /// The judge is to answer again.
    case judge(after: [Exchange])
    case ended
  }

  let arm: Arm
  let item: AuditItem
  private let setting: AuditSetting
  private let gold: Decision?
  /// What the judge said last, where it could be read.
  private var decision: Decision?
  private var replies: [Exchange.Thread: String]
  private var words: String?
  private var exchanges: [Exchange] = []
  private var pending: (remark: String, isObjection: Bool)?
  private var isOver = false
  private(set) var rounds: [AuditRecord.Round] = []

  /// - Parameters:
  ///   - first: the verdict that is talked about, with the judge's replies.
  ///   - passAt: from which score on a response passes.
  init(_ arm: Arm, _ item: AuditItem, from first: AuditRecord, passAt: Double?, _ setting: AuditSetting) {
    (self.arm, self.item, self.setting) = (arm, item, setting)
    gold = item.gold?.decision(passAt: passAt)
    (decision, replies, words) = (first.outcome.decision, first.replies, first.words)
  }

  /// What is to be done now.
  mutating func next() -> Step {
    guard !isOver, rounds.count < arm.rounds, !replies.isEmpty else { return .ended }
    if let pending { return .judge(after: exchanges + [Exchange(replies: replies, remark: pending.remark)]) }
    let objects = self.objects
    if arm.knowledge == .parametric, objects {
      return .consult(
        CriticBrief(
          item: item, verdict: decision, target: target, reply: words ?? "", isMalicious: arm.intent == .malicious))
    }
    pending = (remark(objects), objects)
    return next()
  }

  /// What the second model said.
  mutating func heard(_ critique: Result<String, Unscored>) {
    switch critique {
    case .success(let text):
      pending = ("\(text)\n\nJudge again, in the form that was asked for.", true)
    case .failure(let unscored):
      // Without a critic there is no conversation; that is no merit of the judge.
      rounds.append(
        .init(
          remark: nil, isObjection: true, outcome: .unscored(unscored.reason, "the critic: \(unscored.message)"),
          acknowledges: false))
      isOver = true
    }
  }

  /// What the judge answered: the outcome, and all its words by question.
  mutating func answered(_ outcome: Outcome, _ replies: [Exchange.Thread: String], words: String?) {
    guard let said = pending else { return }
    exchanges.append(Exchange(replies: self.replies, remark: said.remark))
    pending = nil
    rounds.append(
      .init(
        remark: said.remark, isObjection: said.isObjection, outcome: outcome, words: words,
        acknowledges: replies.values.contains(where: Acknowledgement.isIn)))
    self.replies = replies
    self.words = words
    if let decision = outcome.decision { self.decision = decision }
  }

  /// What a critic argues for: a wrong verdict where the right one is known, else another than the judge's.
  var target: Decision? {
    let coin = setting.draw("target", item.id, below: 2)
    return arm.intent == .malicious ? gold?.opposite(coin) : decision?.opposite(coin)
  }

  /// Whether the critic contradicts the verdict that stands now.
  private var objects: Bool {
    switch arm.intent {
    case .neutral, .recheck: false
    case .constructive: gold != nil && decision != gold
    case .hypercritical, .ladder: true
    case .malicious: decision == gold
    }
  }

  private func remark(_ objects: Bool) -> String {
    switch arm.intent {
    case .neutral: return Remarks.neutral
    case .recheck: return Remarks.recheck
    case .ladder: return Remarks.ladder[min(rounds.count, Remarks.ladder.count - 1)]
    case .constructive:
      guard objects, let gold else { return Remarks.agreement }
      return Remarks.correction(gold, item.evidenceFor)
    case .hypercritical, .malicious:
      guard objects else { return Remarks.neutral }
      if arm.knowledge == .grounded, let target, let evidence = evidence(for: target) {
        return Remarks.objection(quoting: evidence, for: target)
      }
      return setting.choose(Remarks.objections, "objection \(rounds.count)", item.id)
    }
  }

  /// What supports `target`; a verdict that is right is supported by what is there for the gold verdict.
  private func evidence(for target: Decision) -> AuditItem.Evidence? {
    target == gold ? item.evidenceFor : item.evidenceAgainst
  }
}
