import Configuration
import CupelTesting
import HTTPServing
import JSON
import Judging
import Testing
import Wire

@testable import Service

/// How long a route may take, by a clock that stands still until a test says that time is up.
@Suite(.timeLimit(.minutes(10))) struct DialectDeadlineTests {
  private static let bodies: [String: JSONValue] = [
    "openrlhf": ["query": ["Q: 4"], "prompts": ["Q: "], "labels": [nil]],
    "slime": ["prompt": "Q: ", "response": "4", "label": nil],
  ]

  /// The least of what route, front and server allow is what the judgment gets.
  struct Limits: Sendable, CustomTestStringConvertible {
    let dialect: String
    var route: Int?
    var front = 600_000
    var most = 3_600_000
    let expected: Int
    var testDescription: String { "\(dialect), \(expected) ms" }
  }

  @Test(arguments: [
    Limits(dialect: "openrlhf", expected: 170_000), Limits(dialect: "slime", expected: 110_000),
    Limits(dialect: "slime", route: 5000, expected: 5000),
    Limits(dialect: "openrlhf", route: 400_000, expected: 400_000),
    Limits(dialect: "openrlhf", front: 2000, expected: 2000),
    Limits(dialect: "slime", route: 9000, front: 8000, most: 7000, expected: 7000),
  ])
  func aRouteEndsInTime(_ limits: Limits) async throws {
    let judge = ScriptedJudge { _ in .hang }
    let bench = EngineBench(judge) { $0.maxTimeoutMilliseconds = limits.most }
    var route = DialectBench.route("/x", limits.dialect, .httpError)
    route.timeoutMilliseconds = limits.route
    var settings = Front.Settings()
    settings.timeoutMilliseconds = limits.front
    let front = Front([try Route(route, bench.engine).endpoint], settings: settings)
    let body = try #require(Self.bodies[limits.dialect])
    let row = try RequestRow(JSONReader(["name": "n", "path": "/x", "json": body, "status": 504]))
    async let came = front.ask(row)
    await bench.until { $0.judges.first?.inFlight == 1 }
    let allowed = bench.deadlines.milliseconds
    #expect(allowed.count == 1 && allowed.allSatisfy { $0 <= limits.expected && $0 > limits.expected - 60_000 })
    bench.deadlines.expireAll()
    let answer = try await came
    #expect(answer.status == 504 && answer["X-Cupel-Unscored"] == "timeout", "\(answer.text)")
    await bench.untilIdle()
  }

  /// Of a batch, what was scored in time counts where the policy has a word for the rest.
  @Test func whatWasScoredInTimeCounts() async throws {
    let judge = ScriptedJudge { call in
      let text = call.messages.flatMap(\.parts).map { if case .text(let text) = $0 { text } else { "" } }.joined()
      return text.contains("slow") ? .hang : EngineBench.answer(call)
    }
    let bench = EngineBench(judge)
    let front = Front([try Route(DialectBench.route("/x", "openrlhf", .neutral(1)), bench.engine).endpoint])
    let body: JSONValue = ["query": ["Q: fast", "Q: slow"], "prompts": ["Q: ", "Q: "]]
    let row = try RequestRow(JSONReader(["name": "n", "path": "/x", "json": body, "status": 200]))
    async let came = front.ask(row)
    await bench.until { $0.judges.first?.inFlight == 1 && $0.admitted == 1 }
    bench.deadlines.expireAll()
    let answer = try await JSONParser.parse(came.body)
    #expect(answer["rewards"] == [8.0, 1.0] && answer["extra_logs"]?["cupel_unscored"] == [0.0, 1.0], "\(answer)")
    await bench.untilIdle()
  }

  /// By the clock that serves: a model server that never answers holds nobody beyond the route's time, and its call is given up.
  @Test(arguments: JudgeFault.all.filter(\.isEndless)) func theClockOfTheServerEndsIt(_ fault: JudgeFault) async throws
  {
    var patient = fault
    patient.isEndless = false
    let server = try await fault.server()
    defer { server.close() }
    let engine = patient.engine(server)
    var route = DialectBench.route("/x", "slime", .httpError)
    route.timeoutMilliseconds = 100
    let methods = MethodTable(engine, ServeSettings(), version: "1.2.3").endpoints
    let live = try LiveFront(Front([Route(route, engine).endpoint] + methods))
    let slime: JSONValue = ["name": "n", "path": "/x", "json": Self.bodies["slime"] ?? .null, "status": 504]
    #expect(try await live.ask(RequestRow(JSONReader(slime))).status == 504)
    let judge: JSONValue = [
      "name": "n", "path": "/v1/judge", "status": 200,
      "json": ["rubric": "helpfulness", "timeout_ms": 100, "items": [["id": "q", "prompt": "Q", "response": "4"]]],
      "answer": ["judgments": [["status": "unscored", "reason": "timeout"]]],
    ]
    let row = try RequestRow(JSONReader(judge))
    try row.check(await live.ask(row), fault.name)
    await server.until { $0.inFlight == 0 }
    while !engine.isIdle { await Task.yield() }
  }
}
