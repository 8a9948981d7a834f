import Documents
import JSON

extension VerdictSource {
  static let fields = ["from", "min_mass"]
  static let range = 0.0...1.0

  /// Reads `{from, min_mass}`.
  init(_ reader: JSONReader, _ findings: inout Findings) {
    self = .words
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return }
    findings.refuseUnknown(in: reader, accepted: Self.fields)
    findings.require(reader, "from")
    let kind = findings.choice(reader, "from", Kind.self)
    let minMass = findings.optional(reader, "min_mass") { (field) throws(JSONError) in
      let mass = try field.double(in: Self.range)
      guard mass > 0 else { throw field.error("must be above 0; an answer of which nothing is known is none") }
      return mass
    }
    if kind == .words, let field = reader["min_mass"] {
      findings.add(field.error("has no effect on words; write 'from: logprobs'"))
    }
    if kind == .logprobs { self = .logprobs(minMass: minMass ?? Self.usualMass) }
  }

  /// For digests; nil for words, so that a rubric from before there was a choice is still the same.
  var normalised: JSONValue? {
    minMass.map { ["from": .string(kind.rawValue), "min_mass": Scale.number($0)] }
  }
}
