/// One deterministic check, compiled from a rubric: looks at a subject and says what it found. Two runs over the same
/// subject give the same measurement.
protocol Check: Sendable {
  /// False when the value has no score of its own (a word count, a PSNR), so that the rubric must say how to score it.
  var scoresItself: Bool { get }
  func measure(_ subject: Subject) throws(Unscorable) -> Measurement
}

extension Check {
  var scoresItself: Bool { true }
}

/// What a check found.
struct Measurement: Sendable, Hashable {
  /// Finite, in the unit that the documentation of the check names.
  let value: Double
  /// 0 to 1; nil when the check does not score by itself.
  let score: Double?
  /// One line for people.
  let reason: String

  init(value: Double, score: Double?, reason: String) {
    self.value = value
    self.score = score
    self.reason = reason
  }

  /// Yes or no: the value is 1 or 0 and so is the score.
  init(passed: Bool, _ reason: String) {
    self.init(value: passed ? 1 : 0, score: passed ? 1 : 0, reason: reason)
  }
}

/// Why a criterion could not be checked: something is missing or a limit was reached. Never a score.
struct Unscorable: Error, Sendable, Hashable {
  let message: String
  init(_ message: String) { self.message = message }
}
