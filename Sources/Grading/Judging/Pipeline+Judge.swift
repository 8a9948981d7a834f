import Judging
import Rubrics
import Wire

/// Stage *judge*: calls go out, replies come back.
extension Pipeline {
  /// Runs a protocol to its end. Calls are out together; what a reply leads to goes out at once. Every call is counted in
  /// `expense`, whatever came of it.
  func ask(
    _ calls: [(call: JudgeCall, reader: ReplyReader)], _ expense: inout Expense, _ trace: inout JudgmentTrace
  ) async -> [SampleJudgment] {
    guard let judge, !calls.isEmpty else { return [] }
    trace.lap(.prompt)
    var steps = Direct(calls)
    await withTaskGroup(of: Answer.self) { group in
      func send(_ calls: [JudgeCall]) {
        for call in Self.joined(calls, atMost: judge.description.maxSamples) {
          group.addTask { await Answer(call: call, reply: Self.ask(judge, call)) }
        }
      }
      send(steps.start())
      while let answer = await group.next() {
        trace.lap(.judge)
        expense.add(answer.reply)
        if case .failure(let unscored) = answer.reply { trace.failed(unscored.reason) }
        for (call, reply) in zip(answer.call.single, answer.call.outcomes(answer.reply)) {
          send(steps.receive(reply, for: call))
        }
        trace.lap(.parse)
      }
    }
    return steps.samples
  }

  /// Samples of one question as one call, where the judge gives several replies to a call.
  private static func joined(_ calls: [JudgeCall], atMost most: Int) -> [JudgeCall] {
    guard most > 1 else { return calls }
    var groups: [[JudgeCall]] = []
    for call in calls {
      if let last = groups.last?.last, groups[groups.count - 1].count < most, last.isFollowed(by: call) {
        groups[groups.count - 1].append(call)
      } else {
        groups.append([call])
      }
    }
    return groups.map { JudgeCall(asking: $0) }
  }

  /// The item as checks see it: its files as they are, where the judge is shown something else of them.
  func inspected(_ item: Item, _ loaded: LoadedItem) async throws(Unscored) -> LoadedItem {
    guard !rubric.checked.isEmpty, judge != nil, !loaded.digests.isEmpty, plan.options.media != checksLoader.request
    else { return loaded }
    return try await checksLoader.load(item)
  }

  /// The check criteria of every response. Each is computed once, whatever the format, order and number of samples.
  func measure(_ item: LoadedItem) async -> [[Aggregator.Scored]] {
    guard let checks, !rubric.checked.isEmpty else { return item.responses.map { _ in [] } }
    var measured: [[Aggregator.Scored]] = []
    measured.reserveCapacity(item.responses.count)
    for (index, response) in item.responses.enumerated() {
      switch response {
      case .failure(let unscored): measured.append(rubric.checked.map { _ in .failure(unscored) })
      case .success(let content):
        let call = checkCall(item, index, content)
        measured.append(scores(await Self.reply(checks, call)))
      }
    }
    return measured
  }

  private func checkCall(_ item: LoadedItem, _ index: Int, _ response: LoadedContent) -> JudgeCall {
    var messages: [JudgeMessage] = []
    messages.reserveCapacity(3)
    func say(_ role: JudgeMessage.Role, _ content: LoadedContent) {
      guard !content.isEmpty else { return }
      let parts = content.parts
      messages.append(JudgeMessage(role, parts.map(\.judgePart), facts: parts.facts))
    }
    say(.user, item.prompt)
    say(.assistant, response)
    say(.reference, item.reference)
    // Checks are functions of their input: there is no prompt whose digest could tell more than the item.
    return JudgeCall(
      key: CallKey(item: item.id, response: index, order: [index]), messages: messages, sampling: Sampling(),
      promptDigest: "", timeoutMilliseconds: plan.options.timeoutMilliseconds)
  }

  private func scores(_ reply: Result<JudgeReply, Unscored>) -> [Aggregator.Scored] {
    switch reply {
    case .failure(let unscored): return rubric.checked.map { _ in .failure(unscored) }
    case .success(let reply):
      return rubric.checked.map { criterion in
        let name = criterion.name
        guard let score = reply.scores.first(where: { $0.name == name }) else {
          return .failure(Unscored(.judgeError, "the checks plugin gave no score for '\(name)'"))
        }
        return score.outcome.flatMap { measured in
          guard let fraction = measured.score, (0...1).contains(fraction) else {
            return .failure(Unscored(.judgeError, "the checks plugin gave '\(name)' a score that is not within 0...1"))
          }
          return .success(.init(score: fraction, value: measured.value, reason: measured.reason))
        }
      }
    }
  }

  /// One call to the judge of the run. A failure says whose it is: where several judges are at work, a message must not need its
  /// surroundings.
  static func ask(_ judge: any Judge, _ call: JudgeCall) async -> Result<JudgeReply, Unscored> {
    await reply(judge, call).mapError { unscored in
      Unscored(unscored.reason, "judge '\(judge.description.name)': \(unscored.message)", spent: unscored.spent)
    }
  }

  private static func reply(_ judge: any Judge, _ call: JudgeCall) async -> Result<JudgeReply, Unscored> {
    do throws(Unscored) {
      return .success(try await judge.reply(to: call))
    } catch {
      return .failure(error)
    }
  }

  private struct Answer: Sendable {
    let call: JudgeCall
    let reply: Result<JudgeReply, Unscored>
  }
}

extension Expense {
  /// Counts one call.
  mutating func add(_ reply: Result<JudgeReply, Unscored>) {
    switch reply {
    case .success(let reply): add(reply.usage, answered: true)
    case .failure(let unscored): add(unscored.spent, answered: false)
    }
  }
}
