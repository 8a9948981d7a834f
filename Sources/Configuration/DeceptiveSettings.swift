import Documents
public import JSON

/// A route on which a critic that may mislead speaks to answers, so that agents can be tried against it: `serve.deceptive`, by name.
/// There is none unless the configuration has it.
public struct DeceptiveSettings: Sendable, Hashable {
  /// What the paths of all of them begin with, and those of no others.
  public static let root = "/deceptive/"

  /// It answers at `/deceptive/NAME`.
  public let name: String
  /// `intent`: what the critic wants: `malicious`, `hypercritical`, …
  public let intent: String
  /// `knowledge`: what it has to go on: `none`, `parametric`, `grounded`.
  public let knowledge: String
  /// `judge`: the model behind a `parametric` critic, a judge of the configuration.
  public var judge: String?
  /// `seed`: nil: 0.
  public var seed: UInt64?
  /// Its place in the file.
  public var jsonPath = JSONPath()

  /// A critic of that name.
  public init(name: String, intent: String, knowledge: String, judge: String? = nil) {
    (self.name, self.intent, self.knowledge, self.judge) = (name, intent, knowledge, judge)
  }

  /// Where it answers.
  public var path: String { Self.root + name }

  static func list(_ serve: JSONReader, _ findings: inout Findings) -> [DeceptiveSettings] {
    guard let routes = serve["deceptive"] else { return [] }
    guard let members = findings.attempt({ () throws(JSONError) in try routes.object() })?.members else { return [] }
    return members.compactMap { read(JSONReader($0.value, path: routes.path[$0.key]), name: $0.key, &findings) }
  }

  private static func read(_ reader: JSONReader, name: String, _ findings: inout Findings) -> DeceptiveSettings? {
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return nil }
    findings.refuseUnknown(in: reader, accepted: ["intent", "knowledge", "judge", "seed"])
    let isName =
      (1...64).contains(name.utf8.count)
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    if !isName {
      findings.add(
        reader.error(
          "the name of a deceptive route is 1 to 64 letters, digits and signs of - _; it answers at \(root)NAME"))
    }
    let intent = findings.attempt { () throws(JSONError) in try reader.require("intent").string() }
    let knowledge = findings.attempt { () throws(JSONError) in try reader.require("knowledge").string() }
    let judge = findings.optional(reader, "judge") { (field) throws(JSONError) in try field.string() }
    let seed = findings.optional(reader, "seed") { (field) throws(JSONError) in try field.int(in: 0...Int.max) }
    guard isName, let intent, let knowledge else { return nil }
    var route = DeceptiveSettings(name: name, intent: intent, knowledge: knowledge, judge: judge)
    route.seed = seed.map { UInt64($0) }
    route.jsonPath = reader.path
    return route
  }
}
