import Configuration
import CupelTesting
import HTTPServing
import JSON
import Testing
import Wire

@testable import Service

/// Every way a judge can fail, by every route of a training loop, under every policy, in process and over a live port: a client is told,
/// or gets the number that the configuration says, marked as none; and never anything else.
@Suite(.timeLimit(.minutes(10))) struct DialectFaultTests {
  private static let bodies: [String: JSONValue] = [
    "openrlhf": ["query": ["Q: 4"], "prompts": ["Q: "], "labels": [nil]],
    "slime": ["prompt": "Q: ", "response": "4", "label": nil],
  ]

  private static func row(_ path: String, _ body: JSONValue) throws -> RequestRow {
    try RequestRow(JSONReader(["name": .string(path), "path": .string(path), "json": body, "status": 200]))
  }

  /// The same front without a socket and behind one.
  private static func both(_ routes: [RouteSettings], _ engine: Engine) throws -> [any Asked] {
    let front = Front(try routes.map { try Route($0, engine).endpoint })
    return [front, try LiveFront(front)]
  }

  /// Where the policy is to say so, a request fails with the status of its reason, and holds no number that could be read as a
  /// reward; where nothing is known of a group, too.
  @Test(arguments: JudgeFault.all) func aFailureIsAnError(_ fault: JudgeFault) async throws {
    let server = try await fault.server()
    defer { server.close() }
    let policies: [(String, RouteSettings.FailurePolicy)] = [("error", .httpError), ("mean", .groupMean)]
    let routes = Self.bodies.keys.flatMap { dialect in
      policies.map { DialectBench.route("/\(dialect)/\($0.0)", dialect, $0.1) }
    }
    for front in try Self.both(routes, fault.engine(server)) {
      for route in routes {
        let came = try await front.ask(Self.row(route.path, #require(Self.bodies[route.dialect])))
        #expect(came.status == fault.status, "\(route.path): \(came.text)")
        #expect(came["X-Cupel-Unscored"] == fault.reason.rawValue, "\(route.path): \(came.text)")
        #expect(came["Content-Type"] == "application/json")
        let answer = try JSONParser.parse(came.body)
        #expect(answer.object?.keys == ["error"] && answer["error"]?["code"]?.string != nil, "\(came.text)")
        let mayAskSoon = route.onFailure == .groupMean || fault.reason == .overloaded
        #expect(came["Retry-After"] == (mayAskSoon ? "1" : nil))
      }
    }
  }

  /// What each route answers where 3.25 is to stand for a score.
  private static let standIns: [(route: RouteSettings, answer: JSONValue)] = [
    (
      DialectBench.route("/openrlhf", "openrlhf", .neutral(3.25)),
      [
        "rewards": [3.25], "scores": [0.25],
        "extra_logs": ["cupel_unscored": [1.0], "cupel_score": [3.25], "cupel_verdicts": [0.0]],
      ]
    ),
    (
      DialectBench.route("/slime", "slime", .neutral(3.25), ["key": "score"]),
      ["score": 3.25, "fraction": 0.25, "verdicts": 0.0, "unscored": 1.0]
    ),
    (DialectBench.route("/slime/bare", "slime", .neutral(3.25)), 3.25),
  ]

  /// Where another number is to stand for the score, it does, and says so.
  @Test(arguments: JudgeFault.all) func aStandInIsMarked(_ fault: JudgeFault) async throws {
    let server = try await fault.server()
    defer { server.close() }
    for front in try Self.both(Self.standIns.map(\.route), fault.engine(server)) {
      for (route, answer) in Self.standIns {
        let came = try await front.ask(Self.row(route.path, #require(Self.bodies[route.dialect])))
        #expect(came.status == 200 && came["X-Cupel-Unscored"] == fault.reason.rawValue, "\(route.path): \(came.text)")
        #expect(try JSONParser.parse(came.body) == answer, "\(route.path)")
      }
    }
  }

  /// A batch of which one sample fails: the others' mean stands for it.
  @Test(arguments: JudgeFault.all.filter { $0.reply != nil && !$0.isEndless })
  func theBatchStandsIn(_ fault: JudgeFault) async throws {
    let server = try await fault.server(isSelective: true)
    defer { server.close() }
    let batch: JSONValue = ["query": ["Q: worth=7", "Q: 4"], "prompts": ["Q: ", "Q: "]]
    let routes = [DialectBench.route("/batch", "openrlhf", .groupMean)]
    for front in try Self.both(routes, fault.engine(server)) {
      let came = try await front.ask(Self.row("/batch", batch))
      #expect(came["X-Cupel-Unscored"] == fault.reason.rawValue, "\(came.text)")
      let answer = try JSONParser.parse(came.body)
      #expect(answer["rewards"] == [7.0, 7.0] && answer["extra_logs"]?["cupel_unscored"] == [0.0, 1.0])
    }
  }

  /// Rollouts of a group that come one by one: the mean of what was scored before stands for one that fails.
  @Test(arguments: JudgeFault.all.filter { $0.reply != nil }) func theGroupStandsIn(_ fault: JudgeFault) async throws {
    let server = try await fault.server(isSelective: true)
    defer { server.close() }
    // One memory, two judges: the one that scores is given the time that the other is not.
    var patient = fault
    patient.isEndless = false
    let memory = GroupMemory(window: .seconds(600))
    let route = DialectBench.route("/slime", "slime", .groupMean)
    let good = try Front([Route(route, patient.engine(server), memory: memory).endpoint])
    let scored = try await good.ask(Self.row("/slime", ["prompt": "Q: ", "response": "worth=7"]))
    #expect(scored.status == 200 && scored.text == "7.0" && scored["X-Cupel-Unscored"] == nil, "\(scored.text)")
    let bad = try Front([Route(route, fault.engine(server), memory: memory).endpoint])
    for front in [bad, try LiveFront(bad)] as [any Asked] {
      let came = try await front.ask(Self.row("/slime", ["prompt": "Q: ", "response": "4"]))
      #expect(came.status == 200 && came.text == "7.0", "\(came.text)")
      #expect(came["X-Cupel-Unscored"] == fault.reason.rawValue, "\(came.text)")
    }
  }
}
