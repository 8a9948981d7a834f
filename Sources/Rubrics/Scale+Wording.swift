public import JSON

extension Scale {
  /// What to answer, as a phrase: `a whole number from 1 to 10`, `a number from 0 to 10 in steps of 0.5`, `one of: no, partly, yes`.
  public var phrase: String {
    switch kind {
    case .unbounded(let floor): return "any number" + (floor.map { " from \(Self.text($0))" } ?? "")
    case .labels(let labels): return "one of: " + labels.map(\.text).joined(separator: ", ")
    case .number(let minimum, let maximum, let step):
      let range = "from \(Self.text(minimum)) to \(Self.text(maximum))"
      guard let step else { return "a number \(range)" }
      if step == 1, minimum == minimum.rounded() { return "a whole number \(range)" }
      return "a number \(range) in steps of \(Self.text(step))"
    }
  }

  /// The phrase and the anchors, one a line, lowest first: what the `{scale}` slot of a prompt holds.
  public var wording: String {
    let lines = anchors.map { "- \(answer(for: $0.value)): \($0.meaning)" }
    return (["Answer with \(phrase)."] + lines).joined(separator: "\n")
  }

  /// How a judge writes `value`: the label, or the number without a needless `.0`.
  public func answer(for value: Double) -> String {
    if case .labels(let labels) = kind, let label = labels.first(where: { $0.value == value }) { return label.text }
    return Self.text(value)
  }

  /// A JSON Schema of one answer.
  public var schema: JSONValue {
    switch kind {
    case .labels(let labels): return ["enum": .array(labels.map { .string($0.text) })]
    case .number(let minimum, let maximum, let step):
      let whole = step == 1 && minimum == minimum.rounded()
      return [
        "type": whole ? "integer" : "number", "minimum": Self.number(minimum), "maximum": Self.number(maximum),
      ]
    case .unbounded: return ["type": "number"]
    }
  }

  /// A number as people write it.
  static func text(_ value: Double) -> String {
    Int64(exactly: value).map { String($0) } ?? value.description
  }

  /// A number as JSON, an integer where it is whole: `1` and `1.0` in a file are the same scale.
  static func number(_ value: Double) -> JSONValue { Int64(exactly: value).map { .int($0) } ?? .number(value) }
}
