public import JSON
public import Wire

extension JudgeCalibration {
  /// What a judgment is worth. The caller has made sure, by ``mismatch(_:)``, that it is of the judge.
  ///
  /// - Parameters:
  ///   - group: what the item is, as labels name it; nil, and a name that no label had: intervals are those of all items.
  ///   - digest: its own; it is not computed for each judgment.
  /// - Throws: where it is no judgment, or one of another kind than the labels were.
  public func calibrated(
    _ judgment: JSONReader, responses: Int, group: String? = nil, digest: String
  ) throws(JSONError) -> Calibrated {
    let evidence = try JudgmentReader(rules).evidence(judgment)
    if rules == .winner { return Calibrated(by: digest, .comparison(evidence.first.map { outcome($0, group) })) }
    var outcomes = [Calibrated.Outcome?](repeating: nil, count: responses)
    for one in evidence where outcomes.indices.contains(one.response) { outcomes[one.response] = outcome(one, group) }
    return Calibrated(by: digest, .responses(outcomes))
  }

  private func outcome(_ evidence: Evidence, _ group: String?) -> Calibrated.Outcome {
    let confidence = self.confidence(of: evidence.confidences)
    var (score, interval): (Double?, ClosedRange<Double>?)
    switch rules {
    case .score(_, let scale):
      score = self.score.flatMap { map in evidence.score.map { map($0) } }
      if let bands, let scale, let score { interval = bands.interval(around: score, on: scale, group: group) }
    case .pass:
      // The probability that people pass it, whatever the verdict is.
      score = confidence.map { evidence.verdict == 1 ? $0 : 1 - $0 }
    case .winner: break
    }
    return Calibrated.Outcome(
      score: score, interval: interval, answers: sets.flatMap { sets in evidence.answers.map(sets.set) },
      confidence: confidence, abstains: abstention.map { $0.abstains(confidence) },
      given: .init(verdict: evidence.verdict, confidence: given(evidence.confidences)))
  }

  /// The probability that a verdict is right; nil where its judgment does not have the source.
  func confidence(of confidences: Confidences) -> Double? {
    given(confidences).flatMap { given in confidence.map { $0(given) } }
  }

  /// The same before it is calibrated.
  private func given(_ confidences: Confidences) -> Double? {
    source.flatMap { source in combination.map { $0(confidences) } ?? confidences[source] }
  }
}
