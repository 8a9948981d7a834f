import Documents
import JSON

extension Style.Layout {
  static let fields = ["scale", "task", "system", "user"]

  /// The slots without which a part of the rubric or of the item would silently not reach the judge.
  static let mandatory: [Template.Slot] = [
    .task, .rubric, .instructions, .criteria, .scale, .prompt, .reference, .responses, .answerFormat, .boundary,
  ]

  /// The texts that a style has for all formats; a format may have its own.
  struct Shared {
    let system: Template?
    let user: Template?

    init(_ root: JSONReader, _ findings: inout Findings) {
      system = template(root, "system", &findings)
      user = template(root, "user", &findings)
    }
  }

  /// Reads one format of a style; nil when something is missing.
  init?(_ reader: JSONReader, _ shared: Shared, isComparison: Bool, _ findings: inout Findings) {
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return nil }
    findings.refuseUnknown(in: reader, accepted: Self.fields)
    let scale = reader["scale"].flatMap { Scale($0, &findings) }
    if isComparison, let field = reader["scale"] { findings.add(field.error("a verdict for a pair has no scale")) }
    if !isComparison { findings.require(reader, "scale", "; it is used where a rubric names none") }
    findings.require(reader, "task")
    let task = findings.someText(reader, "task")
    let system = template(reader, "system", &findings) ?? shared.system
    guard let user = template(reader, "user", &findings) ?? shared.user else { return nil }
    let slots = user.slots.union(system?.slots ?? [])
    for slot in Self.mandatory where !slots.contains(slot) {
      findings.add(reader.error("the slot {\(slot.rawValue)} is missing; put it into 'system' or 'user'"))
    }
    guard let task else { return nil }
    self.init(scale: scale, task: task, system: system ?? Template(paragraphs: []), user: user)
  }
}

/// The template in the field `key`.
private func template(_ reader: JSONReader, _ key: String, _ findings: inout Findings) -> Template? {
  findings.optional(reader, key) { (field) throws(JSONError) in
    let text = try field.string()
    do throws(Template.Problem) {
      return try Template(text)
    } catch {
      throw field.error(error.message)
    }
  }
}
