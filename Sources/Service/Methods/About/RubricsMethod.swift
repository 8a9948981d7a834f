import Configuration
import JSON
import Rubrics
import Wire

/// `GET /v1/rubrics`, of one or of all.
struct RubricsRequest: Sendable {
  var name: String?

  static let shape = Shape<RubricsRequest>.object(
    RubricsRequest(), [.may("name", \.name, .text(length: 1...200), "Only this one.")])
}

extension Method {
  /// `GET /v1/rubrics`: what can be judged by.
  static func rubrics(_ engine: Engine) -> Method {
    Method(
      "rubrics", .get, "/v1/rubrics", summary: "List the rubrics",
      about: "The rubrics that can be named, with their digests: a digest changes whenever judgments by it may change.",
      takes: RubricsRequest.shape, gives: .object([.must("rubrics", .list(of: .rubric))])
    ) { (request, _) throws(Fault) in
      let generation = engine.generation
      if let name = request.name, !generation.rubrics.contains(name) {
        throw Fault(.notUsable, Suggestion.unknown("rubric", name, among: generation.rubrics), path: "name")
      }
      let names = request.name.map { [$0] } ?? generation.rubrics
      return .whole(["rubrics": .array(names.map { Self.card($0, generation) })])
    }
  }

  private static func card(_ name: String, _ generation: Generation) -> JSONValue {
    do throws(Fault) { return try generation.rubric(named: name).card } catch {
      return ["name": .string(name), "status": "not_usable"]
    }
  }
}

extension Rubric {
  fileprivate var card: JSONValue {
    var object = JSONObject([
      ("name", .string(name)), ("status", "ok"), ("version", .int(Int64(version))), ("digest", .string(digest)),
      ("description", .string(description)), ("format", .string(format.rawValue)),
      ("formats", .array(formats.map { .string($0.rawValue) })), ("needs_judge", .bool(needsJudge)),
    ])
    object["style"] = style.map { .string($0.reference) }
    object["criteria"] = .array(
      criteria.map { criterion in
        [
          "name": .string(criterion.name), "weight": .number(criterion.weight), "required": .bool(criterion.isGate),
          "by": .string(criterion.check == nil ? "judge" : "check"),
        ]
      })
    return .object(object)
  }
}

extension Schema {
  fileprivate static var rubric: Schema {
    let formats = Schema.choice(JudgmentFormat.allCases.map(\.rawValue))
    let criterion = Schema.object([
      .must("name", .text), .must("weight", .number), .must("required", .flag, "A gate."),
      .must("by", .choice(["judge", "check"])),
    ])
    return Schema.object([
      .must("name", .text),
      .must(
        "status", .choice(["ok", "not_usable"]), "`not_usable`: its file is broken; `cupel rubric check` says why."),
      .may("version", .integer()), .may("digest", .text), .may("description", .text), .may("format", formats),
      .may("formats", .list(of: formats), "In which it can be used."), .may("needs_judge", .flag), .may("style", .text),
      .may("criteria", .list(of: criterion)),
    ]).named("Rubric")
  }
}
