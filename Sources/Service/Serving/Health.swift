import HTTPServing

/// `GET /metrics`, which names runs and judges, and therefore wants a key where others do.
enum Health {
  static func endpoint(_ metrics: Metrics) -> Endpoint {
    Endpoint(.get, "/metrics") { (_, _) throws(Fault) in
      Reply(200, headers: [.init("Content-Type", Exposition.contentType)], body: metrics.exposition())
    }
  }
}
