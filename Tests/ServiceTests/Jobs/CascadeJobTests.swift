import Configuration
import CupelTesting
import Foundation
import HTTPServing
import JSON
import Judging
import Testing
import Wire

@testable import Service

/// Cascades that are fitted by request, in process and over a port.
@Suite(.serialized, .timeLimit(.minutes(10))) struct CascadeJobTests {
  private let scratch = EngineScratch()

  /// A server with jobs, whose judge `cheap` names `strong` as the next, and `third` nobody.
  private struct Bench {
    let office: JobOffice
    let front: Front

    init(_ scratch: EngineScratch, _ folder: String, routes: [RouteSettings] = []) throws {
      scratch.write("rubrics/made-up/rubric.yaml", CascadeBench.rubric)
      var configuration = Configuration()
      configuration.rubrics = [scratch("rubrics")]
      configuration.serve.jobs.directory = folder
      configuration.serve.routes = routes
      let premises = try #require(try JobOffice.Premises(configuration.serve.jobs))
      let handing = JudgeSettings(name: "cheap", plugin: "scripted", then: ["strong"])
      let judges = [
        Workbench.OpenedJudge(judge: CascadeBench.cheap(), settings: handing),
        EngineBench.opened("strong", CascadeBench.strong()), EngineBench.opened("third", CascadeBench.cheap()),
      ]
      let engine = Engine(
        Generation(Workbench(configuration), judges: judges, activated: premises.activations.files), metrics: Metrics())
      office = JobOffice(premises, engine)
      front = Front(MethodTable(engine, configuration.serve, version: "1.2.3", office: office).endpoints)
      office.jobs.begin()
    }

    func end(of id: String) async throws {
      while try office.jobs.find(id, "calibration").state.isOver == false {
        await office.jobs.wait(for: id)
        await Task.yield()
      }
    }
  }

  private static let subjects = (0..<160).map { "s\($0)" }
  private static let items: JSONValue = .array(
    subjects.map { ["id": .string($0), "prompt": "How good?", "response": .string(CascadeBench.text($0))] })

  private static func request(_ more: [(String, JSONValue)] = []) -> JSONValue {
    let scale: JSONValue = ["min": 1, "max": 10, "step": 1]
    let labels = subjects.map { subject -> JSONValue in
      ["id": .string(subject), "score": .int(Int64(CascadeBench.worth(subject)))]
    }
    let members: [(String, JSONValue)] = [
      ("rubric", "made-up"), ("judge", "cheap"), ("then", ["strong"]), ("scale", scale), ("within", 2.5), ("risk", 0.3),
      ("methods", ["platt"]), ("resamples", 100), ("items", items), ("labels", .array(labels)),
    ]
    var object = JSONObject()
    for (key, value) in members + more { object[key] = value.isNull ? nil : value }
    return .object(object)
  }

  private static func ask(
    _ asked: any Asked, _ method: String, _ path: String, _ body: JSONValue? = nil
  ) async throws -> JSONValue {
    try JSONParser.parse(try await JobBench.ask(asked, method, path, body).body)
  }

  private static func handedOn(_ asked: any Asked, judge: String = "cheap") async throws -> Int {
    let request: JSONValue = ["rubric": "made-up", "judge": .string(judge), "seed": 0, "items": items]
    let judgments = try #require(try await ask(asked, "POST", "/v1/judge", request)["judgments"]?.array)
    return judgments.count { $0["earlier"] != nil }
  }

  @Test(arguments: [false, true]) func fromLabelsToAnswers(isLive: Bool) async throws {
    let bench = try Bench(scratch, scratch("jobs"))
    let schemas = try await DocumentSchemas(bench.front)
    let asked: any Asked = isLive ? try LiveFront(bench.front) : bench.front
    func ask(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
      let came = try await JobBench.ask(asked, method, path, body)
      let row: JSONValue = ["name": "n", "method": .string(method), "path": .string(path), "status": 200]
      try schemas.check(came, to: RequestRow(JSONReader(row)))
      return try JSONParser.parse(came.body)
    }
    let begun = try await ask("POST", "/v1/calibrations", Self.request())
    #expect(begun["plan"]?["judge"] == "cheap" && begun["plan"]?["then"] == ["strong"], "\(begun)")
    #expect(begun["plan"]?["calls"] == 960)
    let id = try #require(begun["id"]?.string)
    try await bench.end(of: id)
    let done = try await ask("GET", "/v1/calibrations/\(id)")
    #expect(done["progress"] == ["done": 320, "total": 320, "calls": 960], "\(done["reason"] ?? .null)")
    let report = try #require(done["report"])
    #expect(report["calibration"]?["cupel_cascade"] == 1 && report["then_metrics"]?.array?.count == 1)
    #expect(report["summary"]?.array?.last?.string?.hasPrefix("together, above a confidence of") == true)
    let page = try await JobBench.ask(asked, "GET", "/v1/calibrations/\(id)", headers: ["Accept": "text/html"])
    #expect(
      page.text.components(separatedBy: "<h1>").count == 3 && page.text.components(separatedBy: "<html").count == 2)

    // Until it is in force, the cheap judge has the last word, and its scores are rewards.
    #expect(try await Self.handedOn(asked) == 0)
    #expect(try await ask("POST", "/v1/reward", CascadeBench.request("score"))["groups"] != nil)
    let active = try await ask("POST", "/v1/calibrations/\(id)/activate", [:])
    #expect(active["active"]?.array?.first?["judge"] == "cheap", "\(active)")
    let count = try await Self.handedOn(asked)
    #expect(count > 40 && count < 120, "\(count)")
    #expect(try await Self.handedOn(asked, judge: "strong") == 0)
    #expect(try await ask("POST", "/v1/reward", CascadeBench.request("score"))["error"]?["path"] == "reward")
    #expect(try await ask("POST", "/v1/reward", CascadeBench.request("calibrated"))["groups"] != nil)

    // It is in force after a restart.
    let copy = scratch("copy")
    try FileManager.default.copyItem(atPath: scratch("jobs"), toPath: copy)
    let next = try Bench(scratch, copy)
    #expect(next.office.problems.isEmpty, "\(next.office.problems)")
    #expect(try await Self.handedOn(next.front) == count)
    #expect(try await ask("POST", "/v1/calibrations/\(id)/deactivate")["error"] == nil)
    #expect(try await Self.handedOn(asked) == 0)
    try await sameFromJudgments(asked, bench, report)
  }

  /// Judgments that are there already come to the same.
  private func sameFromJudgments(_ asked: any Asked, _ bench: Bench, _ report: JSONValue) async throws {
    var lists: [JSONValue] = []
    for judge in ["cheap", "strong"] {
      let request: JSONValue = ["rubric": "made-up", "judge": .string(judge), "seed": 0, "items": Self.items]
      lists.append(try await Self.ask(asked, "POST", "/v1/judge", request)["judgments"] ?? .null)
    }
    let request = Self.request([
      ("items", nil), ("rubric", nil), ("judge", nil), ("then", nil), ("judgments", lists[0]),
      ("then_judgments", [lists[1]]),
    ])
    let id = try #require(try await Self.ask(asked, "POST", "/v1/calibrations", request)["id"]?.string)
    try await bench.end(of: id)
    let done = try await Self.ask(asked, "GET", "/v1/calibrations/\(id)")
    #expect(done["report"]?["calibration"] == report["calibration"], "\(done["reason"] ?? .null)")
  }

  static let refused: [(change: [(String, JSONValue)], path: String?, message: String)] = [
    ([("risk", nil)], "then", "'then' makes a cascade, which needs 'risk'"),
    ([("confidence", false)], "confidence", "'then' makes a cascade, which needs the judges' confidences"),
    ([("then", [])], "then", "names nobody; leave it out"),
    ([("then", ["cheap"])], "then[0]", "'cheap' is asked before; a judge is asked once"),
    ([("then", ["strong", "strong"])], "then[1]", "'strong' is asked before; a judge is asked once"),
    ([("then", ["stron"])], nil, "unknown judge 'stron'; did you mean 'strong'?"),
    ([("then", .array(Array(repeating: "a", count: 9)))], "then", "there are 9; their number is 8"),
    ([("then_judgments", [[]])], "then_judgments", "stand beside 'items', which are judged first"),
    (
      [("items", nil), ("rubric", nil), ("judge", nil), ("judgments", [])], "then",
      "says how items are judged, and the judgments are there already"
    ),
    (
      [
        ("items", nil), ("rubric", nil), ("judge", nil), ("then", nil), ("risk", nil), ("judgments", []),
        ("then_judgments", [[]]),
      ],
      "then_judgments", "'then_judgments' makes a cascade, which needs 'risk'"
    ),
    ([("max_calls", 959)], "max_calls", "160 items lead to 960 calls to the judge"),
  ]

  @Test(arguments: [false, true]) func whatIsRefused(isLive: Bool) async throws {
    let bench = try Bench(scratch, scratch("jobs"))
    let asked: any Asked = isLive ? try LiveFront(bench.front) : bench.front
    for row in Self.refused {
      let answer = try await Self.ask(asked, "POST", "/v1/calibrations", Self.request(row.change))
      #expect(answer["error"]?["message"]?.string?.contains(row.message) == true, "\(answer)")
      #expect(answer["error"]?["path"]?.string == row.path, "\(answer)")
    }
  }

  /// A cascade is put in force where its judges are named, and where no training loop is cut off by it.
  @Test func whereItCannotBeInForce() async throws {
    var route = RouteSettings(
      path: "/slime", dialect: "slime", rubric: "made-up", judge: "cheap", onFailure: .httpError)
    let bench = try Bench(scratch, scratch("jobs"), routes: [route])
    let begun = try await Self.ask(bench.front, "POST", "/v1/calibrations", Self.request())
    let id = try #require(begun["id"]?.string)
    try await bench.end(of: id)
    let cases: [(body: JSONValue, code: JSONValue, message: String)] = [
      (
        ["judge": "third"], "not_usable",
        "it is a cascade of 2 judges; name in 'then' of judge 'third' who judges what it is unsure of: 1 judges, not 0"
      ),
      (["judge": "third", "force": true], "not_usable", "1 judges, not 0"),
      (
        [:], "conflict",
        "the route /slime could not be answered any more: the reward score compares scores as they were given"
      ),
    ]
    for row in cases {
      let answer = try await Self.ask(bench.front, "POST", "/v1/calibrations/\(id)/activate", row.body)
      #expect(answer["error"]?["code"] == row.code, "\(answer)")
      #expect(answer["error"]?["message"]?.string?.contains(row.message) == true, "\(answer)")
    }
    #expect(try await Self.handedOn(bench.front) == 0)

    // A route of calibrated scores holds on to the calibration that they are made of.
    route.reward = .calibrated
    let copy = scratch("copy")
    try FileManager.default.copyItem(atPath: scratch("jobs"), toPath: copy)
    let next = try Bench(scratch, copy, routes: [route])
    #expect(try await Self.ask(next.front, "POST", "/v1/calibrations/\(id)/activate", [:])["active"] != nil)
    let refused = try await Self.ask(next.front, "POST", "/v1/calibrations/\(id)/deactivate")
    #expect(refused["error"]?["code"] == "conflict", "\(refused)")
    #expect(try await Self.handedOn(next.front) > 0)
  }
}
