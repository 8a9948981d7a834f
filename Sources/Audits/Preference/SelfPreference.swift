import Grading
import Judging
import Wire

/// What each of two judges thinks of its own answers: both answer the item's prompt, and both judge the two answers, which do not say
/// whose they are ("Preference Leakage", Li et al. 2025, arXiv 2502.01534; CALM's self-enhancement). What one judge thinks of its own
/// answer more than the other judge thinks of it is no quality of the answer: it was the same pair.
enum SelfPreference {
  static let id = "template-bias.self-preference"

  /// Whose judgment a record holds.
  enum Side: String, CaseIterable {
    /// The judge under audit; decisions say 0 for its own answer, 1 for the other judge's.
    case own
    case peer
  }

  static func key(_ item: AuditItem, _ side: Side) -> AuditKey {
    AuditKey(item: item.id, perturbation: id, variant: side.rawValue)
  }
}

extension AuditBench {
  /// Why it cannot be tried on an item; nil where it can.
  func preferenceObstacle(_ item: AuditItem) -> String? {
    guard parties.peer != nil else { return "it needs a second judge, and none is named" }
    if judge.description.kind != .generative { return "the judge gives numbers and answers no prompt" }
    if format != .pairwise { return "answers are held against each other by rubrics that compare pairs" }
    guard let prompt = item.item.prompt, !prompt.text.isEmpty else { return "it needs a prompt to answer" }
    return prompt.media.isEmpty ? nil : "its prompt has media, which judges are not shown when they answer"
  }

  /// Both judges' preference between their answers.
  func preferences(of item: AuditItem, _ setting: AuditSetting) async -> [AuditRecord] {
    var records = SelfPreference.Side.allCases.map { side in
      AuditRecord(
        key: SelfPreference.key(item, side), outcome: .unscored(.invalidInput, "there is no second judge"))
    }
    guard let peer = parties.peer else { return records }
    let answers: [String]
    do throws(Unscored) {
      let writer = try Solver(described: judge, sampling: options.sampling)
      answers = [
        try await answer(item, by: writer, .own, setting, &records[0].spent),
        try await answer(item, by: peer, .peer, setting, &records[1].spent),
      ]
    } catch {
      for place in records.indices { records[place].outcome = .unscored(error.reason, error.message) }
      return records
    }
    // Which stands first is drawn, so that it is not always the same place where only one order is asked for.
    let places = setting.draw("self-preference", item.id, below: 2) == 0 ? [0, 1] : [1, 0]
    let pair = Item(
      id: item.id, prompt: item.item.prompt, responses: places.map { Content(answers[$0]) },
      reference: item.item.reference)
    for (place, side) in SelfPreference.Side.allCases.enumerated() {
      let key = records[place].key
      let judgment = side == .own ? await judgment(of: pair, key) : await peerJudgment(of: pair, key)
      if let judgment { records[place].take(judgment, passAt: nil, places: places) }
    }
    return records
  }

  private func answer(
    _ item: AuditItem, by solver: Solver, _ side: SelfPreference.Side, _ setting: AuditSetting,
    _ spent: inout AuditRecord.Spent
  ) async throws(Unscored) -> String {
    let call = solver.call(
      item, "\(SelfPreference.key(item, side).judged)/answer", after: [], form: "", seed: setting.seed,
      timeoutMilliseconds: options.timeoutMilliseconds)
    let whose = side == .own ? "the judge" : "the second judge"
    do throws(Unscored) {
      let reply = try await ask(solver.model, call, &spent).get()
      let text = reply.text.split(separator: "</think>").last.map(String.init) ?? ""
      guard !text.allSatisfy(\.isWhitespace) else { throw Unscored(.unparsed, "the answer is empty") }
      return text
    } catch {
      throw Unscored(error.reason, "\(whose) gave no answer: \(error.message)")
    }
  }
}
