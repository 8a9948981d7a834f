import Judging
import Rubrics
import Wire

/// Protocol *direct*: every sample in every order is one call; a truncated reply is asked for once more with twice the
/// tokens.
struct Direct: JudgingProtocol {
  private let plan: [JudgeCall]
  private let readers: [ReplyReader]
  private var position: [CallKey: Int] = [:]
  private var outcomes: [SampleJudgment?]
  private var spent: [Usage]

  /// A plan is a list of first attempts, each with the reader for its reply.
  init(_ plan: [(call: JudgeCall, reader: ReplyReader)]) {
    self.plan = plan.map(\.call)
    readers = plan.map(\.reader)
    for (place, step) in plan.enumerated() { position[step.call.key] = place }
    outcomes = Array(repeating: nil, count: plan.count)
    spent = Array(repeating: Usage(), count: plan.count)
  }

  mutating func start() -> [JudgeCall] { plan }

  mutating func receive(_ reply: Result<JudgeReply, Unscored>, for call: JudgeCall) -> [JudgeCall] {
    guard let place = position[call.key.firstAttempt], outcomes[place] == nil else { return [] }
    let answer = try? reply.get()
    spent[place] = spent[place] + reply.spent
    let outcome = reply.flatMap { readers[place].read($0) }
    if case .failure(let unscored) = outcome, unscored.reason == .truncated, let retry = call.withTwiceTheTokens {
      return [retry]
    }
    outcomes[place] = SampleJudgment(
      sample: call.key.sample, order: call.key.order, response: call.key.response, criterion: call.key.criterion,
      seed: call.sampling.seed ?? 0, attempts: call.key.attempt + 1, prompt: call.promptDigest,
      outcome: outcome.map { $0.verdict(shownIn: call.key.order) }, text: answer?.text, reasoning: answer?.reasoning,
      finish: answer?.finish?.rawValue, model: answer?.model, usage: spent[place])
    return []
  }

  var samples: [SampleJudgment] { outcomes.compactMap { $0 } }
}

extension Result<JudgeReply, Unscored> {
  /// What the answer, or the lack of one, consumed.
  var spent: Usage {
    switch self {
    case .success(let reply): reply.usage
    case .failure(let unscored): unscored.spent
    }
  }
}

extension CallKey {
  fileprivate var firstAttempt: CallKey {
    CallKey(item: item, response: response, order: order, sample: sample, criterion: criterion, attempt: 0)
  }
}

extension JudgeCall {
  /// The one retry of a truncated reply; nil when this is it, or when there is no stated budget to double.
  fileprivate var withTwiceTheTokens: JudgeCall? {
    guard key.attempt == 0, let budget = sampling.maxTokens else { return nil }
    var doubled = sampling
    doubled.maxTokens = budget * 2
    let retry = CallKey(
      item: key.item, response: key.response, order: key.order, sample: key.sample, criterion: key.criterion,
      attempt: 1)
    return JudgeCall(
      key: retry, messages: messages, sampling: doubled, promptDigest: promptDigest, group: group,
      answerShape: answerShape, timeoutMilliseconds: timeoutMilliseconds)
  }
}

extension PlacedVerdict {
  /// The verdict by response, given the order in which the responses were shown.
  func verdict(shownIn order: [Int]) -> Verdict {
    switch self {
    case .scores(let rows) where order.count > 1:
      var byResponse = rows
      for (place, response) in order.enumerated() { byResponse[response] = rows[place] }
      return .scores(byResponse)
    case .scores(let rows): return .scores(rows)
    case .pair(let verdict):
      switch verdict.winner {
      case .first: return .choice(winner: order[0], strong: verdict.isStrong)
      case .second: return .choice(winner: order[1], strong: verdict.isStrong)
      case .tie: return .choice(winner: nil, strong: false)
      }
    }
  }
}
