import Grading
import Rubrics
import Wire

/// What callers were answered, by rubric, judge and route.
struct JudgmentTally: Sendable {
  /// All of them are names of the configuration; what requests say makes no more of them.
  struct Key: Labelled, Sendable {
    let rubric: String
    /// Empty where only checks are computed.
    let judge: String
    let route: String

    var labels: Exposition.Labels { [("rubric", rubric), ("judge", judge), ("route", route)] }
  }

  private struct Kind: Labelled, Sendable {
    let origin: Judged.Origin
    let status: Judgment.Status

    var labels: Exposition.Labels { [("origin", origin.rawValue), ("status", status.rawValue)] }
  }

  private var kinds: [Kind: Int] = [:]
  private var unscored: [UnscoredReason: Int] = [:]
  private var scores = Histogram(Histogram.ratios)
  private var seconds = Histogram(Histogram.seconds)
  private var comparisons = 0
  private var ties = 0
  private var orderChecks = 0
  private var orderFlips = 0

  /// Counts an answer that took `took`. A failure counts as one; it is never among the scores.
  mutating func add(_ judged: Judged, in session: Session, took: Duration) {
    let judgment = judged.judgment
    kinds[Kind(origin: judged.origin, status: judgment.status), default: 0] += 1
    seconds.add(took / .seconds(1))
    for failure in judgment.unscored { unscored[failure.unscored.reason, default: 0] += 1 }
    let scale = session.rubric.scale(in: judgment.format)
    if !scale.isUnbounded {
      for case let score? in judgment.scores { scores.add(scale.fraction(of: score)) }
    }
    guard let comparison = judgment.comparison else { return }
    comparisons += 1
    ties += comparison.winner == nil ? 1 : 0
    guard let isConsistent = comparison.positionConsistent else { return }
    orderChecks += 1
    orderFlips += isConsistent ? 0 : 1
  }

  /// Writes all tallies, family by family.
  static func write(_ tallies: [Key: JudgmentTally], to text: inout Exposition) {
    let all = tallies.labelled
    func counters(_ name: String, _ help: String, _ count: (JudgmentTally) -> Int) {
      text.family(name, .counter, help)
      for (labels, tally) in all { text.add(count(tally), labels) }
    }
    text.family(
      "cupel_judgments_total", .counter,
      "Items that were answered, by where the judgment comes from and how much of it is scored.")
    for (labels, tally) in all {
      for (own, count) in tally.kinds.labelled { text.add(count, labels + own) }
    }
    text.family("cupel_unscored_total", .counter, "Responses, or items as a whole, that have no score, by reason.")
    for (labels, tally) in all {
      for (own, count) in tally.unscored.labelled { text.add(count, labels + own) }
    }
    text.family(
      "cupel_score_ratio", .histogram,
      "Scores of responses as a fraction of the rubric's scale; scales without ends are left out.")
    for (labels, tally) in all { text.add(tally.scores, labels) }
    text.family("cupel_judgment_seconds", .histogram, "From the request for an item's judgment to its answer.")
    for (labels, tally) in all { text.add(tally.seconds, labels) }
    counters("cupel_comparisons_total", "Judgments that compare responses.") { $0.comparisons }
    counters("cupel_ties_total", "Comparisons without a winner.") { $0.ties }
    counters("cupel_order_checks_total", "Comparisons for which the responses were shown in several orders.") {
      $0.orderChecks
    }
    counters("cupel_order_flips_total", "Of these, the ones in which another order named another winner.") {
      $0.orderFlips
    }
  }
}

extension UnscoredReason: Labelled {
  var labels: Exposition.Labels { [("reason", rawValue)] }
}
