import Wire

/// A judgment on its way to the output.
struct Judged: Sendable {
  /// Its place in the input.
  let index: Int
  /// Bytes of input up to and including its record.
  let progress: Int
  let judgment: Judgment
  /// The judgment as the output has it, without the line end.
  let line: [UInt8]

  /// Whether a part of it was given up because the run is being stopped.
  var isCancelled: Bool {
    func cancelled<Success>(_ outcome: Result<Success, Unscored>) -> Bool {
      if case .failure(let unscored) = outcome { unscored.reason == .cancelled } else { false }
    }
    return judgment.unscored.contains { $0.unscored.reason == .cancelled }
      || judgment.samples.contains { cancelled($0.outcome) }
      || judgment.criteria.contains { $0.outcomes.contains(where: cancelled) }
  }
}
