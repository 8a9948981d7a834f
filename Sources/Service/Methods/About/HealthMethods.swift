import Configuration
import Documents
import JSON
import Rubrics
import Synchronization

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
    let readiness = Readiness(engine)
    var method = Method(
      "ready", .get, "/readyz", summary: "Whether the server can judge",
      about: """
        Ready when every judge of the configuration is open and every rubric that was there at the start can still be read; 503 \
        otherwise, and while the server stops. Looked at again every \(Readiness.keptSeconds) seconds at most. No call is made to a judge: whether the model behind \
        it answers is seen in the metrics.
        """,
      takes: NothingAsked.shape, gives: .readiness
    ) { (_, _) throws(Fault) in
      guard !isStopping() else { throw Fault(.stopping, "the server is stopping") }
      let (isReady, json) = readiness.look()
      return .whole(json, status: isReady ? 200 : 503)
    }
    method.isOpen = true
    method.otherStatuses = [
      503: "Not ready: what is counted as not usable is marked so in the lists of judges and rubrics."
    ]
    return method
  }
}

/// What `GET /readyz` looks at. Judges that were opened stay open; files may change, and are read again only now and then.
final class Readiness: Sendable {
  /// How long an answer stands.
  static let keptSeconds = 10

  private struct Seen {
    let generation: Int
    let until: ContinuousClock.Instant
    let isReady: Bool
    let json: JSONValue
  }

  private let engine: Engine
  private let seen = Mutex<Seen?>(nil)

  init(_ engine: Engine) { self.engine = engine }

  /// Under the lock: many who ask at once cause one look.
  func look() -> (isReady: Bool, json: JSONValue) {
    let generation = engine.generation
    return seen.withLock { seen in
      if let seen, seen.generation == generation.number, seen.until > .now { return (seen.isReady, seen.json) }
      let judges = generation.judges.map { (name: $0.name, isUsable: Self.isOpen($0.name, generation)) }
      let rubrics = generation.rubrics.map { (name: $0, isUsable: Self.isSound($0, generation)) }
      let isReady = (judges + rubrics).allSatisfy(\.isUsable)
      let json: JSONValue = [
        "status": isReady ? "ready" : "not_ready", "generation": .int(Int64(generation.number)),
        "judges": Self.list(judges), "rubrics": Self.list(rubrics),
      ]
      seen = Seen(
        generation: generation.number, until: .now + .seconds(Self.keptSeconds), isReady: isReady, json: json)
      return (isReady, json)
    }
  }

  private static func isOpen(_ judge: String, _ generation: Generation) -> Bool {
    (try? generation.judge(named: judge)) != nil
  }

  private static func isSound(_ rubric: String, _ generation: Generation) -> Bool {
    (try? generation.workbench.library.rubric(rubric)) != nil
  }

  /// Counts and no names: whoever reaches the server may ask.
  private static func list(_ found: [(name: String, isUsable: Bool)]) -> JSONValue {
    let usable = found.count { $0.isUsable }
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
