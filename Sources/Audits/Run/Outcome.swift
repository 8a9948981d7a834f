import Wire

/// What one judgment of an audit came to. What is unscored is neither robust nor broken.
enum Outcome: Sendable, Hashable {
  case read(Reading)
  case unscored(UnscoredReason, String)

  /// The decision; nil for what is unscored.
  var decision: Decision? { reading?.decision }

  var reading: Reading? { if case .read(let reading) = self { reading } else { nil } }
}

/// A judgment, as far as an audit looks at it.
struct Reading: Sendable, Hashable {
  var decision: Decision
  /// On the rubric's scale, one for each response; empty where the judge only named the better one.
  var scores: [Double]
  /// How sure the judge was; nil where its verdict consists of one answer, which says nothing of that.
  var confidence: Double?

  /// The same in terms of the original item, when responses stood in other places: that at `i` was the original's `places[i]`.
  func moved(back places: [Int]) -> Reading {
    var reading = self
    if case .winner(let winner?) = decision { reading.decision = .winner(places[winner]) }
    if scores.count == places.count {
      for (place, original) in places.enumerated() { reading.scores[original] = scores[place] }
    }
    return reading
  }
}

extension Outcome {
  /// Reads a judgment. One response passes from `passAt` on, and is unscored without; of several that have scores of their own the
  /// highest wins.
  init(_ judgment: Judgment, passAt: Double?) {
    guard judgment.status == .ok else {
      let why = judgment.unscored.first?.unscored ?? Unscored(.judgeError, "nothing was judged")
      self = .unscored(why.reason, why.message)
      return
    }
    let scores = judgment.scores.compactMap { $0 }
    if let comparison = judgment.comparison {
      let isDivided = judgment.samples.contains { if case .success(.chances) = $0.outcome { true } else { false } }
      let says = judgment.samples.count { $0.isScored } > 1 || isDivided
      self = .read(
        Reading(
          decision: .winner(comparison.winner), scores: scores, confidence: says ? comparison.confidence : nil))
    } else if scores.count == 1 {
      guard let passAt else {
        self = .unscored(
          .invalidInput, "the rubric's scale has no middle; say from which score on a response passes (--pass-at)")
        return
      }
      self = .read(Reading(decision: .passes(scores[0] >= passAt - 1e-9), scores: scores, confidence: nil))
    } else {
      guard let highest = scores.max(), scores.count == judgment.scores.count else {
        self = .unscored(.judgeError, "the judgment has neither a comparison nor a score for every response")
        return
      }
      let best = scores.indices.filter { scores[$0] == highest }
      self = .read(Reading(decision: .winner(best.count == 1 ? best[0] : nil), scores: scores, confidence: nil))
    }
  }
}
