import Judging
import Rubrics
import Wire

/// What cannot work is refused before the first call: a rubric without its judge once, an unfit item by itself.
enum Admission {
  static func check(
    rubric: Rubric, judge: (any Judge)?, checks: (any Judge)?, format: JudgmentFormat
  ) throws(GradingError) {
    if !rubric.checked.isEmpty, checks == nil {
      throw GradingError("rubric '\(rubric.name)' has 'check' criteria, and the checks plugin is not loaded")
    }
    guard rubric.needsJudge else { return }
    let about = try described(judge, for: rubric)
    switch about.kind {
    case .scoring: try checkScoring(about, rubric)
    case .generative: try checkGenerative(about, rubric, format)
    }
  }

  private static func described(_ judge: (any Judge)?, for rubric: Rubric) throws(GradingError) -> JudgeDescription {
    guard let judge else {
      let what = rubric.wantsReward ? "takes its score from a reward model" : "asks a judge model"
      throw GradingError("rubric '\(rubric.name)' \(what); name one with --judge")
    }
    return judge.description
  }

  /// A reward model reads the conversation and the response, each response by itself; it reads no questions.
  private static func checkScoring(_ about: JudgeDescription, _ rubric: Rubric) throws(GradingError) {
    guard rubric.asked.isEmpty else {
      let names = rubric.asked.map(\.name).joined(separator: ", ")
      throw GradingError(
        "judge '\(about.name)' gives one number and reads no questions; rubric '\(rubric.name)' asks: \(names). Use the "
          + "rubric 'reward' (its number as it is) or 'reward-probability' (0 to 1), or one without 'ask' criteria")
    }
    guard about.formats.contains(.pointwise) else {
      throw GradingError("judge '\(about.name)' gives numbers, and does not judge a response by itself (pointwise)")
    }
  }

  private static func checkGenerative(
    _ about: JudgeDescription, _ rubric: Rubric, _ format: JudgmentFormat
  ) throws(GradingError) {
    guard !rubric.wantsReward else {
      throw GradingError(
        "judge '\(about.name)' answers in words; rubric '\(rubric.name)' takes the number of a reward model. Use a "
          + "rubric that asks, such as helpfulness")
    }
    guard rubric.formats.contains(format) else {
      let accepted = rubric.formats.map(\.rawValue).joined(separator: ", ")
      throw GradingError("rubric '\(rubric.name)' cannot be used \(format.rawValue); its style supports: \(accepted)")
    }
    guard about.formats.contains(format) else {
      let accepted = about.formats.map(\.rawValue).joined(separator: ", ")
      throw GradingError("judge '\(about.name)' does not judge \(format.rawValue); it does: \(accepted)")
    }
    // A verdict for the pair has no place on a scale that a check's score could be weighed with.
    if format == .pairwise, rubric.style?.pattern.comparesPairs == true,
      let check = rubric.checked.first(where: { $0.weight > 0 })
    {
      throw GradingError(
        "style '\(rubric.style?.name ?? "")' only names the better of two, so check '\(check.name)' of rubric "
          + "'\(rubric.name)' cannot be weighed in; make it a gate (required: true, weight: 0) or use a style that "
          + "gives scores, such as flex-judge")
    }
  }

  /// Log-probabilities have to be there, and to mean something on the rubric's scales.
  static func check(
    rubric: Rubric, judge: (any Judge)?, format: JudgmentFormat, verdictsFrom source: VerdictSource
  ) throws(GradingError) {
    guard source.kind == .logprobs else { return }
    guard rubric.needsJudge, let judge else {
      throw GradingError(
        "rubric '\(rubric.name)' asks no judge, so there are no verdicts to take from log-probabilities")
    }
    guard judge.description.kind == .generative else {
      throw GradingError(
        "judge '\(judge.description.name)' gives numbers, not text; there are no verdicts to take from log-probabilities"
      )
    }
    if let obstacle = rubric.obstacleToLogprobs(in: format) {
      throw GradingError("rubric '\(rubric.name)' \(format.rawValue): \(obstacle)")
    }
    guard judge.description.maxTopLogprobs > 0 else {
      throw GradingError(
        "judge '\(judge.description.name)' gives no log-probabilities, and verdicts of rubric '\(rubric.name)' are to be taken "
          + "from them; set the judge's option 'logprobs' (a recording has them when it was made with them), or take verdicts "
          + "from the words (verdict: {from: words})")
    }
  }

  static func check(_ item: Item, _ format: JudgmentFormat) throws(Unscored) {
    let count = item.responses.count
    switch format {
    case .pointwise where count < 1: throw Unscored(.invalidInput, "there is no response to judge")
    case .pairwise where count != 2: throw Unscored(.invalidInput, "pairwise takes 2 responses, the item has \(count)")
    case .listwise where count < 2:
      throw Unscored(.invalidInput, "listwise takes 2 or more responses, the item has \(count)")
    case .listwise where count > maxListed:
      throw Unscored(.invalidInput, "the item has \(count) responses; listwise takes at most \(maxListed)")
    default: break
    }
  }

  /// Side by side, one broken response leaves nothing to compare; by itself, the others are judged all the same.
  static func check(_ item: LoadedItem, _ format: JudgmentFormat) throws(Unscored) {
    guard format != .pointwise else { return }
    for (index, response) in item.responses.enumerated() {
      guard case .failure(let unscored) = response else { continue }
      throw Unscored(unscored.reason, "response \(index): \(unscored.message)")
    }
  }

  /// More responses than any judge tells apart in one prompt.
  static let maxListed = 64
}
