import HTTPServing
import JSON

/// `GET /healthz` and `GET /readyz`, open to everybody and telling nothing but that; `GET /metrics`, which names runs and judges, and
/// therefore wants a key where others do.
enum Health {
  static func endpoints(_ standing: Standing, _ engine: Engine, _ metrics: Metrics) -> [Endpoint] {
    [
      Endpoint(.get, "/healthz", isOpen: true) { (_, _) throws(Fault) in try .json(["status": "ok"]) },
      Endpoint(.get, "/readyz", isOpen: true) { (_, _) throws(Fault) in
        guard !standing.isStopping else { throw Fault(.stopping, "the server is stopping") }
        return try .json(["status": "ready", "generation": .int(Int64(engine.generation.number))])
      },
      Endpoint(.get, "/metrics") { (_, _) throws(Fault) in
        Reply(200, headers: [.init("Content-Type", Exposition.contentType)], body: metrics.exposition())
      },
    ]
  }
}
