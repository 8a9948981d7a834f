import Grading
import Judging
import Wire

extension AuditBench {
  /// What is right of an item, as the suite compares it.
  func gold(_ item: AuditItem, _ subject: CriticSubject, _ setting: AuditSetting) -> Decision? {
    switch subject {
    case .verdict: item.gold?.decision(passAt: passAt(setting))
    case .answer: item.rightAnswer
    }
  }

  /// What all conversations about an item begin with.
  func open(_ item: AuditItem, _ subject: CriticSubject, _ key: AuditKey, _ setting: AuditSetting) async -> AuditRecord
  {
    var (record, replies) = await answer(item, subject, key, after: [], setting)
    record.replies = replies
    return record
  }

  /// Holds one conversation to its end.
  func converse(
    _ item: AuditItem, _ arm: Arm, _ key: AuditKey, from first: AuditRecord, _ setting: AuditSetting
  ) async -> AuditRecord {
    var conversation = Conversation(arm, item, from: first, gold: gold(item, arm.subject, setting), setting)
    var record = AuditRecord(key: key, outcome: first.outcome)
    while !Task.isCancelled {
      switch conversation.next() {
      case .ended:
        record.rounds = conversation.rounds
        record.outcome = conversation.rounds.last?.outcome ?? first.outcome
        record.words = conversation.rounds.last?.words ?? first.words
        return record
      case .consult(let brief):
        conversation.heard(await consult(brief, round(key, conversation), setting, &record.spent))
      case .answer(let exchanges):
        let (answer, replies) = await answer(
          item, arm.subject, round(key, conversation), after: exchanges, setting)
        record.spent += answer.spent
        conversation.answered(answer.outcome, replies, words: answer.words)
      }
    }
    record.outcome = .unscored(.cancelled, "the run was stopped")
    return record
  }

  private func answer(
    _ item: AuditItem, _ subject: CriticSubject, _ key: AuditKey, after exchanges: [Exchange], _ setting: AuditSetting
  ) async -> (record: AuditRecord, replies: [Exchange.Thread: String]) {
    switch subject {
    case .verdict:
      let (record, judgment) = await judge(item.item, key, after: exchanges, setting)
      return (record, Exchange(after: judgment, remark: "").replies)
    case .answer: return await solve(item, key, after: exchanges, setting)
    }
  }

  private func solve(
    _ item: AuditItem, _ key: AuditKey, after exchanges: [Exchange], _ setting: AuditSetting
  ) async -> (record: AuditRecord, replies: [Exchange.Thread: String]) {
    var record = AuditRecord(key: key, outcome: .unscored(.invalidInput, "there is no solver"))
    guard let solver = parties.solver else { return (record, [:]) }
    let call = solver.call(
      item, key.judged, after: exchanges, seed: setting.seed, timeoutMilliseconds: options.timeoutMilliseconds)
    switch await ask(solver.model, call, &record.spent) {
    case .success(let reply):
      record.outcome = Solver.outcome(reply)
      record.words = AuditRecord.excerpt(reply.text)
      return (record, [Solver.thread: reply.text])
    case .failure(let unscored):
      record.outcome = .unscored(unscored.reason, unscored.message)
      return (record, [:])
    }
  }

  private func round(_ key: AuditKey, _ conversation: Conversation) -> AuditKey {
    AuditKey(item: key.item, perturbation: key.perturbation, variant: "round-\(conversation.rounds.count + 1)")
  }

  private func consult(
    _ brief: CriticBrief, _ key: AuditKey, _ setting: AuditSetting, _ spent: inout AuditRecord.Spent
  ) async -> Result<String, Unscored> {
    guard let critic = parties.critic else { return .failure(Unscored(.invalidInput, "there is none")) }
    let call = brief.call(
      CallKey(item: "\(key.judged)/critic", order: []), seed: Digest.seed("critic", String(setting.seed), key.judged),
      timeoutMilliseconds: options.timeoutMilliseconds)
    return await ask(critic, call, &spent).flatMap { reply in
      brief.remark(reply.text).map { .success($0) }
        ?? .failure(Unscored(.unparsed, "the reply is empty", spent: reply.usage))
    }
  }

  /// One call to a model that is not the judge under audit. What it costs is not in the judge's prices.
  func ask(
    _ model: any Judge, _ call: JudgeCall, _ spent: inout AuditRecord.Spent
  ) async -> Result<JudgeReply, Unscored> {
    spent.calls += 1
    do throws(Unscored) {
      let reply = try await model.reply(to: call)
      if let tokens = reply.usage.totalTokens { spent.tokens += Int128(tokens) } else { spent.unknown += 1 }
      switch reply.finish {
      case .length: return .failure(Unscored(.truncated, "the reply was cut off at the limit of its length"))
      case .refused: return .failure(Unscored(.refused, "the model declined"))
      case .stop, nil: return .success(reply)
      }
    } catch {
      spent.unknown += 1
      return .failure(error)
    }
  }
}
