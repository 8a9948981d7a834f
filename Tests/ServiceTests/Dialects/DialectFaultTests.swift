import Configuration
import CupelTesting
import HTTPServing
import JSON
import Testing
import Wire

@testable import Service

/// Every way a judge can fail, by every route, under every policy: a client is told, or gets the number that the configuration
/// says, marked as none; and never anything else.
@Suite(.timeLimit(.minutes(5))) struct DialectFaultTests {
  private static let bodies: [String: JSONValue] = [
    "openrlhf": ["query": ["Q: 4"], "prompts": ["Q: "], "labels": [nil]],
    "slime": ["prompt": "Q: ", "response": "4", "label": nil],
  ]

  private static func row(_ path: String, _ body: JSONValue) throws -> RequestRow {
    try RequestRow(JSONReader(["name": .string(path), "path": .string(path), "json": body, "status": 200]))
  }

  /// Where the policy is to say so, a request fails with the status of its reason, and holds no number that could be read as a
  /// reward; where nothing is known of a group, too.
  @Test(arguments: JudgeFault.all) func aFailureIsAnError(_ fault: JudgeFault) async throws {
    let server = try await fault.server()
    defer { server.close() }
    let engine = fault.engine(server)
    let policies: [(String, RouteSettings.FailurePolicy)] = [("error", .httpError), ("mean", .groupMean)]
    let settings = Self.bodies.keys.flatMap { dialect in
      policies.map { DialectBench.route("/\(dialect)/\($0.0)", dialect, $0.1) }
    }
    let live = try LiveFront(Front(settings.map { try Route($0, engine).endpoint }))
    for settings in settings {
      let came = try await live.ask(Self.row(settings.path, #require(Self.bodies[settings.dialect])))
      #expect(came.status == fault.status, "\(settings.path): \(came.text)")
      #expect(came["X-Cupel-Unscored"] == fault.reason.rawValue, "\(settings.path): \(came.text)")
      #expect(came["Content-Type"] == "application/json")
      let answer = try JSONParser.parse(came.body)
      #expect(answer.object?.keys == ["error"] && answer["error"]?["code"]?.string != nil, "\(came.text)")
      let mayAskSoon = settings.onFailure == .groupMean || fault.reason == .overloaded
      #expect(came["Retry-After"] == (mayAskSoon ? "1" : nil))
    }
  }

  /// Where another number is to stand for the score, it does, and says so.
  @Test(arguments: JudgeFault.all) func aStandInIsMarked(_ fault: JudgeFault) async throws {
    let server = try await fault.server()
    defer { server.close() }
    let engine = fault.engine(server)
    let live = try LiveFront(
      Front([
        Route(DialectBench.route("/openrlhf", "openrlhf", .neutral(3.25)), engine).endpoint,
        Route(DialectBench.route("/slime", "slime", .neutral(3.25), ["key": "score"]), engine).endpoint,
        Route(DialectBench.route("/slime/bare", "slime", .neutral(3.25)), engine).endpoint,
      ]))
    let expected: [(String, String, JSONValue)] = [
      (
        "/openrlhf", "openrlhf",
        [
          "rewards": [3.25], "scores": [0.25],
          "extra_logs": ["cupel_unscored": [1.0], "cupel_score": [3.25], "cupel_verdicts": [0.0]],
        ]
      ),
      ("/slime", "slime", ["score": 3.25, "fraction": 0.25, "verdicts": 0.0, "unscored": 1.0]),
      ("/slime/bare", "slime", 3.25),
    ]
    for (path, dialect, answer) in expected {
      let came = try await live.ask(Self.row(path, #require(Self.bodies[dialect])))
      #expect(came.status == 200 && came["X-Cupel-Unscored"] == fault.reason.rawValue, "\(path): \(came.text)")
      #expect(try JSONParser.parse(came.body) == answer, "\(path)")
    }
  }

  /// A group of which one rollout fails: the others' mean stands for it, in one batch and one by one.
  @Test(arguments: JudgeFault.all.filter { $0.reply != nil }) func theGroupStandsIn(_ fault: JudgeFault) async throws {
    let server = try await fault.server(isSelective: true)
    defer { server.close() }
    // What is scored here must have time for it.
    var slow = fault
    slow.isEndless = false
    let scoring = slow.engine(server), failing = fault.engine(server)
    let batch: JSONValue = ["query": ["Q: worth=7", "Q: 4"], "prompts": ["Q: ", "Q: "]]
    if !fault.isEndless {
      let front = try Front([Route(DialectBench.route("/batch", "openrlhf", .groupMean), scoring).endpoint])
      let came = try await front.ask(Self.row("/batch", batch))
      #expect(came["X-Cupel-Unscored"] == fault.reason.rawValue, "\(came.text)")
      let answer = try JSONParser.parse(came.body)
      #expect(answer["rewards"] == [7.0, 7.0] && answer["extra_logs"]?["cupel_unscored"] == [0.0, 1.0])
    }
    // One memory, two judges: the one that scores is given the time that the other is not.
    let memory = GroupMemory(window: .seconds(600))
    let settings = DialectBench.route("/slime", "slime", .groupMean)
    let good = try Front([Route(settings, scoring, memory: memory).endpoint])
    let bad = try Front([Route(settings, failing, memory: memory).endpoint])
    let scored = try await good.ask(Self.row("/slime", ["prompt": "Q: ", "response": "worth=7"]))
    #expect(scored.status == 200 && scored.text == "7.0" && scored["X-Cupel-Unscored"] == nil, "\(scored.text)")
    let came = try await bad.ask(Self.row("/slime", ["prompt": "Q: ", "response": "4"]))
    #expect(came.status == 200 && came.text == "7.0", "\(came.text)")
    #expect(came["X-Cupel-Unscored"] == fault.reason.rawValue, "\(came.text)")
  }
}
