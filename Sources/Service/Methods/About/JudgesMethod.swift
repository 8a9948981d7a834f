import Audits
import Configuration
import JSON
import Judging
import Wire

/// A request that takes nothing.
struct NothingAsked: Sendable {
  static let shape = Shape<NothingAsked>.object(NothingAsked(), [])
}

extension Method {
  /// `GET /v1/judges`: who can be asked to judge.
  static func judges(_ engine: Engine, _ office: JobOffice? = nil) -> Method {
    Method(
      "judges", .get, "/v1/judges", summary: "List the judges",
      about: "The judges that can be named, with what is known of each without asking it anything.",
      takes: NothingAsked.shape,
      gives: .object([
        .must("judges", .list(of: .judge)),
        .may(
          "deceptive_routes", .list(of: .deceptiveRoute),
          "Routes whose answers may mislead (`serve.deceptive`); left out where there are none."),
      ])
    ) { (_, _) throws(Fault) in
      let generation = engine.generation
      let audits = office?.jobs.lastSummaries("audit") ?? [:]
      var object = JSONObject([
        ("judges", .array(generation.judges.map { Self.card($0, generation, audits[$0.name]) }))
      ])
      let routes = generation.settings.deceptive.compactMap { try? DeceptiveRoute($0) }
      if !routes.isEmpty { object["deceptive_routes"] = .array(routes.map(\.card)) }
      return .whole(.object(object))
    }
  }

  private static func card(
    _ settings: JudgeSettings, _ generation: Generation, _ audit: (job: Job, summary: JSONValue)?
  ) -> JSONValue {
    var object = JSONObject([("name", .string(settings.name)), ("plugin", .string(settings.plugin))])
    do {
      guard let about = try generation.judge(named: settings.name)?.judge.description else { return .object(object) }
      object["status"] = "ok"
      object["kind"] = .string(about.kind.rawValue)
      object["model"] = about.model.map { .string($0) }
      object["fingerprint"] = .string(about.fingerprint)
      object["formats"] = .array(about.formats.map { .string($0.rawValue) })
      object["modalities"] = .array(about.modalities.map { .string($0.rawValue) })
      object["max_in_flight"] = (settings.maxInFlight ?? about.maxInFlight).map { .int(Int64($0)) }
      object["max_top_logprobs"] = .int(Int64(about.maxTopLogprobs))
      object["max_samples"] = .int(Int64(about.maxSamples))
      object["prices"] = settings.prices?.json
    } catch {
      object["status"] = "not_usable"
    }
    if let audit {
      // A judge that has changed since has not been audited.
      let isCurrent = object["fingerprint"] != nil && object["fingerprint"] == audit.summary["fingerprint"]
      object["audit"] = [
        "id": .string(audit.job.id), "ended": audit.job.ended.map { .string($0) } ?? .null,
        "rubric": audit.job.plan.json["rubric"] ?? .null, "is_current": .bool(isCurrent),
        "metrics": audit.summary["metrics"] ?? [:],
      ]
    }
    if !settings.then.isEmpty { object["then"] = .array(settings.then.map { .string($0) }) }
    let deceptive = generation.settings.deceptive.filter { $0.judge == settings.name }
    if !deceptive.isEmpty { object["deceptive_routes"] = .array(deceptive.map { .string($0.path) }) }
    object["timeout_ms"] = settings.timeoutMilliseconds.map { .int(Int64($0)) }
    return .object(object)
  }
}

extension Schema {
  fileprivate static var deceptiveRoute: Schema {
    .object([
      .must("path", .text), .must("intent", .choice(CriticIntent.allCases.map(\.rawValue))),
      .must("knowledge", .choice(CriticKnowledge.allCases.map(\.rawValue))),
      .may("judge", .text, "The model behind it."),
    ]).named("DeceptiveRoute")
  }

  fileprivate static var judge: Schema {
    let formats = Schema.choice(JudgmentFormat.allCases.map(\.rawValue))
    let modalities = Schema.choice(JudgeDescription.Modality.allCases.map(\.rawValue))
    return Schema.object([
      .must("name", .text), .must("plugin", .text),
      .must(
        "status", .choice(["ok", "not_usable"]), "`not_usable`: it could not be opened; the server's log says why."),
      .may(
        "kind", .choice(JudgeDescription.Kind.allCases.map(\.rawValue)), "Whether it answers in words or in numbers."),
      .may("model", .text), .may("fingerprint", .text, "Changes whenever its answers may change."),
      .may("formats", .list(of: formats)), .may("modalities", .list(of: modalities)), .may("max_in_flight", .integer()),
      .may("max_top_logprobs", .integer()), .may("max_samples", .integer()), .may("timeout_ms", .integer()),
      .may("prices", .object([], isOpen: true)),
      .may("then", .list(of: .text), "Who judges, in turn, what it is unsure of."),
      .may("deceptive_routes", .list(of: .text), "Where it speaks as a critic that may mislead (`serve.deceptive`)."),
      .may(
        "audit",
        .object([
          .must("id", .text), .must("ended", Schema.text.orNull), .must("rubric", Schema.text.orNull),
          .must("is_current", .flag, "Whether the judge is still the one that was audited."),
          .must("metrics", .object([], isOpen: true), "One rate for each suite, with its interval."),
        ]), "The last audit of the judge that is kept."),
    ]).named("Judge")
  }
}
