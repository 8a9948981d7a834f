import Configuration
import CupelTesting
import JSON
import Judging
import Wire

@testable import Service

/// A server's paths with everything that watches them, without a port.
struct WatchBench {
  let metrics: Metrics
  let engine: Engine
  let front: Front

  init(
    _ judge: any Judge = TestBench.worth(), routes: [RouteSettings] = [], maxRuns: Int = 64,
    prices: Prices? = nil, keepsBodies: Bool = false, observe: @escaping @Sendable (Answered) -> Void = { _ in }
  ) throws {
    let metrics = Metrics(maxRuns: maxRuns)
    let workbench = Workbench(Configuration())
    let settings = JudgeSettings(name: "default", plugin: "scripted", prices: prices)
    let generation = Generation(workbench, judges: [Workbench.OpenedJudge(judge: judge, settings: settings)])
    let engine = Engine(generation, metrics: metrics)
    var front = Front.Settings()
    front.keepsBodies = keepsBodies
    front.observe = { answered in
      metrics.answered(answered)
      observe(answered)
    }
    let page = MetricsPage(metrics: metrics, engine: engine, log: nil, version: "1.2.3")
    let endpoints = MethodTable(engine, ServeSettings(), version: "1.2.3").endpoints
    self.front = Front(
      try endpoints + [page.endpoint] + routes.map { try Route($0, engine).endpoint }, settings: front)
    self.metrics = metrics
    self.engine = engine
  }

  /// Posts `json`, and returns the answer.
  @discardableResult func post(
    _ path: String, _ json: JSONValue, headers: [String: String] = [:]
  ) async throws -> Came {
    let row: JSONValue = [
      "name": "n", "path": .string(path), "json": json, "status": 200,
      "headers": .object(JSONObject(headers.map { ($0.key, JSONValue.string($0.value)) })),
    ]
    return try await front.ask(RequestRow(JSONReader(row)))
  }

  /// Asks for `path` by GET.
  func get(_ path: String) async throws -> Came {
    try await front.ask(
      RequestRow(JSONReader(["name": "n", "method": "GET", "path": .string(path), "status": 200])))
  }

  /// What `GET /metrics` says, read strictly.
  func page() async throws -> ExpositionReader { try ExpositionReader(try await get("/metrics").text) }

  /// An item whose responses are worth what they say (``TestBench/worth()``).
  static func item(_ id: String, _ worths: [String], prompt: String = "How?") -> JSONValue {
    [
      "id": .string(id), "prompt": .string(prompt), "responses": .array(worths.map { .string("worth \($0)") }),
    ]
  }
}
