public import JSON

/// Who judged, by what, and how: everything that what a confidence is worth depends on.
public struct JudgeIdentity: Sendable, Hashable {
  /// As it is configured; for people, and not compared.
  public let name: String?
  /// As it names itself; for people, and not compared.
  public let model: String?
  /// What is compared, by the name in `provenance`; `sampling` as text.
  let marks: [Mark]

  struct Mark: Sendable, Hashable {
    let name: String
    let value: String?
  }

  static let marks = ["fingerprint", "rubric", "style", "parser", "checks"]

  /// Reads a judgment: its `format` and its `provenance`.
  public init(_ judgment: JSONReader) throws(JSONError) {
    let provenance = try judgment.require("provenance")
    _ = try provenance.object()
    func text(_ key: String) throws(JSONError) -> String? {
      try provenance[key].map { (field) throws(JSONError) in try field.string() }
    }
    name = try text("judge")
    model = try text("model")
    var marks = [Mark(name: "format", value: try judgment.require("format").string())]
    _ = try provenance.require("rubric").string()
    for mark in Self.marks { marks.append(Mark(name: mark, value: try text(mark))) }
    let sampling = provenance.value["sampling"] ?? .object(JSONObject())
    marks.append(Mark(name: "sampling", value: try JSONWriter.canonical(sampling)))
    self.marks = marks
  }

  /// `helpfulness@sha256:…`.
  public var rubric: String { self["rubric"] ?? "" }
  /// `helpfulness`.
  public var rubricName: String { String(rubric.prefix { $0 != "@" }) }
  /// How the responses were shown.
  public var format: String { self["format"] ?? "" }
  /// What changes when answers of the judge may; nil where only checks were computed.
  public var fingerprint: String? { self["fingerprint"] }

  private subscript(name: String) -> String? { marks.first { $0.name == name }?.value }

  /// The first thing that is not the same, in words; nil where both are the same judge.
  ///
  /// - Parameter isForced: whether another fingerprint, and another version of the same rubric, will do.
  public func difference(from other: JudgeIdentity, isForced: Bool = false) -> String? {
    for (own, others) in zip(marks, other.marks) where own != others {
      if isForced, own.name == "fingerprint" { continue }
      if isForced, own.name == "rubric", rubricName == other.rubricName { continue }
      return "\(own.name) is \(others.value ?? "none"), not \(own.value ?? "none")"
    }
    return nil
  }

  /// As in a calibration file.
  public var json: JSONValue {
    var members = JSONObject()
    members["name"] = name.map { .string($0) }
    members["model"] = model.map { .string($0) }
    for mark in marks { members[mark.name] = mark.value.map { .string($0) } }
    return .object(members)
  }

  /// Reads what ``json`` writes.
  public init(file reader: JSONReader) throws(JSONError) {
    try reader.allowOnly(["name", "model", "format"] + Self.marks + ["sampling"])
    func text(_ key: String) throws(JSONError) -> String? {
      try reader[key].map { (field) throws(JSONError) in try field.string() }
    }
    (name, model) = (try text("name"), try text("model"))
    var marks: [Mark] = []
    for mark in ["format"] + Self.marks + ["sampling"] { marks.append(Mark(name: mark, value: try text(mark))) }
    _ = try reader.require("rubric")
    self.marks = marks
  }
}
