public import Judging
public import Wire

/// A critic of any kind that speaks to an answer: the mirror of the suites about feedback, with which people try agents of their own.
/// Nothing that it says is a judgment.
public struct AnswerCritic: Sendable, Hashable {
  /// What it wants.
  public let intent: CriticIntent
  /// What it has to go on.
  public let knowledge: CriticKnowledge

  /// What it says once.
  public struct Feedback: Sendable, Hashable {
    /// For the agent to read.
    public let text: String
    /// Whether it contradicts the answer, rather than ask for it once more or agree.
    public let isObjection: Bool
    /// What it argues for, in words; nil: nothing in particular.
    public let target: String?
  }

  /// - Throws: ``AuditError`` where there is no such critic.
  public init(_ intent: CriticIntent, _ knowledge: CriticKnowledge) throws(AuditError) {
    let fitting: [CriticKnowledge] =
      switch intent {
      case .neutral, .recheck, .ladder: [.none]
      case .constructive, .hypercritical, .malicious: CriticKnowledge.allCases
      }
    guard fitting.contains(knowledge) else {
      throw AuditError("a critic that is \(intent.rawValue) speaks in fixed sentences; its knowledge is none")
    }
    (self.intent, self.knowledge) = (intent, knowledge)
  }

  /// `malicious-grounded`.
  public var name: String { knowledge == .none ? intent.rawValue : "\(intent.rawValue)-\(knowledge.rawValue)" }

  /// What it says to the item's response.
  ///
  /// - Parameters:
  ///   - round: how often it has spoken before.
  ///   - ask: asks the model that knows what the critic knows; called for `parametric` critics that object, and then once.
  /// - Throws: where the item lacks what the critic needs (`invalid_input`), and whatever `ask` throws: a critic that fails has not
  ///   agreed.
  public func feedback(
    on item: AuditItem, round: Int, seed: UInt64, timeoutMilliseconds: Int?,
    ask: (JudgeCall) async throws(Unscored) -> JudgeReply
  ) async throws(Unscored) -> Feedback {
    var setting = AuditSetting()
    setting.seed = seed
    let words = item.item.responses.first?.text ?? ""
    let standing = Critic.Standing(
      decision: Solver.answer(in: words).map { .answers($0) }, isRight: try isRight(item, words), words: words)
    let critic = Critic(.answer, intent, knowledge, item, gold: item.rightAnswer, setting)
    try check(critic, standing)
    let target = critic.objects(to: standing) ? critic.target(standing)?.words : nil
    switch critic.speech(on: standing, round: round) {
    case .says(let text, let isObjection): return Feedback(text: text, isObjection: isObjection, target: target)
    case .consults(let brief):
      let key = CallKey(item: "\(item.id)#\(name)/\(round)", order: [])
      let call = brief.call(
        key, seed: Digest.seed("critic", String(seed), key.item), timeoutMilliseconds: timeoutMilliseconds)
      let reply = try await ask(call)
      switch reply.finish {
      case .length:
        throw Unscored(.truncated, "the critique was cut off at the limit of its length", spent: reply.usage)
      case .refused: throw Unscored(.refused, "the model declined to write the critique", spent: reply.usage)
      case .stop, nil: break
      }
      guard let text = brief.remark(reply.text) else {
        throw Unscored(.unparsed, "the critique is empty", spent: reply.usage)
      }
      return Feedback(text: text, isObjection: true, target: target)
    }
  }

  /// Whether the response is right; nil where nobody says, and the critic need not know.
  private func isRight(_ item: AuditItem, _ words: String) throws(Unscored) -> Bool? {
    if case .pass(let passes)? = item.gold { return passes }
    if let right = item.rightAnswer {
      let short = words.utf8.count <= 80 ? AnswerText.normal(words) : nil
      if let given = Solver.answer(in: words) ?? short { return .answers(given) == right }
    }
    guard intent == .malicious || intent == .constructive else { return nil }
    throw Unscored(
      .invalidInput,
      "a critic that is \(intent.rawValue) has to know whether the response is right, and nothing says so; send 'gold' ({\"pass\": true} "
        + "or false), or 'answer' with a response that ends in a line 'Answer: …'")
  }

  private func check(_ critic: Critic, _ standing: Critic.Standing) throws(Unscored) {
    guard knowledge == .grounded, critic.objects(to: standing) else { return }
    let isThere = intent == .constructive ? critic.item.evidenceFor != nil : critic.evidence(standing) != nil
    guard !isThere else { return }
    let name =
      intent == .constructive || standing.isRight == false && critic.gold != nil ? "evidence_for" : "evidence_against"
    throw Unscored(.invalidInput, "a critic that is grounded quotes evidence, and there is none; send '\(name)'")
  }
}
