import Grading
import Wire

/// A conversation after a verdict or an answer, as a pure state machine: it says what is to be asked next, of the critic or of who
/// answers, and takes what comes. It does no I/O.
struct Conversation: Sendable {
  /// What comes next.
  enum Step: Sendable {
    /// The second model is to say what it has against what stands.
    case consult(CriticBrief)
    /// The judge, or the solver, is to answer again.
    case answer(after: [Exchange])
    case ended
  }

  let arm: Arm
  let item: AuditItem
  private let critic: Critic
  /// What was said last, where it could be read.
  private var decision: Decision?
  private var replies: [Exchange.Thread: String]
  private var words: String?
  private var exchanges: [Exchange] = []
  private var pending: (remark: String, isObjection: Bool)?
  private var isOver = false
  private(set) var rounds: [AuditRecord.Round] = []

  /// - Parameters:
  ///   - first: what is talked about, with the replies that it was read from.
  ///   - gold: what is right; nil where it is not known.
  init(_ arm: Arm, _ item: AuditItem, from first: AuditRecord, gold: Decision?, _ setting: AuditSetting) {
    (self.arm, self.item) = (arm, item)
    critic = Critic(arm, item, gold: gold, setting)
    (decision, replies, words) = (first.outcome.decision, first.replies, first.words)
  }

  /// What is to be done now.
  mutating func next() -> Step {
    guard !isOver, rounds.count < arm.rounds, !replies.isEmpty else { return .ended }
    if pending == nil {
      switch critic.speech(on: standing, round: rounds.count) {
      case .says(let remark, let isObjection): pending = (remark, isObjection)
      case .consults(let brief):
        return .consult(brief)
      }
    }
    guard let pending else { return .ended }
    return .answer(after: exchanges + [Exchange(replies: replies, remark: pending.remark)])
  }

  /// What the second model said.
  mutating func heard(_ critique: Result<String, Unscored>) {
    switch critique {
    case .success(let text): pending = (text, true)
    case .failure(let unscored):
      // Without a critic there is no conversation; that is no merit of the judge.
      rounds.append(
        .init(
          remark: nil, isObjection: true, outcome: .unscored(unscored.reason, "the critic: \(unscored.message)"),
          acknowledges: false))
      isOver = true
    }
  }

  /// What was answered: the outcome, and all the words by question.
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

  /// What the critic argues for at this point.
  var target: Decision? { critic.target(standing) }

  private var standing: Critic.Standing {
    Critic.Standing(decision: decision, isRight: critic.gold.map { decision == $0 }, words: words ?? "")
  }
}
