import Configuration
import CupelTesting
import JSON
import Testing

@testable import Service

/// What a stranger writes for the name of a rubric or a judge is a name of the configuration or none: never a path of this machine, never
/// an address that the server would ask.
@Suite(.timeLimit(.minutes(10))) struct NamesTests {
  /// Names that `cupel grade` takes, and what would lead to a file if any part of the server took it for one.
  private static func rubrics(_ folder: String) -> [String] {
    [
      "\(folder)/mine.yaml", "\(folder)/mine", "\(folder)/whole", "\(folder)/whole/rubric.yaml", "mine.yaml", "./mine",
      "../\(folder)/mine.yaml", "whole/rubric.yaml", "whole/", "known/../mine", "known.yaml", "./known", "known/",
      "Known", " known", "known\n", "known%00", "known\u{200B}", "/etc/passwd", "styles/flex-judge", "..", ".", "/",
      "-", "~", "known;mine", "known,mine", "*",
    ]
  }

  private static func judges(_ server: String, _ folder: String) -> [String] {
    [
      "openai=\(server)/v1,m", "openai=\(server)", "openai", server, "replay=\(folder)/replies.jsonl", "replay",
      "checks",
      "replay={\"file\":\"/etc/passwd\"}", "default=", "default,m", "Default", " default", "default\n", "default/", "*",
      "\(folder)/libjudge.so", "/usr/lib/libm.so.6", "$JUDGE", "${JUDGE}",
    ]
  }

  private static func bodies(rubric: String, judge: String?) -> [(path: String, body: JSONValue)] {
    func asking(_ list: String, _ thing: JSONValue) -> JSONValue {
      var object = JSONObject([("rubric", .string(rubric)), (list, .array([thing]))])
      object["judge"] = judge.map { .string($0) }
      return .object(object)
    }
    let judging = asking("items", ["id": "a", "response": "4"])
    let rewarding = asking("groups", ["id": "a", "responses": ["4"]])
    return [
      ("/v1/judge", judging), ("/v1/reward", rewarding),
      ("/rpc", ["jsonrpc": "2.0", "id": 1, "method": "judge", "params": judging]),
      ("/rpc", ["jsonrpc": "2.0", "id": 1, "method": "reward", "params": rewarding]),
    ]
  }

  private static func check(_ front: Front, _ name: String, _ kind: String, _ folder: String, judge: String?)
    async throws
  {
    let rubric = kind == "rubric" ? name : "known"
    var asked = bodies(rubric: rubric, judge: judge)
    if kind == "rubric" {
      let named: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": "rubrics", "params": ["name": .string(name)]]
      asked.append(("/rpc", named))
    }
    for (path, body) in asked {
      let status = path == "/rpc" ? 200 : 422
      let row = try RequestRow(
        JSONReader(["name": "n", "path": .string(path), "json": body, "status": .int(Int64(status))]))
      let came = try await front.ask(row)
      let answer = try JSONParser.parse(came.body)
      let error = answer["error"]
      let shown = Comment(rawValue: "\(path), '\(name)': \(came.text)")
      #expect(came.status == status && answer["result"] == nil && error != nil, shown)
      #expect((path == "/rpc" ? error?["data"]?["code"] : error?["code"]) == "not_usable", shown)
      let message = error?["message"]?.string ?? ""
      #expect(message.hasPrefix("unknown \(kind) '"), shown)
      // What the client did not say itself: nothing of what lies where.
      #expect(!message.replacing(name, with: "").contains(folder), shown)
    }
  }

  @Test func aNameIsAName() async throws {
    let scratch = EngineScratch()
    scratch.write("library/known.yaml", "name: known\ndescription: Is it good?\n")
    scratch.write("files/mine.yaml", "name: mine\ndescription: Is it mine?\n")
    scratch.write("files/whole/rubric.yaml", "name: whole\ndescription: Is it whole?\n")
    let folder = scratch("files")
    let server = try ModelServer { _ in .chat("<answer>5</answer>") }
    defer { server.close() }
    let judge = ScriptedJudge { _ in .text("<answer>5</answer>") }
    var configuration = Configuration()
    configuration.rubrics = [scratch("library")]
    let engine = Engine(TestBench.generation(["default": judge], configuration: configuration), metrics: Metrics())
    let front = Front(MethodTable(engine, configuration.serve, version: "1.2.3").endpoints)
    for name in Self.rubrics(folder) { try await Self.check(front, name, "rubric", folder, judge: nil) }
    for name in Self.judges(server.url, folder) { try await Self.check(front, name, "judge", folder, judge: name) }
    #expect(judge.calls.isEmpty && server.statistics.connections == 0)
    // The table would prove nothing if nothing could be asked for.
    for (path, body) in Self.bodies(rubric: "known", judge: "default") {
      let row = try RequestRow(JSONReader(["name": "n", "path": .string(path), "json": body, "status": 200]))
      #expect(try await JSONParser.parse(front.ask(row).body)["error"] == nil)
    }
    #expect(judge.calls.count == 2, "the same items are judged once")
  }

  /// Files are read when a generation is made, and not again: what is done to them later changes nothing, and costs nothing.
  @Test func rubricsAreReadOnce() async throws {
    let scratch = EngineScratch()
    scratch.write("known.yaml", "name: known\nversion: 1\ndescription: Is it good?\n")
    var configuration = Configuration()
    configuration.rubrics = [scratch(".")]
    let judge = ScriptedJudge { _ in .text("<answer>5</answer>") }
    let engine = Engine(TestBench.generation(["default": judge], configuration: configuration), metrics: Metrics())
    let front = Front(MethodTable(engine, configuration.serve, version: "1.2.3").endpoints)
    func ask(_ path: String, _ body: JSONValue? = nil) async throws -> Came {
      var row = JSONObject([("name", .string(path)), ("path", .string(path)), ("status", 200)])
      row["method"] = body == nil ? "GET" : "POST"
      row["json"] = body
      return try await front.ask(RequestRow(JSONReader(.object(row))))
    }
    let before = try await ask("/v1/rubrics?name=known")
    let ready = try await ask("/readyz")
    for text in ["name: known\nversion: 2\ndescription: Is it better?\n", "name: [broken", nil] {
      if let text { scratch.write("known.yaml", text) } else { scratch.remove("known.yaml") }
      #expect(try await ask("/v1/rubrics?name=known").body == before.body)
      let all = try await JSONParser.parse(ask("/v1/rubrics").body)["rubrics"]?.array ?? []
      #expect(all.filter { $0["name"] == "known" }.map { $0["version"] } == [1])
      #expect(try await ask("/readyz").body == ready.body)
      let body: JSONValue = ["rubric": "known", "samples": 2, "items": [["id": "a", "response": "4"]]]
      let answer = try await JSONParser.parse(ask("/v1/judge", body).body)
      #expect(answer["judgments"]?.array?.first?["scores"] == [5.0])
    }
  }
}
