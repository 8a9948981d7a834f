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
    let read: ReadVerdict
    switch reply {
    case .success(let answer): read = readers[place].verdict(of: answer)
    case .failure(let unscored): read = ReadVerdict(outcome: .failure(unscored), evidence: nil)
    }
    if case .failure(let unscored) = read.outcome, unscored.reason == .truncated, let retry = call.withTwiceTheTokens {
      return [retry]
    }
    outcomes[place] = SampleJudgment(
      sample: call.key.sample, order: call.key.order, response: call.key.response, criterion: call.key.criterion,
      seed: call.sampling.seed ?? 0, attempts: call.key.attempt + 1, prompt: call.promptDigest,
      outcome: read.outcome.map { $0.verdict(shownIn: call.key.order) },
      evidence: read.evidence?.evidence(shownIn: call.key.order), text: answer?.text, reasoning: answer?.reasoning,
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
    case .scores(let rows): return .scores(rows.byResponse(shownIn: order))
    case .pair(let verdict):
      switch verdict.winner {
      case .first: return .choice(winner: order[0], strong: verdict.isStrong)
      case .second: return .choice(winner: order[1], strong: verdict.isStrong)
      case .tie: return .choice(winner: nil, strong: false)
      }
    case .chances(let chances):
      return .chances(wins: Array(chances[..<2]).byResponse(shownIn: order), tie: chances[2])
    }
  }
}

extension PlacedEvidence {
  /// The evidence by response, given the order in which the responses were shown.
  func evidence(shownIn order: [Int]) -> VerdictEvidence {
    let said = said.verdict(shownIn: order)
    if case .choice = said {
      return VerdictEvidence(said: said, answers: [answers.map { $0.ofPair(shownIn: order) }])
    }
    let width = max(1, answers.count / order.count)
    let rows = order.indices.map { answers[$0 * width..<($0 + 1) * width].map(\.ofScale) }
    return VerdictEvidence(said: said, answers: rows.byResponse(shownIn: order))
  }
}

extension PlacedChances {
  fileprivate var ofScale: AnswerChances {
    AnswerChances(chances.indices.filter { chances[$0] > 0 }.map { .init(names[$0], chances[$0]) }, mass: mass)
  }

  fileprivate func ofPair(shownIn order: [Int]) -> AnswerChances {
    let wins = Array(chances[..<2]).byResponse(shownIn: order)
    return AnswerChances(
      wins.enumerated().map { .init(String($0.offset), $0.element) } + [.init("tie", chances[2])], mass: mass)
  }
}

extension Array {
  /// Values by place as values by response; a response that is shown alone stays the only one.
  fileprivate func byResponse(shownIn order: [Int]) -> [Element] {
    guard order.count > 1 else { return self }
    var values = self
    for (place, response) in order.enumerated() { values[response] = self[place] }
    return values
  }
}
