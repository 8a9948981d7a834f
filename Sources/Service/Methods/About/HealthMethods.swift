import Configuration
import JSON
import Rubrics

extension Method {
  /// `GET /healthz`: the process answers.
  static func health(version: String) -> Method {
    var method = Method(
      "health", .get, "/healthz", summary: "Whether the server runs",
      about: "Says that the process answers, and nothing about its judges.", takes: NothingAsked.shape,
      gives: .object([.must("status", .word("ok")), .must("version", .text, "Of the server.")])
    ) { (_, _) throws(Fault) in .whole(["status": "ok", "version": .string(version)]) }
    method.isOpen = true
    return method
  }

  /// `GET /readyz`: the judges are open and the rubrics are sound.
  static func ready(_ engine: Engine, isStopping: @escaping @Sendable () -> Bool) -> Method {
    var method = Method(
      "ready", .get, "/readyz", summary: "Whether the server can judge",
      about: """
        Ready when every judge of the configuration is open and every rubric is sound, as they were read at the start or the last reload; \
        503 otherwise, and while the server stops. No call is made to a judge: whether the model behind it answers is seen in the metrics.
        """,
      takes: NothingAsked.shape, gives: .readiness
    ) { (_, _) throws(Fault) in
      guard !isStopping() else { throw Fault(.stopping, "the server is stopping") }
      let readiness = Readiness(engine.generation)
      return .whole(readiness.json, status: readiness.isReady ? 200 : 503)
    }
    method.isOpen = true
    method.otherStatuses = [
      503: "Not ready: what is counted as not usable is marked so in the lists of judges and rubrics."
    ]
    return method
  }
}

/// What `GET /readyz` tells of a generation: what was read and opened when it was made.
private struct Readiness {
  private let number: Int
  private let judges: [Bool]
  private let rubrics: [Bool]

  init(_ generation: Generation) {
    number = generation.number
    judges = generation.judges.map { (try? generation.judge(named: $0.name)) != nil }
    rubrics = generation.entries.map { (try? $0.rubric.get()) != nil }
  }

  var isReady: Bool { (judges + rubrics).allSatisfy { $0 } }

  var json: JSONValue {
    [
      "status": isReady ? "ready" : "not_ready", "generation": .int(Int64(number)), "judges": Self.count(judges),
      "rubrics": Self.count(rubrics),
    ]
  }

  /// Counts and no names: whoever reaches the server may ask.
  private static func count(_ found: [Bool]) -> JSONValue {
    let usable = found.count { $0 }
    return ["ok": .int(Int64(usable)), "not_usable": .int(Int64(found.count - usable))]
  }
}

extension Schema {
  fileprivate static var readiness: Schema {
    let found = Schema.object([.must("ok", .integer()), .must("not_usable", .integer())])
    return .object([
      .must("status", .choice(["ready", "not_ready"])),
      .must("generation", .integer(), "Counted up with each reload."), .must("judges", found),
      .must("rubrics", found),
    ])
  }
}
