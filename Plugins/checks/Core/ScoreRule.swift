import JSON

/// How a check's value becomes the score of its criterion; the options that all checks share.
struct ScoreRule: Sendable {
  static let options = ["at_least", "at_most", "range", "negate"]

  private enum Map: Sendable {
    case ownScore
    /// 1 when the value lies within the bounds, else 0.
    case bounds(atLeast: Double?, atMost: Double?)
    /// `from` gives 0, `to` gives 1, linear between them, clipped outside. `from > to` rewards small values.
    case linear(from: Double, to: Double)
  }

  private let map: Map
  private let negate: Bool

  init(_ arguments: Arguments, check: String, scoresItself: Bool) throws(JSONError) {
    negate = try arguments.bool("negate", default: false)
    let atLeast = try arguments["at_least"].map { (reader) throws(JSONError) in try reader.double() }
    let atMost = try arguments["at_most"].map { (reader) throws(JSONError) in try reader.double() }
    if let range = arguments["range"] {
      guard atLeast == nil, atMost == nil else {
        throw range.error("'range' cannot stand beside 'at_least' or 'at_most'; keep one of them")
      }
      let ends = try range.array()
      guard ends.count == 2 else { throw range.error("expected two numbers [lo, hi], found \(ends.count)") }
      let (from, to) = (try ends[0].double(), try ends[1].double())
      guard from != to else { throw range.error("both ends are \(from); they must differ") }
      map = .linear(from: from, to: to)
    } else if atLeast != nil || atMost != nil {
      map = .bounds(atLeast: atLeast, atMost: atMost)
    } else if scoresItself {
      map = .ownScore
    } else {
      throw arguments.argument.error(
        "the value of '\(check)' has no score of its own; add at_least, at_most or range: [lo, hi]")
    }
  }

  /// The score, and the measurement's reason with the bound that decided it. Throws where the score should be the check's own and there is
  /// none.
  func apply(_ measurement: Measurement) throws(Unscorable) -> (score: Double, reason: String) {
    var (score, reason) = (0.0, measurement.reason)
    switch map {
    case .ownScore:
      guard let own = measurement.score else { throw Unscorable("the check gave a value and no score of its own") }
      score = own
    case .bounds(let atLeast, let atMost):
      if let atLeast, !(measurement.value >= atLeast) {
        reason += "; \(Reason.number(measurement.value)) is below at_least \(Reason.number(atLeast))"
      } else if let atMost, !(measurement.value <= atMost) {
        reason += "; \(Reason.number(measurement.value)) is above at_most \(Reason.number(atMost))"
      } else {
        score = 1
      }
    case .linear(let from, let to):
      score = min(max((measurement.value - from) / (to - from), 0), 1)
    }
    if negate {
      score = 1 - score
      reason += "; negated"
    }
    return (score, reason)
  }
}
