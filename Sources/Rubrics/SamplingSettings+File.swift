public import Documents
public import JSON

extension SamplingSettings {
  static let fields = ["temperature", "top_p", "max_tokens", "stop"]
  /// Limit: more than any judge writes; a larger number is a slip.
  static let mostTokens = 1_000_000
  /// Limit: what common model servers accept.
  static let mostStops = 16

  /// Reads `{temperature, top_p, max_tokens, stop}`.
  public init(_ reader: JSONReader, _ findings: inout Findings) {
    self.init()
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return }
    findings.refuseUnknown(in: reader, accepted: Self.fields)
    temperature = findings.double(reader, "temperature", in: 0...2)
    topP = findings.optional(reader, "top_p") { (field) throws(JSONError) in
      let value = try field.double(in: 0...1)
      guard value > 0 else { throw field.error("must be above 0; 1 considers every token") }
      return value
    }
    maxTokens = findings.int(reader, "max_tokens", in: 1...Self.mostTokens)
    stop = findings.optional(reader, "stop") { (field) throws(JSONError) in try Self.stops(field) }
  }

  private static func stops(_ field: JSONReader) throws(JSONError) -> [String] {
    let list = field.value.string != nil ? [field] : try field.array()
    guard list.count <= mostStops else { throw field.error("has \(list.count) texts; at most \(mostStops)") }
    var stops: [String] = []
    for stop in list {
      let text = try stop.string()
      guard !text.isEmpty else { throw stop.error("must not be empty") }
      stops.append(text)
    }
    return stops
  }

  /// The settings that are there, for digests.
  var normalised: JSONValue {
    var object = JSONObject()
    object["temperature"] = temperature.map(Scale.number)
    object["top_p"] = topP.map(Scale.number)
    object["max_tokens"] = maxTokens.map { .int(Int64($0)) }
    object["stop"] = stop.map { .array($0.map { .string($0) }) }
    return .object(object)
  }
}
