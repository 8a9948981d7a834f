import Calibration
import Configuration
import Grading
import JSON
import Rubrics
import Wire

/// `POST /v1/calibrations`: labels, and what they are held against.
struct CalibrationRequest: Sendable {
  /// The request as it came.
  var input = JSONValue.null
  var labels: [JSONReader] = []
  var judgments: [JSONReader]?
  var thenJudgments: [[JSONReader]]?
  var items: [Item]?
  var rubric: String?
  var judge: String?
  var then: [String]?
  var format: JudgmentFormat?
  var samples: Int?
  var order: OrderPolicy?
  var sampling: SamplingSettings?
  var scale: HumanScale?
  var within: Double?
  var passAt: Double?
  var source: ConfidenceSource?
  var hasConfidence: Bool?
  var methods: [CalibrationMethod]?
  var level: Double?
  var risk: Double?
  var error: Double?
  var seed: Int?
  var resamples: Int?
  var maxCalls: Int?

  /// On which terms items are judged, one for each judge of a cascade; empty where they are judged already.
  var terms: [Terms] {
    guard items != nil, let rubric else { return [] }
    return ([judge] + (then ?? []).map { $0 }).map { name in
      var terms = Terms(rubric: rubric, judge: name)
      terms.format = format
      terms.samples = samples
      terms.order = order
      terms.seed = UInt64(seed ?? 0)
      terms.sampling = sampling ?? SamplingSettings()
      return terms
    }
  }

  /// What is fitted, and how.
  var fit: Fit {
    var fit = Fit()
    fit.source = source
    fit.hasConfidence = hasConfidence ?? true
    if let methods, !methods.isEmpty { fit.methods = methods }
    if let level { fit.level = level }
    fit.risk = risk
    if let error { fit.error = error }
    fit.seed = UInt64(seed ?? 0)
    if let resamples { fit.resamples = resamples }
    return fit
  }

  /// What the labels say, and what a verdict is.
  func evidence() throws(Fault) -> LabelledJudgments {
    var labels = LabelSet(scale: scale)
    for (index, reader) in self.labels.enumerated() {
      try Fault.reading { () throws(JSONError) in try labels.add(reader, line: index + 1) }
    }
    guard let kind = labels.kind else { throw Fault(.invalidRequest, "there are no labels", path: "labels") }
    let rules = try rules(kind)
    do throws(CalibrationError) { return try LabelledJudgments(labels, rules) } catch {
      throw Fault(.invalidRequest, error.message, path: "labels")
    }
  }

  private func rules(_ kind: LabelKind) throws(Fault) -> EvidenceRules {
    for (name, isUnused) in [("within", within != nil && kind != .score), ("pass_at", passAt != nil && kind != .pass)]
    where isUnused {
      throw Fault(.invalidRequest, "has no meaning for labels that say '\(kind.rawValue)'", path: name)
    }
    switch kind {
    case .score:
      guard let scale else {
        throw Fault(
          .invalidRequest, "the labels are scores; say of which scale, such as {\"min\": 1, \"max\": 5, \"step\": 1}",
          path: "scale")
      }
      return .score(within: within ?? scale.step.map { $0 / 2 } ?? 0.5, scale: scale)
    case .pass:
      guard let passAt else {
        throw Fault(
          .invalidRequest, "the labels say 'pass'; say from which score of the judge on a response passes",
          path: "pass_at")
      }
      return .pass(least: passAt, scale: scale)
    case .winner: return .winner
    }
  }

  /// Refuses what does not go together.
  func check() throws(Fault) {
    guard (judgments == nil) != (items == nil) else {
      let why =
        judgments == nil ? "'judgments' or 'items' is missing" : "'items' stand beside 'judgments'; give one of them"
      throw Fault(.invalidRequest, why, path: judgments == nil ? nil : "items")
    }
    if judgments != nil {
      let unused: [(String, Bool)] = [
        ("rubric", rubric != nil), ("judge", judge != nil), ("then", then != nil), ("format", format != nil),
        ("samples", samples != nil),
        ("order", order != nil), ("sampling", sampling != nil), ("max_calls", maxCalls != nil),
      ]
      for (name, isGiven) in unused where isGiven {
        throw Fault(.invalidRequest, "says how items are judged, and the judgments are there already", path: name)
      }
    } else if thenJudgments != nil {
      throw Fault(
        .invalidRequest, "stand beside 'items', which are judged first; name who judges them with 'then'",
        path: "then_judgments")
    } else if rubric == nil {
      throw Fault(.invalidRequest, "'rubric' is missing: by what the items are judged")
    }
    try checkCascade()
    if let items {
      try Method.refuseTwins(items.map(\.id), in: "items")
      for (index, item) in items.enumerated() {
        // A job may outlive uploads, and is to find again what it was asked for.
        guard let obstacle = WireMedia.ofThemselves.obstacle(in: item) else { continue }
        throw Fault(.invalidRequest, obstacle.message, path: JSONPath()["items"][index].description)
      }
    }
  }
  private func checkCascade() throws(Fault) {
    let lists = [("then", then?.count), ("then_judgments", thenJudgments?.count)]
    for (name, count) in lists {
      guard let count else { continue }
      guard count > 0 else { throw Fault(.invalidRequest, "names nobody; leave it out", path: name) }
      guard risk != nil else {
        throw Fault(.invalidRequest, "'\(name)' makes a cascade, which needs 'risk'", path: name)
      }
      guard hasConfidence != false else {
        throw Fault(
          .invalidRequest, "'\(name)' makes a cascade, which needs the judges' confidences", path: "confidence")
      }
    }
  }
}
