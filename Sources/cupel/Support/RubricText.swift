import JSON
import Rubrics
import Wire

/// A rubric for people to read.
struct RubricText {
  private let rubric: Rubric

  init(_ rubric: Rubric) { self.rubric = rubric }

  var lines: [String] {
    var table = Table([("", .left), ("", .left)])
    for (name, value) in fields { table.add([name, value]) }
    return Array(table.lines.dropFirst()) + criteria
  }

  private var fields: [(String, String)] {
    var fields = [
      ("name", rubric.name), ("version", String(rubric.version)), ("digest", rubric.digest), ("file", rubric.file),
      ("format", rubric.format.rawValue), ("scale", rubric.scale(in: rubric.format).phrase),
    ]
    if let style = rubric.style {
      fields += [
        ("style", style.reference), ("calls", rubric.calls.rawValue), ("samples", String(rubric.samples)),
        ("order", rubric.order.rawValue), ("combine", rubric.combine.rawValue),
      ]
      if let minMass = rubric.verdict.minMass { fields.append(("verdict", "from logprobs, min_mass \(minMass)")) }
    }
    if rubric.wantsReward { fields.append(("judge", "a reward model: one number for each response, by itself")) }
    let description = rubric.description.split(whereSeparator: \.isNewline).map(String.init)
    return fields + description.enumerated().map { ($0.offset == 0 ? "description" : "", $0.element) }
  }

  private var criteria: [String] {
    guard !rubric.criteria.isEmpty else { return [] }
    var table = Table([("criterion", .left), ("weight", .right), ("gate", .right), ("how", .left)])
    for criterion in rubric.criteria {
      let gate = criterion.threshold.map { "≥ \($0)" } ?? ""
      let how =
        switch criterion.kind {
        case .ask(let question): question
        case .check(let check): "check: \((try? JSONWriter.compact(check)) ?? "")"
        case .reward: "a reward model's number"
        }
      table.add([criterion.name, "\(criterion.weight)", gate, how])
    }
    return [""] + table.lines
  }
}
