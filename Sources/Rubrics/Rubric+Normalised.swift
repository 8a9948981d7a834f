public import JSON
import Wire

extension Rubric {
  /// The whole content with defaults filled in: what the digest is over. The style counts with its own digest, because its wording
  /// is part of what is asked.
  public var normalised: JSONValue {
    var content = JSONObject([
      ("name", .string(name)),
      ("version", .int(Int64(version))),
      ("description", .string(description)),
      ("instructions", .string(instructions)),
      ("scale", scale?.normalised ?? .null),
      (
        "style",
        style.map {
          ["name": .string($0.name), "version": .int(Int64($0.version)), "digest": .string($0.digest)]
        } ?? .null
      ),
      ("format", .string(format.rawValue)),
      ("calls", .string(calls.rawValue)),
      ("criteria", .array(criteria.map(\.normalised))),
      ("samples", .int(Int64(samples))),
      ("order", .string(order.rawValue)),
      ("sampling", sampling.normalised),
      ("combine", .string(combine.rawValue)),
    ])
    content["verdict"] = verdict.normalised
    if hearsVideos { content["video_sound"] = true }
    return .object(content)
  }
}

extension Criterion {
  var normalised: JSONValue {
    var object = JSONObject([("name", .string(name)), ("weight", Scale.number(weight))])
    switch kind {
    case .ask(let question): object["ask"] = .string(question)
    case .check(let check): object["check"] = check.withWholeNumbers
    case .reward: object["reward"] = true
    }
    object["scale"] = scale?.normalised
    object["threshold"] = threshold.map(Scale.number)
    return .object(object)
  }
}
