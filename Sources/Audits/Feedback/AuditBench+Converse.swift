import Grading
import Judging
import Wire

extension AuditBench {
  /// Holds one conversation to its end.
  func converse(
    _ item: AuditItem, _ arm: Arm, _ key: AuditKey, from first: AuditRecord, _ setting: AuditSetting
  ) async -> AuditRecord {
    var conversation = Conversation(arm, item, from: first, passAt: passAt(setting), setting)
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
      case .judge(let exchanges):
        let (answer, judgment) = await judge(item.item, round(key, conversation), after: exchanges, setting)
        record.spent += answer.spent
        conversation.answered(
          answer.outcome, Exchange(after: judgment, remark: "").replies, words: answer.words)
      }
    }
    record.outcome = .unscored(.cancelled, "the run was stopped")
    return record
  }

  private func round(_ key: AuditKey, _ conversation: Conversation) -> AuditKey {
    AuditKey(item: key.item, perturbation: key.perturbation, variant: "round-\(conversation.rounds.count + 1)")
  }

  private func consult(
    _ brief: CriticBrief, _ key: AuditKey, _ setting: AuditSetting, _ spent: inout AuditRecord.Spent
  ) async -> Result<String, Unscored> {
    guard let critic else { return .failure(Unscored(.invalidInput, "there is none")) }
    let call = brief.call(
      CallKey(item: "\(key.judged)/critic", order: []), seed: Digest.seed("critic", String(setting.seed), key.judged),
      timeoutMilliseconds: options.timeoutMilliseconds)
    spent.calls += 1
    do throws(Unscored) {
      let reply = try await critic.reply(to: call)
      // What a critic costs is not in the judge's prices.
      if let tokens = reply.usage.totalTokens { spent.tokens += Int128(tokens) } else { spent.unknown += 1 }
      let text = reply.text.split(separator: "</think>").last.map(String.init) ?? ""
      guard !text.allSatisfy(\.isWhitespace) else {
        return .failure(Unscored(.unparsed, "the reply is empty", spent: reply.usage))
      }
      return .success(text)
    } catch {
      spent.unknown += 1
      return .failure(error)
    }
  }
}
