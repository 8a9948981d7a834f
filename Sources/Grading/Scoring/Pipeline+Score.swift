import Judging
import Rubrics
import Wire

/// Stage *judge* for a judge that gives numbers: one call for each response, whatever the format, since it sees each by itself
/// and gives the same number each time.
extension Pipeline {
  /// Whether the judge gives numbers.
  var isScored: Bool { judge?.description.kind == .scoring }

  /// The rewards of the responses that can be judged, in their order. Every call is counted in `expense`.
  func score(
    _ item: LoadedItem, _ expense: inout Expense, _ trace: inout JudgmentTrace
  ) async -> [SampleJudgment] {
    guard let judge else { return [] }
    let reader = RewardReader(scale: answerScale)
    var samples: [(index: Int, sample: SampleJudgment)] = []
    await withTaskGroup(of: (Int, JudgeCall, Result<JudgeReply, Unscored>).self) { group in
      for (index, response) in item.whole.enumerated() {
        guard let response else { continue }
        let call = scoringCall(item, index, response)
        group.addTask { (index, call, await Self.ask(judge, call)) }
      }
      trace.lap(.prompt)
      for await (index, call, reply) in group {
        trace.lap(.judge)
        expense.add(reply)
        if case .failure(let unscored) = reply { trace.failed(unscored.reason) }
        samples.append((index, Self.sample(call, reply, reader)))
        trace.lap(.parse)
      }
    }
    return samples.sorted { $0.index < $1.index }.map(\.sample)
  }

  /// The scale that the judge's number is put on: that of the reward's criterion, else the rubric's.
  private var answerScale: Scale {
    rubric.answered.compactMap { $0 }.first.map { rubric.scale(of: $0, in: format) } ?? rubric.scale(in: format)
  }

  private func scoringCall(_ item: LoadedItem, _ index: Int, _ response: LoadedContent) -> JudgeCall {
    let messages = Conversation.messages(item, response)
    return JudgeCall(
      key: CallKey(item: item.id, response: index, order: [index]), messages: messages.map(\.judgeMessage),
      sampling: Sampling(), promptDigest: PromptMessage.digest(messages),
      group: Digest.sha256("\(rubric.digest)\n\(item.prompt.text)"),
      timeoutMilliseconds: plan.options.timeoutMilliseconds)
  }

  private static func sample(
    _ call: JudgeCall, _ reply: Result<JudgeReply, Unscored>, _ reader: RewardReader
  ) -> SampleJudgment {
    let answer = try? reply.get()
    let reward = reply.flatMap(reader.read)
    let measured = try? reward.get()
    return SampleJudgment(
      sample: 0, order: call.key.order, response: call.key.response, criterion: nil, seed: nil,
      attempts: 1, prompt: call.promptDigest, outcome: reward.map { .scores([[$0.score]]) },
      value: measured?.value, reason: measured?.reason, text: nil, reasoning: nil, finish: nil, model: answer?.model,
      usage: reply.spent)
  }
}
