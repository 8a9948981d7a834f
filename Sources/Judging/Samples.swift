public import Wire

// Several samples of one question can be asked for in one call, which is paid for once: the prompt is read once.

extension JudgeCall {
  /// One call for the replies to all of `calls`, which differ in nothing but the sample and follow each other.
  ///
  /// - Precondition: there is at least one.
  public init(asking calls: [JudgeCall]) {
    var sampling = calls[0].sampling
    sampling.samples = calls.count
    self = calls[0].with(key: calls[0].key, sampling)
  }

  /// The calls that this one stands for, in the order of its replies.
  public var single: [JudgeCall] {
    guard sampling.samples > 1 else { return [self] }
    var alone = sampling
    alone.samples = 1
    return (0..<sampling.samples).map { with(key: key.with(sample: key.sample + $0), alone) }
  }

  /// Whether `next` is the next sample of the same question.
  public func isFollowed(by next: JudgeCall) -> Bool {
    next.key == key.with(sample: key.sample + 1) && next.sampling == sampling && next.promptDigest == promptDigest
  }

  private func with(key: CallKey, _ sampling: Sampling) -> JudgeCall {
    JudgeCall(
      key: key, messages: messages, sampling: sampling, promptDigest: promptDigest, group: group,
      answerShape: answerShape, timeoutMilliseconds: timeoutMilliseconds)
  }
}

extension CallKey {
  fileprivate func with(sample: Int) -> CallKey {
    CallKey(item: item, response: response, order: order, sample: sample, criterion: criterion, attempt: attempt)
  }
}

extension JudgeCall {
  /// What became of each of ``single``, given what became of the call. What it cost is told of the first; the others
  /// cost nothing more, which is known of what the judge counts, and of nothing else.
  public func outcomes(_ outcome: Result<JudgeReply, Unscored>) -> [Result<JudgeReply, Unscored>] {
    let count = sampling.samples
    switch outcome {
    case .success(var first):
      let more = first.more
      guard more.count == count - 1 else {
        let why = "the judge gave \(more.count + 1) replies, and \(count) were asked for"
        return outcomes(.failure(Unscored(.judgeError, why, spent: first.usage)))
      }
      first.more = []
      let others = more.map { reply in
        var reply = reply
        reply.usage = first.usage.nothingMore
        return reply
      }
      return ([first] + others).map { .success($0) }
    case .failure(let unscored):
      let others = Unscored(unscored.reason, unscored.message, spent: unscored.spent.nothingMore)
      return [.failure(unscored)] + Array(repeating: .failure(others), count: count - 1)
    }
  }
}
