import JSON
import Wire

/// The judgments whose JSON is in Fixtures/judgments, by the name of the file.
enum Samples {
  static let all: [String: Judgment] = [
    "pointwise-ok": pointwiseOK, "pointwise-partial": pointwisePartial, "unscored-item": unscoredItem,
    "unscored-call": unscoredCall, "pairwise-scores": pairwiseScores, "pairwise-tie": pairwiseTie,
    "listwise-ties": listwiseTies, "from-logprobs": fromLogprobs, "least": judgment("", .pointwise),
  ]

  static let least = Provenance(
    judge: nil, model: nil, fingerprint: nil, rubric: "helpfulness@sha256:" + String(repeating: "ab", count: 32),
    style: "none", parser: "none", checks: nil, sampling: [:], seed: 0)

  static func judgment(_ id: String, _ format: JudgmentFormat, _ fill: (inout Judgment) -> Void = { _ in }) -> Judgment
  {
    var judgment = Judgment(id: id, format: format, provenance: least)
    fill(&judgment)
    return judgment
  }

  private static let prompt = "sha256:" + String(repeating: "cd", count: 32)
  private static let truncated = Unscored(.truncated, "the judge ran out of tokens")
  private static let empty = Unscored(.invalidInput, "the response is empty")
  private static let late = Unscored(.timeout, "no answer within 30 s")

  private static func sample(
    _ order: [Int], _ outcome: Result<Verdict, Unscored>, text: String?, seed: UInt64, number: Int = 0,
    criterion: String? = nil, attempts: Int = 1, finish: String? = "stop"
  ) -> SampleJudgment {
    SampleJudgment(
      sample: number, order: order, response: order.count == 1 ? order[0] : nil, criterion: criterion, seed: seed,
      attempts: attempts, prompt: prompt, outcome: outcome, text: text, reasoning: nil, finish: finish, model: nil,
      usage: Usage())
  }

  /// Everything that a judgment can carry.
  private static let pointwiseOK = judgment("q1", .pointwise) {
    $0.scores = [7.5]
    $0.rationale = "It answers the question."
    $0.criteria = [
      .init(name: "accuracy", outcomes: [.success(.init(score: 7.5))]),
      .init(
        name: "has-number",
        outcomes: [.success(.init(score: 1, value: 3, reason: "found \"two\"", passed: true))]),
    ]
    var first = sample(
      [0], .success(.scores([[7]])), text: "<answer>7</answer>", seed: 1_234_567_890, criterion: "accuracy")
    first.model = "judge-7b-0613"
    first.reasoning = "It answers the question."
    first.usage = Usage(promptTokens: 812, completionTokens: 240)
    let second = sample(
      [0], .success(.scores([[8]])), text: "<think>\n\"8\"?</think>\n<answer>8</answer>", seed: 1_234_567_891,
      number: 1, criterion: "accuracy", attempts: 2)
    $0.samples = [first, second]
    $0.notes = ["alpha: composited on #ffffff"]
    $0.provenance = Provenance(
      judge: "default", model: "judge-7b", fingerprint: "openai@1.0 judge-7b", rubric: least.rubric,
      style: "flex-judge@1", parser: "answer-tags@1", checks: "checks@1.0",
      sampling: ["temperature": 0.4, "max_tokens": 4096], seed: 7,
      media: ["sha256:" + String(repeating: "ef", count: 32)])
    $0.usage = Usage(promptTokens: 812, completionTokens: 240)
  }

  private static let pointwisePartial = judgment("q2", .pointwise) {
    $0.scores = [4, nil, nil]
    $0.unscored = [.init(response: 1, truncated), .init(response: 2, empty)]
    $0.criteria = [
      .init(name: "accuracy", outcomes: [.success(.init(score: 4)), .failure(truncated), .failure(empty)])
    ]
    $0.samples = [
      sample([0], .success(.scores([[4]])), text: "<answer>4</answer>", seed: 1),
      sample([1], .failure(truncated), text: "<think>Well", seed: 2, attempts: 2, finish: "length"),
    ]
  }

  /// Refused before any call.
  private static let unscoredItem = judgment("q3", .pairwise) {
    $0.unscored = [
      .init(response: nil, Unscored(.invalidInput, "pairwise takes 2 responses, the item has 1"))
    ]
  }

  /// The only response failed: no score, and no answer to quote.
  private static let unscoredCall = judgment("q4", .pointwise) {
    $0.scores = [nil]
    $0.unscored = [.init(response: 0, late)]
    $0.criteria = [.init(name: "accuracy", outcomes: [.failure(late)])]
    $0.samples = [sample([0], .failure(late), text: nil, seed: 1, finish: nil)]
  }

  /// One call for all criteria gives rows, a call about one criterion gives numbers.
  private static let pairwiseScores = judgment("q5", .pairwise) {
    $0.scores = [8.25, 2]
    $0.comparison = .init(
      winner: 0, preference: [0.75, 0.25], ranking: [[0], [1]], confidence: 0.75, positionConsistent: false)
    $0.rationale = "The first is right."
    $0.criteria = [
      .init(name: "accuracy", outcomes: [.success(.init(score: 9)), .success(.init(score: 2))]),
      .init(name: "helpfulness", outcomes: [.success(.init(score: 6)), .success(.init(score: 2))]),
    ]
    $0.samples = [
      sample([0, 1], .success(.scores([[9, 6], [1, 1]])), text: "one", seed: 1),
      sample([1, 0], .success(.scores([[9], [3]])), text: "two", seed: 2, criterion: "accuracy"),
    ]
  }

  /// A style that only names the better response: no scores; a tie is a winner of null.
  private static let pairwiseTie = judgment("q6", .pairwise) {
    $0.comparison = .init(
      winner: nil, preference: [0.5, 0.5], ranking: [[0, 1]], confidence: 0.5, positionConsistent: true)
    $0.samples = [
      sample([0, 1], .success(.choice(winner: nil, strong: false)), text: "[[C]]", seed: 1),
      sample([1, 0], .success(.choice(winner: 1, strong: true)), text: "[[A>>B]]", seed: 2),
    ]
  }

  /// Verdicts from log-probabilities: two scores with two questions each, and a choice.
  private static let fromLogprobs = judgment("q8", .pairwise) {
    let sure = AnswerChances([.init("9", 1)], mass: 1)
    let divided = AnswerChances([.init("partly", 0.25), .init("yes", 0.5)], mass: 0.75)
    var scores = sample([0, 1], .success(.scores([[9, 0.75], [9, 9]])), text: "one", seed: 1)
    scores.evidence = .init(said: .scores([[9, 1], [9, 9]]), answers: [[sure, divided], [sure, sure]])
    var uncovered = sample([1, 0], .failure(Unscored(.unparsed, "covers 0.75")), text: "two", seed: 2)
    uncovered.evidence = .init(said: .scores([[9], [1]]), answers: [[sure], [divided]])
    var choice = sample([1, 0], .success(.chances(wins: [0.25, 0.5], tie: 0.25)), text: "[[A]]", seed: 3)
    choice.evidence = .init(
      said: .choice(winner: 1, strong: false),
      answers: [[.init([.init("0", 0.25), .init("1", 0.5), .init("tie", 0.25)], mass: 1)]])
    $0.unscored = [.init(response: nil, Unscored(.unparsed, "covers 0.75"))]
    $0.samples = [scores, uncovered, choice]
  }

  /// Judged in one order: nothing is known of consistency, so nothing is said.
  private static let listwiseTies = judgment("q7", .listwise) {
    $0.scores = [3, 9, 9, 1]
    $0.comparison = .init(
      winner: nil, preference: [0, 0.5, 0.5, 0], ranking: [[1, 2], [0], [3]], confidence: 1, positionConsistent: nil)
  }
}
