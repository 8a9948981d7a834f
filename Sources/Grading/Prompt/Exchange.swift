import Judging
public import Wire

/// One turn of a conversation that goes on after a judgment: what the judge had answered, and what is said to that.
public struct Exchange: Sendable, Hashable {
  /// Which question of a judgment a reply belongs to. A judgment can consist of several, and each is a conversation of its own.
  public struct Thread: Sendable, Hashable {
    /// The response a pointwise call showed; nil when all are shown.
    public let response: Int?
    /// The responses in the places they were shown in.
    public let order: [Int]
    /// Counted from 0 within each order.
    public let sample: Int
    /// The one criterion the call was about; nil when it covered all.
    public let criterion: String?

    /// A question by its place in the plan.
    public init(response: Int?, order: [Int], sample: Int, criterion: String?) {
      (self.response, self.order, self.sample, self.criterion) = (response, order, sample, criterion)
    }

    /// The question that `sample` answered.
    public init(_ sample: SampleJudgment) {
      self.init(
        response: sample.response, order: sample.order, sample: sample.sample, criterion: sample.criterion)
    }

    init(_ key: CallKey) {
      self.init(response: key.response, order: key.order, sample: key.sample, criterion: key.criterion)
    }
  }

  /// The judge's words, by the question they answered.
  public let replies: [Thread: String]
  /// What the user says next, to each of them.
  public let remark: String

  /// A turn; every question of the judgment needs its reply for the conversation to go on.
  public init(replies: [Thread: String], remark: String) {
    (self.replies, self.remark) = (replies, remark)
  }

  /// A turn after `judgment`, whose replies are those of its samples.
  public init(after judgment: Judgment, remark: String) {
    let replies = judgment.samples.compactMap { sample in sample.text.map { (Thread(sample), $0) } }
    self.init(replies: Dictionary(replies) { first, _ in first }, remark: remark)
  }
}

extension CallPlan {
  /// The calls for `item` at the end of a conversation. Remarks are text that the judge may quote: a verdict in one of them is not
  /// the judge's own.
  ///
  /// - Throws: `invalid_input` where a reply is missing, so that there is nothing to go on from.
  func calls(
    for item: LoadedItem, after exchanges: [Exchange]
  ) throws(Unscored) -> [(call: JudgeCall, reader: ReplyReader)] {
    let calls = calls(for: item)
    guard !exchanges.isEmpty else { return calls }
    let shown = item.texts + exchanges.map(\.remark)
    var continued: [(call: JudgeCall, reader: ReplyReader)] = []
    for (call, reader) in calls {
      let said = try Self.said(exchanges, in: Exchange.Thread(call.key))
      continued.append(
        (
          JudgeCall(
            key: call.key, messages: call.messages + said.map(\.judgeMessage), sampling: call.sampling,
            promptDigest: Digest.sha256(call.promptDigest + "\n" + PromptMessage.digest(said)), group: call.group,
            answerShape: call.answerShape, timeoutMilliseconds: call.timeoutMilliseconds),
          ReplyReader(reader.shape, shown: shown, from: reader.source)
        ))
    }
    return continued
  }

  private static func said(
    _ exchanges: [Exchange], in thread: Exchange.Thread
  ) throws(Unscored) -> [PromptMessage] {
    var messages: [PromptMessage] = []
    for (turn, exchange) in exchanges.enumerated() {
      guard let reply = exchange.replies[thread] else {
        throw Unscored(.invalidInput, "the judge gave no reply in turn \(turn), so there is nothing to go on from")
      }
      messages.append(PromptMessage(role: .assistant, parts: [.text(reply)]))
      messages.append(PromptMessage(role: .user, parts: [.text(exchange.remark)]))
    }
    return messages
  }
}
