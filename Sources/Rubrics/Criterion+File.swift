import Documents
import JSON

extension Criterion {
  static let fields = ["name", "weight", "ask", "check", "reward", "scale", "required", "threshold"]

  /// Reads one entry of `criteria`; nil when something is wrong with it. `rubricScale` is what the file says for all criteria.
  init?(_ reader: JSONReader, rubricScale: Scale?, _ findings: inout Findings) {
    let before = findings.errors.count
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return nil }
    findings.refuseUnknown(in: reader, accepted: Self.fields)
    findings.require(reader, "name")
    let name = findings.name(reader, "name")
    let kind = Self.kind(reader, &findings)
    let scale = reader["scale"].flatMap { Scale($0, &findings) }
    if case .check = kind, let field = reader["scale"] {
      findings.add(field.error("a check scores from 0 to 1 and takes no scale"))
    }
    let isRequired = findings.bool(reader, "required") ?? false
    let threshold = kind.flatMap { kind in
      Self.threshold(reader, kind, scale ?? rubricScale, isRequired: isRequired, &findings)
    }
    let weight = findings.double(reader, "weight", in: 0...1e6)
    if weight == 0, !isRequired, let field = reader["weight"] {
      findings.add(
        field.error("must be above 0; only a criterion with 'required: true' may have no share in the score"))
    }
    guard findings.errors.count == before, let name, let kind else { return nil }
    self.init(name: name, weight: weight ?? 1, kind: kind, scale: scale, threshold: threshold)
  }

  private static func kind(_ reader: JSONReader, _ findings: inout Findings) -> Kind? {
    let kinds = ["ask", "check", "reward"].filter { reader[$0] != nil }
    if kinds.count > 1, let second = reader[kinds[1]] {
      findings.add(second.error("stands beside '\(kinds[0])'; a criterion is asked, checked or rewarded"))
      return nil
    }
    if let check = reader["check"] {
      guard let object = findings.attempt({ () throws(JSONError) in try check.object() }) else { return nil }
      if object.isEmpty { findings.add(check.error("is empty; name a check, such as {contains: \"text\"}")) }
      return .check(check.value)
    }
    if let reward = reader["reward"] {
      guard reward.value == true else {
        findings.add(reward.error("write 'reward: true', or leave the criterion out"))
        return nil
      }
      return .reward
    }
    if reader["ask"] != nil { return findings.someText(reader, "ask").map { .ask($0) } }
    findings.add(
      reader.error(
        "needs 'ask' (a question for the judge), 'check' (computed) or 'reward: true' (a reward model's number)"))
    return nil
  }

  /// The lowest passing score of a gate.
  private static func threshold(
    _ reader: JSONReader, _ kind: Kind, _ scale: Scale?, isRequired: Bool, _ findings: inout Findings
  ) -> Double? {
    guard isRequired else {
      if let field = reader["threshold"] {
        findings.add(field.error("has no effect without 'required: true'"))
      }
      return nil
    }
    let isCheck = if case .check = kind { true } else { false }
    guard let field = reader["threshold"] else {
      if isCheck { return Scale.fraction.maximum }
      let what = kind == .reward ? "reward needs the lowest" : "question needs the lowest answer"
      findings.add(reader.error("'threshold' is missing; a required \(what) that passes"))
      return nil
    }
    guard let scale = isCheck ? .fraction : scale ?? (kind == .reward ? .fraction : nil) else {
      findings.add(
        field.error("needs a 'scale' in this file; without one the style's scale differs from format to format"))
      return nil
    }
    let value = field.value.double.map { scale.value(of: $0) } ?? field.value.string.map { scale.value(of: $0) }
    guard case .success(let threshold) = value else {
      findings.add(field.error("is not on the scale; accepted: \(scale.phrase)"))
      return nil
    }
    return threshold
  }
}
