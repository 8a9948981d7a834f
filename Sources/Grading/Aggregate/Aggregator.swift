import Judging
import Rubrics
import Wire

/// Stage *aggregate*: samples, orders, criteria and checks of one item to its scores and comparison.
///
/// An order in which there is no verdict at all leaves the answer unscored: a mean over the other order would carry the
/// judge's taste for the first place. Single samples that could not be read are left out, and stay visible in
/// `samples`.
struct Aggregator {
  typealias Scored = Result<CriterionJudgment.Score, Unscored>

  let rubric: Rubric
  let format: JudgmentFormat
  let responses: Int
  /// The orders that were asked for, the same for all samples; where each is judged alone, each response by itself.
  let orders: [[Int]]
  /// Whether no call showed more than one response: pointwise, and whenever a judge gives numbers.
  let isEachAlone: Bool
  let samples: [SampleJudgment]
  /// By response, by check criterion.
  let checks: [[Scored]]
  /// By response: why it could not be put before the judge at all.
  let broken: [Unscored?]

  private var weighing: Weighing { Weighing(rubric: rubric, format: format) }
  /// The names under which verdicts are looked up: the judge's criteria, or one nameless question.
  private var questions: [Criterion?] { rubric.answered }

  /// Fills in what the verdicts say.
  func fill(_ judgment: inout Judgment) {
    judgment.samples = samples
    judgment.usage = samples.reduce(Usage()) { $0 + $1.usage }
    let hasNumbers = !samples.contains(where: \.namesWinner)
    let asked = (0..<responses).map { response in questions.map { answer($0, response) } }
    judgment.criteria = criteria(asked)
    if format == .pointwise || hasNumbers {
      fillScores(&judgment, asked)
    }
    if format != .pointwise, judgment.unscored.isEmpty {
      hasNumbers ? compareScores(&judgment) : compareChoices(&judgment)
    }
  }

  // MARK: Scores

  /// The judge's answer to one question about one response, over samples and orders.
  private func answer(_ question: Criterion?, _ response: Int) -> Scored {
    if let unscored = broken[response] { return .failure(unscored) }
    var groups: [[Double]] = []
    for order in orders where order.contains(response) {
      let asked = samples.filter { $0.order == order && ($0.criterion == nil || $0.criterion == question?.name) }
      let values = asked.compactMap { value($0, question, response) }
      guard !values.isEmpty else { return .failure(reason(asked, order)) }
      groups.append(values)
    }
    guard !groups.isEmpty else { return .failure(Unscored(.judgeError, "no call was made")) }
    let score = rubric.combine.combine(groups)
    // Only a scoring judge has a value of its own, and it is asked once.
    let measured = samples.first { $0.response == response && $0.value != nil }
    return .success(
      .init(score: score, value: measured?.value, reason: measured?.reason, passed: passed(question, score)))
  }

  private func value(_ sample: SampleJudgment, _ question: Criterion?, _ response: Int) -> Double? {
    guard case .success(.scores(let rows)) = sample.outcome else { return nil }
    let row = isEachAlone ? rows[0] : rows[response]
    // A call about one criterion has one answer; a call about all has them in the order of the rubric.
    // Where nothing is asked, there is one number: that of the description, or of a reward model.
    guard sample.criterion == nil, !rubric.asked.isEmpty else { return row[0] }
    return rubric.asked.firstIndex { $0.name == question?.name }.map { row[$0] }
  }

  private func passed(_ criterion: Criterion?, _ score: Double) -> Bool? {
    guard let criterion, criterion.isGate else { return nil }
    return weighing.passes(criterion, score)
  }

  private func reason(_ asked: [SampleJudgment], _ order: [Int]) -> Unscored {
    let failures = asked.compactMap { if case .failure(let unscored) = $0.outcome { unscored } else { nil } }
    guard let first = failures.first else { return Unscored(.judgeError, "no call was made") }
    guard orders.count > 1, format != .pointwise else { return first }
    if isEachAlone { return Unscored(first.reason, "response \(order[0]): \(first.message)") }
    let shown = order.map(String.init).joined(separator: ", ")
    return Unscored(first.reason, "in the order [\(shown)]: \(first.message)")
  }

  private func criteria(_ asked: [[Scored]]) -> [CriterionJudgment] {
    var question = 0
    var check = 0
    return rubric.criteria.compactMap { criterion in
      let outcomes: [Scored]
      if criterion.check == nil {
        outcomes = asked.map { $0[question] }
        question += 1
        // A verdict for the pair answers no criterion by itself.
        if samples.contains(where: \.namesWinner) { return nil }
      } else {
        outcomes = checks.map { row in row[check].map { gated(criterion, $0) } }
        check += 1
      }
      return CriterionJudgment(name: criterion.name, outcomes: outcomes)
    }
  }

  private func gated(_ criterion: Criterion, _ score: CriterionJudgment.Score) -> CriterionJudgment.Score {
    .init(score: score.score, value: score.value, reason: score.reason, passed: passed(criterion, score.score))
  }

  private func fillScores(_ judgment: inout Judgment, _ asked: [[Scored]]) {
    judgment.scores = (0..<responses).map { response in
      do throws(Unscored) {
        var answers: [Double] = []
        var measured: [Double] = []
        for outcome in asked[response] { answers.append(try outcome.get().score) }
        for outcome in checks[response] { measured.append(try outcome.get().score) }
        return weighing.overall(asked: answers, checked: measured)
      } catch {
        judgment.unscored.append(.init(response: format == .pointwise ? response : nil, error))
        return nil
      }
    }
    if format != .pointwise, let first = judgment.unscored.first {
      judgment.scores = []
      judgment.unscored = [first]
    }
  }

  // MARK: Comparison

  private func compareScores(_ judgment: inout Judgment) {
    let scores = judgment.scores.compactMap { $0 }
    let measured = checks.map { $0.compactMap { try? $0.get().score } }
    var ballots: [Ballots.Ballot] = []
    var byOrder: [Set<Int>] = []
    let isOneOpinion = questions.isEmpty || isEachAlone
    for order in orders where !isOneOpinion {
      let cast = (0..<(samples.map(\.sample).max() ?? 0) + 1).compactMap { sample in
        overall(samples.filter { $0.sample == sample && $0.order == order }, measured)
      }
      guard !cast.isEmpty else {
        judgment.scores = []
        judgment.unscored = [.init(response: nil, Self.noWholeVerdict(order))]
        return
      }
      ballots += cast.map { Ballots.Ballot(order: order, for: Ballots.best($0)) }
      byOrder.append(Ballots.best((0..<responses).map { at in cast.reduce(0) { $0 + $1[at] } / Double(cast.count) }))
    }
    // With numbers alone there is one opinion, and nothing that could depend on the order.
    if isOneOpinion { ballots = [Ballots.Ballot(order: orders[0], for: Ballots.best(scores))] }
    judgment.comparison = Ballots(responses: responses, ballots: ballots).comparison(
      scores: scores, byOrder: byOrder)
  }

  private static func noWholeVerdict(_ order: [Int]) -> Unscored {
    let shown = order.map(String.init).joined(separator: ", ")
    return Unscored(.unparsed, "in the order [\(shown)]: no sample has a verdict for every criterion")
  }

  /// The overall scores that one sample in one order gives, nil where it lacks a criterion.
  private func overall(_ calls: [SampleJudgment], _ measured: [[Double]]) -> [Double]? {
    var all: [Double] = []
    for response in 0..<responses {
      var answers: [Double] = []
      for question in questions {
        let call = calls.first { $0.criterion == nil || $0.criterion == question?.name }
        guard let call, let answer = value(call, question, response) else { return nil }
        answers.append(answer)
      }
      all.append(weighing.overall(asked: answers, checked: measured[response]))
    }
    return all
  }

  /// For styles that name the better response. Checks take part as gates only: a response that fails one cannot win
  /// against one that does not.
  private func compareChoices(_ judgment: inout Judgment) {
    let open: Set<Int>
    do throws(Unscored) {
      open = try openGates()
    } catch {
      judgment.unscored = [.init(response: nil, error)]
      return
    }
    var ballots: [Ballots.Ballot] = []
    var byOrder: [Set<Int>] = []
    for order in orders {
      let inOrder = samples.filter { $0.order == order }
      let cast = inOrder.compactMap { sample -> Ballots.Ballot? in
        guard case .success(let verdict) = sample.outcome else { return nil }
        return open.count == 1
          ? Ballots.Ballot(order: order, for: open) : Ballots.Ballot(order: order, verdict, of: responses)
      }
      guard !cast.isEmpty else {
        judgment.unscored = [.init(response: nil, reason(inOrder, order))]
        return
      }
      ballots += cast
      byOrder.append(Ballots(responses: responses, ballots: cast).leaders())
    }
    judgment.comparison = Ballots(responses: responses, ballots: ballots).comparison(scores: nil, byOrder: byOrder)
  }

  /// The responses that pass every required check.
  private func openGates() throws(Unscored) -> Set<Int> {
    var open = Set(0..<responses)
    for (number, criterion) in rubric.checked.enumerated() {
      for response in 0..<responses {
        let score = try checks[response][number].get()
        if !weighing.passes(criterion, score.score) { open.remove(response) }
      }
    }
    return open
  }
}
