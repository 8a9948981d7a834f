public import JSON

extension JudgeCalibration {
  /// What was fitted and what is promised, for people.
  public func summary() throws(JSONError) -> [String] {
    var lines = ["calibration \(try digest().prefix(19))… of \(judge.shown)"]
    if let source, let method = promise["confidence_method"]?.string {
      let error = promise["ece"].map(Self.shown) ?? "–"
      lines.append("confidence: \(source.rawValue), by \(method); on held-out items an ECE of \(error)")
    }
    if let method = promise["score_method"]?.string, let bands {
      let radius = bands.overall.radius.isFinite ? "± \(Shown.number(bands.overall.radius))" : "the whole scale"
      lines.append("scores: by \(method); intervals of \(Shown.percent(bands.level)): \(radius)")
    }
    if let sets {
      lines.append(
        "answers: sets of \(Shown.percent(sets.level)) hold those of a probability of at least \(Shown.number(sets.threshold))"
      )
    }
    if let abstention {
      lines.append(
        abstention.threshold.map {
          "decides above a confidence of \(Shown.number($0)): \(Shown.percent(abstention.coverage)) of the items, at most "
            + "\(Shown.percent(abstention.risk)) of them wrongly"
        } ?? "decides nothing: no threshold keeps the risk below \(Shown.percent(abstention.risk))")
    }
    return lines
  }

  /// An estimate that was written as JSON.
  private static func shown(_ estimate: JSONValue) -> String {
    guard let value = estimate["value"]?.double else { return estimate["reason"]?.string ?? "–" }
    let ends = estimate["interval"].flatMap { interval in
      interval["lower"]?.double.flatMap { low in interval["upper"]?.double.map { (low, $0) } }
    }
    return Shown.number(value) + (ends.map { " [\(Shown.number($0.0)), \(Shown.number($0.1))]" } ?? "")
  }
}
