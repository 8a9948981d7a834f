import Documents
import JSON

extension Scale {
  static let fields = ["min", "max", "step", "anchors", "labels"]
  /// Limit on labels, and on anchors: more than a judge keeps apart.
  static let mostLabels = 100

  /// Reads `{min, max, step, anchors}` or `{labels, anchors}`; nil when something is wrong with it.
  init?(_ reader: JSONReader, _ findings: inout Findings) {
    let before = findings.errors.count
    guard !Self.isUnbounded(reader) else {
      findings.add(
        reader.error("only the scale of the whole rubric can be unbounded: this one is weighed or put in words"))
      return nil
    }
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return nil }
    findings.refuseUnknown(in: reader, accepted: Self.fields)
    let bare: Scale?
    if let labels = reader["labels"] {
      for key in ["min", "max", "step"] where reader[key] != nil {
        findings.add(
          JSONError(
            "stands beside 'labels'; a scale is made of numbers or of labels", path: reader.path[key].description))
      }
      bare = Self.labels(labels, &findings).map { Scale(labels: $0) }
    } else {
      bare = Self.numbers(reader, &findings)
    }
    guard let bare else { return nil }
    let anchors = reader["anchors"].map { bare.anchors($0, &findings) } ?? []
    guard findings.errors.count == before else { return nil }
    self = bare.with(anchors)
  }

  /// Reads the scale of a rubric, which may also be `unbounded` or `{unbounded: true, floor}`.
  static func ofRubric(_ reader: JSONReader, _ findings: inout Findings) -> Scale? {
    guard isUnbounded(reader) else {
      if let word = reader.value.string {
        findings.add(reader.error("'\(word.prefix(100))' is no scale; write {min, max}, {labels} or 'unbounded'"))
        return nil
      }
      return Scale(reader, &findings)
    }
    guard reader.value.object != nil else { return .unbounded() }
    let before = findings.errors.count
    findings.refuseUnknown(in: reader, accepted: ["unbounded", "floor"])
    if let field = reader["unbounded"], field.value != true {
      findings.add(field.error("write 'unbounded: true', or give 'min' and 'max'"))
    }
    let floor = findings.double(reader, "floor", in: widest)
    return findings.errors.count == before ? .unbounded(floor: floor) : nil
  }

  private static func isUnbounded(_ reader: JSONReader) -> Bool {
    reader.value == "unbounded" || reader.value.object?["unbounded"] != nil
  }

  private static let widest = -1e6...1e6

  private static func numbers(_ reader: JSONReader, _ findings: inout Findings) -> Scale? {
    guard reader["min"] != nil, reader["max"] != nil else {
      findings.add(reader.error("a scale needs 'min' and 'max', or 'labels'"))
      return nil
    }
    let minimum = findings.double(reader, "min", in: widest), maximum = findings.double(reader, "max", in: widest)
    var step: Double? = 1
    if let field = reader["step"] {
      guard field.value.string == "any" || field.value.double.map({ $0 > 0 }) == true else {
        findings.add(field.error("must be a number above 0, or 'any' for every number in between"))
        return nil
      }
      step = field.value.double
    }
    guard let minimum, let maximum else { return nil }
    guard minimum < maximum else {
      findings.add(reader.error("'min' (\(text(minimum))) must be below 'max' (\(text(maximum)))"))
      return nil
    }
    let scale = Scale(minimum, maximum, step: step)
    guard case .success = scale.value(of: maximum) else {
      let path = reader["step"] == nil ? reader.path : reader.path["step"]
      let problem =
        "steps of \(text(step ?? 1)) from \(text(minimum)) do not meet \(text(maximum)); change 'step', or write 'step: any'"
      findings.add(JSONError(problem, path: path.description))
      return nil
    }
    return scale
  }

  private static func few(_ reader: JSONReader) throws(JSONError) -> JSONObject {
    let object = try reader.object()
    guard object.count <= mostLabels else { throw reader.error("has \(object.count) entries; at most \(mostLabels)") }
    return object
  }

  private static func labels(_ reader: JSONReader, _ findings: inout Findings) -> [Label]? {
    guard let object = findings.attempt({ () throws(JSONError) in try few(reader) }) else { return nil }
    var labels: [Label] = []
    for member in object.members {
      let field = JSONReader(member.value, path: reader.path[member.key])
      guard let value = findings.attempt({ () throws(JSONError) in try field.double(in: -1e6...1e6) }) else { continue }
      if let problem = problem(with: member.key, value, beside: labels) {
        findings.add(field.error(problem))
      } else {
        labels.append(Label(member.key, value))
      }
    }
    guard labels.count == object.count else { return nil }
    if labels.count < 2 { findings.add(reader.error("a scale needs two labels or more, such as {no: 0, yes: 1}")) }
    return labels.count < 2 ? nil : labels
  }

  private static func problem(with text: String, _ value: Double, beside labels: [Label]) -> String? {
    let reserved = "<>[]{}\"`"
    if text.contains(where: { reserved.contains($0) || $0.isNewline }) || Substring(text).trimmed != text[...] {
      return "a label may not hold \(reserved), line breaks or spaces at its ends; replies are written with them"
    }
    if decimal(text[...]) != nil { return "a label that is a number cannot be told from one; use 'min' and 'max'" }
    if text.hasSuffix(".") { return "a label may not end in a full stop, which is ignored in replies" }
    if labels.contains(where: { $0.text.lowercased() == text.lowercased() }) {
      return "differs from another label only in case, which is ignored in replies"
    }
    if let other = labels.first(where: { $0.value == value }) {
      return "has the value of '\(other.text)'; give each label its own"
    }
    return nil
  }

  private func anchors(_ reader: JSONReader, _ findings: inout Findings) -> [Anchor] {
    guard let object = findings.attempt({ () throws(JSONError) in try Self.few(reader) }) else { return [] }
    var anchors: [Anchor] = []
    for member in object.members {
      let field = JSONReader(member.value, path: reader.path[member.key])
      guard case .success(let value) = value(of: member.key) else {
        findings.add(field.error("'\(member.key)' is not on the scale; accepted: \(phrase)"))
        continue
      }
      let meaning = findings.someText(reader, member.key)
      if anchors.contains(where: { $0.value == value }) { findings.add(field.error("the value has an anchor already")) }
      if let meaning { anchors.append(Anchor(value, meaning)) }
    }
    return anchors
  }
}
