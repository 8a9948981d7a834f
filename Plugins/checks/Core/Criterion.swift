import JSON

/// A named check of a rubric with the rule that turns its value into a score.
struct Criterion: Sendable {
  let name: String
  private let check: any Check
  private let rule: ScoreRule
  private let part: Part

  init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly("name", "check")
    name = try reader.require("name").string()
    let written = try reader.require("check")
    let kind = try Registry.kind(of: written)
    let arguments = Arguments(argument: try written.require(kind.name), options: written)
    check = try kind.make(arguments)
    rule = try ScoreRule(arguments, check: kind.name, scoresItself: check.scoresItself)
    part = kind.modality == .text ? try arguments.choice(Part.option, default: .whole) : .whole
  }

  func run(_ subject: Subject) -> CheckResult {
    do throws(Unscorable) {
      var subject = subject
      if part != .whole, let response = subject.response {
        guard let cut = part.cut(response) else { return missingPart }
        subject.response = cut
      }
      let measurement = try check.measure(subject)
      let (score, reason) = try rule.apply(measurement)
      guard measurement.value.isFinite, score.isFinite else {
        return CheckResult(name: name, outcome: .unscored("the value is not a finite number"))
      }
      return CheckResult(name: name, outcome: .scored(value: measurement.value, score: score, reason: reason))
    } catch {
      return CheckResult(name: name, outcome: .unscored(error.message))
    }
  }

  /// A response without the part that was asked for fails, whatever the rule (also when it is negated).
  private var missingPart: CheckResult {
    CheckResult(
      name: name, outcome: .scored(value: 0, score: 0, reason: "the response has no <answer>…</answer>"))
  }
}
