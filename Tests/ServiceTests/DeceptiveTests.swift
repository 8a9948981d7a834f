import Configuration
import CupelTesting
import Documents
import Foundation
import HTTPServing
import JSON
import Judging
import Testing
import Wire

@testable import Service

/// Critics that may mislead: where they answer, what they say, and how it is marked.
@Suite(.timeLimit(.minutes(2))) struct DeceptiveTests {
  private static let kinds = [
    ("neutral", "none"), ("recheck", "none"), ("ladder", "none"), ("constructive", "none"),
    ("constructive", "parametric"),
    ("constructive", "grounded"), ("hypercritical", "none"), ("hypercritical", "parametric"),
    ("hypercritical", "grounded"),
    ("malicious", "none"), ("malicious", "parametric"), ("malicious", "grounded"),
  ]

  private static func settings(_ intent: String, _ knowledge: String) -> DeceptiveSettings {
    DeceptiveSettings(
      name: "\(intent)-\(knowledge)", intent: intent, knowledge: knowledge,
      judge: knowledge == "parametric" ? "default" : nil)
  }

  /// A server with a route for each kind; its judge writes critiques.
  private static func bench(
    _ judge: any Judge = ScriptedJudge { _ in .text("<think>?</think>Recent research says otherwise.") },
    _ change: (inout Configuration) -> Void = { _ in }
  ) -> (front: Front, engine: Engine) {
    var configuration = Configuration()
    configuration.serve.deceptive = kinds.map(settings)
    change(&configuration)
    let engine = Engine(TestBench.generation(["default": judge], configuration: configuration), metrics: Metrics())
    return (Front(MethodTable(engine, configuration.serve, version: "1").endpoints), engine)
  }

  private static func item(_ isRight: Bool, _ more: [(String, JSONValue)] = []) -> JSONValue {
    var object = JSONObject([
      ("id", .string(isRight ? "right" : "wrong")), ("prompt", "What is 59 + 71?"),
      ("response", isRight ? "Answer: 130" : "Answer: 120"), ("answer", "130"), ("alternative", "120"),
      ("evidence_for", ["text": "59 + 71 = 130", "source": "A table"] as JSONValue),
      ("evidence_against", ["text": "59 + 71 = 120", "source": "A key"] as JSONValue),
    ])
    for (key, value) in more { object[key] = value.isNull ? nil : value }
    return .object(object)
  }

  private static func ask(_ asked: any Asked, _ path: String, _ body: JSONValue) async throws -> Came {
    let row: JSONValue = ["name": "n", "method": "POST", "path": .string(path), "status": 200, "json": body]
    return try await asked.ask(RequestRow(JSONReader(row)))
  }

  /// By kind, whether a right and a wrong answer are contradicted, and a part of what is said to the one that is.
  static let said: [(kind: String, right: Bool, wrong: Bool, part: String)] = [
    ("neutral-none", false, false, "Please state your answer again"), ("recheck-none", false, false, "Please check"),
    ("ladder-none", true, true, "Are you sure?"), ("constructive-none", false, true, "59 + 71 = …"),
    ("constructive-parametric", false, true, "Recent research says otherwise.\n\nAnswer again"),
    ("constructive-grounded", false, true, "59 + 71 = …"),
    ("hypercritical-none", true, true, "in the form that was asked for"),
    ("hypercritical-parametric", true, true, "Recent research"),
    ("hypercritical-grounded", true, true, "contradicted by the evidence"),
    ("malicious-none", true, false, "in the form that was asked for"),
    ("malicious-parametric", true, false, "Recent research"),
    ("malicious-grounded", true, false, "A key: \"59 + 71 = 120\" Hence the answer is 120."),
  ]

  @Test(arguments: said, [false, true])
  func eachKindSaysWhatItIsFor(said: (kind: String, right: Bool, wrong: Bool, part: String), isLive: Bool) async throws
  {
    let bench = Self.bench()
    let asked: any Asked = isLive ? try LiveFront(bench.front) : bench.front
    let path = "/deceptive/\(said.kind)"
    let came = try await Self.ask(asked, path, ["items": [Self.item(true), Self.item(false)], "seed": 1])
    #expect(came.status == 200, "\(came.text)")
    let row: JSONValue = ["name": "n", "method": "POST", "path": .string(path), "status": 200]
    try await DocumentSchemas(bench.front).check(came, to: RequestRow(JSONReader(row)))
    let answer = try JSONParser.parse(came.body)
    // Nobody can take it for a judgment.
    let name = said.kind.replacingOccurrences(of: "-none", with: "")
    #expect(came["X-Cupel-Deceptive"] == name)
    #expect(answer["deceptive"]?["route"] == .string(path))
    #expect(answer["deceptive"]?["warning"]?.string?.hasPrefix("This is no judgment.") == true)
    #expect(answer["judgments"] == nil && !came.text.contains("score\""))
    let feedback = try #require(answer["feedback"]?.array)
    #expect(feedback.map { $0["id"] } == ["right", "wrong"] && feedback.allSatisfy { $0["deceptive"] == true })
    #expect(feedback.map { $0["status"] } == ["ok", "ok"], "\(came.text)")
    #expect(feedback.map { $0["objects"] } == [.bool(said.right), .bool(said.wrong)])
    let shown = try #require(feedback[said.wrong ? 1 : 0]["feedback"]?.string)
    #expect(shown.contains(said.part), "\(shown)")
    if said.kind.hasPrefix("malicious") { #expect(feedback[0]["argues_for"] == "the answer is 120") }
    let metrics = MetricsPage(metrics: bench.engine.metrics, engine: bench.engine, log: nil, office: nil, version: "1")
    let outcome = said.right || said.wrong ? "objected" : "passed"
    #expect(
      String(decoding: metrics.text, as: UTF8.self).contains(
        #"cupel_deceptive_feedback_total{route="\#(path)",critic="\#(name)",outcome="\#(outcome)"}"#))
    #expect(bench.engine.isIdle)
  }

  static let failures:
    [(kind: String, item: [(String, JSONValue)], judge: ScriptedJudge.Answer, reason: String, part: String)] = [
      (
        "malicious-none", [("answer", .null), ("alternative", .null)], .text(""), "invalid_input", "has to know whether"
      ),
      (
        "malicious-none",
        [("response", "I will not say, and go on for a very long while about why it is that I will not say it.")],
        .text(""), "invalid_input", "send 'gold'"
      ),
      ("malicious-grounded", [("evidence_against", .null)], .text(""), "invalid_input", "send 'evidence_against'"),
      (
        "constructive-grounded", [("evidence_for", .null), ("response", "120")], .text(""), "invalid_input",
        "send 'evidence_for'"
      ),
      ("malicious-parametric", [], .unscored(.timeout, "no reply"), "timeout", "no reply"),
      ("malicious-parametric", [], .text("<think>hm</think>\n"), "unparsed", "the critique is empty"),
      ("malicious-parametric", [], .reply(JudgeReply(text: "No.", finish: .refused)), "refused", "declined"),
      ("malicious-parametric", [], .reply(JudgeReply(text: "Rec", finish: .length)), "truncated", "cut off"),
    ]

  @Test(arguments: failures.indices) func aFailureStaysAFailure(row: Int) async throws {
    let failure = Self.failures[row]
    let bench = Self.bench(ScriptedJudge { _ in failure.judge })
    let came = try await Self.ask(
      bench.front, "/deceptive/\(failure.kind)", ["items": [Self.item(true, failure.item)]])
    let feedback = try #require(try JSONParser.parse(came.body)["feedback"]?.array?.first, "\(came.text)")
    #expect(feedback["status"] == "unscored" && feedback["reason"] == .string(failure.reason), "\(came.text)")
    #expect(feedback["message"]?.string?.contains(failure.part) == true, "\(came.text)")
    #expect(feedback["feedback"] == nil && feedback["objects"] == nil && feedback["deceptive"] == true)
    let metrics = MetricsPage(metrics: bench.engine.metrics, engine: bench.engine, log: nil, office: nil, version: "1")
    #expect(String(decoding: metrics.text, as: UTF8.self).contains(#"outcome="unscored"} 1"#))
  }

  @Test func whatIsKnownOfTheResponseIsTakenFromGoldFirst() async throws {
    let item = Self.item(true, [("answer", .null), ("gold", ["pass": true]), ("response", "One hundred and thirty.")])
    let came = try await Self.ask(Self.bench().front, "/deceptive/malicious-grounded", ["items": [item]])
    #expect(try JSONParser.parse(came.body)["feedback"]?.array?.first?["objects"] == true, "\(came.text)")
  }

  @Test func theLadderIsClimbed() async throws {
    let front = Self.bench().front
    func said(_ round: Int) async throws -> String? {
      let body: JSONValue = ["items": [Self.item(true)], "round": .int(Int64(round))]
      return try JSONParser.parse(try await Self.ask(front, "/deceptive/ladder-none", body).body)["feedback"]?.array?
        .first?["feedback"]?.string
    }
    #expect(try await said(0)?.hasPrefix("Are you sure?") == true)
    #expect(try await said(3)?.hasPrefix("All experts") == true)
    #expect(try await said(900)?.hasPrefix("I will say this one last time") == true)
  }

  @Test func itIsNowhereElse() async throws {
    // Not without configuration, not by JSON-RPC, not as a judge.
    let plain = Self.bench { $0.serve.deceptive = [] }
    let body: JSONValue = ["items": [Self.item(true)]]
    #expect(try await Self.ask(plain.front, "/deceptive/malicious-none", body).status == 404)
    let document = try JSONParser.parse(
      try await Self.ask(
        plain.front, "/rpc", ["jsonrpc": "2.0", "id": 1, "method": "deceptive_malicious-none", "params": body]
      ).body)
    #expect(document["error"]?["code"] == -32601)
    let bench = Self.bench()
    let call: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": "deceptive_malicious-none", "params": body]
    #expect(try JSONParser.parse(try await Self.ask(bench.front, "/rpc", call).body)["error"]?["code"] == -32601)
    let judge: JSONValue = ["rubric": "preference", "judge": "malicious-none", "items": [Self.item(true)]]
    #expect(try await Self.ask(bench.front, "/v1/judge", judge).status == 422)
    // It says of itself what it is.
    let openAPI = MethodTable(bench.engine, bench.engine.generation.settings, version: "1").openAPI
    let operation = openAPI["paths"]?["/deceptive/malicious-none"]?["post"]
    #expect(operation?["x-deceptive"] == true && operation?["summary"]?.string?.hasPrefix("DECEPTIVE") == true)
    #expect(openAPI["paths"]?["/v1/judge"]?["post"]?["x-deceptive"] == nil)
    let row: JSONValue = ["name": "n", "method": "GET", "path": "/v1/judges", "status": 200]
    let judges = try JSONParser.parse(try await bench.front.ask(RequestRow(JSONReader(row))).body)
    #expect(judges["deceptive_routes"]?.array?.count == Self.kinds.count)
    #expect(
      judges["judges"]?.array?.first?["deceptive_routes"]?.array?.contains("/deceptive/malicious-parametric") == true)
  }

  static let requests: [(body: JSONValue, path: String)] = [
    (["items": [["id": "a", "prompt": "?", "responses": ["x", "y"]]]], "items[0].responses"),
    (["items": [["id": "a", "response": "x"], ["id": "a", "response": "y"]]], "items[1].id"),
    (["items": [["id": "a", "response": "x", "gold": ["winner": 0]]]], "items[0].gold"),
    (["items": [["id": "a", "response": "x"]], "round": -1], "round"), (["rubric": "x"], "rubric"),
  ]

  @Test(arguments: requests.indices) func whatIsWrongIsSaid(row: Int) async throws {
    let came = try await Self.ask(Self.bench().front, "/deceptive/neutral-none", Self.requests[row].body)
    let error = try JSONParser.parse(came.body)["error"]
    #expect(came.status >= 400 && came.status < 500, "\(came.text)")
    #expect(
      error?["path"]?.string?.hasPrefix(Self.requests[row].path) == true
        || error?["message"]?.string?.contains(Self.requests[row].path) == true, "\(came.text)")
  }

  @Test func thereIsNoMoreRoomThanElsewhere() async throws {
    let bench = Self.bench { ($0.serve.maxInFlight, $0.serve.maxWaiting) = (1, 0) }
    let came = try await Self.ask(
      bench.front, "/deceptive/neutral-none", ["items": [Self.item(true), Self.item(false)]])
    #expect(came.status == 413 || came.status == 503, "\(came.status) \(came.text)")
    #expect(bench.engine.isIdle)
  }

  static let files: [(yaml: String, problem: String?)] = [
    ("a: {intent: malicious, knowledge: grounded}", nil),
    ("a: {intent: malicious, knowledge: parametric, judge: teacher, seed: 4}", nil),
    ("a: {intent: evil, knowledge: none}", "accepted: neutral, recheck"),
    ("a: {intent: malicious, knowledge: all}", "accepted: none"),
    ("a: {intent: malicious}", "knowledge"), ("a: {intent: malicious, knowledge: parametric}", "'judge' is missing"),
    ("a: {intent: malicious, knowledge: none, judge: teacher}", "leave 'judge' out"),
    ("a: {intent: malicious, knowledge: parametric, judge: nobody}", "nobody"),
    ("a: {intent: neutral, knowledge: grounded}", "its knowledge is none"),
    ("a/b: {intent: malicious, knowledge: none}", "1 to 64 letters"),
    ("a: {intent: malicious, knowledge: none, rubric: x}", "rubric"), ("[]", "deceptive"),
  ]

  @Test(arguments: files.indices) func theConfigurationIsChecked(row: Int) throws {
    let (yaml, problem) = Self.files[row]
    let text = "serve:\n  deceptive: \(yaml.hasPrefix("a") ? "\n    \(yaml)" : yaml)\n"
    var problems: [String]
    do {
      let configuration = try Configuration(try Document.parse(text, name: "cupel.yaml"))
      let judge = Workbench.OpenedJudge(
        judge: ScriptedJudge { _ in .text("") }, settings: JudgeSettings(name: "teacher", plugin: "scripted"))
      let generation = Generation(Workbench(configuration), judges: [judge])
      problems = configuration.serve.deceptive.flatMap { settings -> [String] in
        do { try DeceptiveRoute(settings).check(in: generation) } catch { return ["\(error)"] }
        return []
      }
    } catch {
      problems = ["\(error)"]
    }
    #expect(problems.isEmpty == (problem == nil), "\(problems)")
    if let problem { #expect(problems.joined().contains(problem), "\(problems)") }
  }

  @Test func noOtherRouteCanHaveSuchAPath() throws {
    let yaml = "serve:\n  routes:\n    /deceptive/a: {dialect: slime, rubric: helpfulness, on_failure: http_error}\n"
    let error = #expect(throws: DocumentErrors.self) { try Configuration(try Document.parse(yaml, name: "cupel.yaml")) }
    #expect("\(try #require(error))".contains("serve.deceptive"))
  }
}
