import Configuration
import CupelTesting
import HTTPServing
import JSON
import Judging
import Synchronization
import Testing
import Wire

@testable import Service

/// Requests of several keys, rubrics, judges and methods at once over a live port, some of them for the same things: each answer is about
/// what was asked, holds nothing that only others sent, and is noted under its own key.
@Suite(.timeLimit(.minutes(10))) struct IsolationTests {
  private static let count = 240
  private static let keys = ["ann", "bob", "cid"]
  private static func key(_ name: String) -> String { "\(name)-0123456789abcdef" }

  /// Says what it was shown: the marks of the prompt and the response, and the worth that the response claims. Answers nobody before as
  /// many wait for it as it is told, so that they are all under way together.
  private static func judge(_ name: String, _ gate: Gate) -> ScriptedJudge {
    ScriptedJudge { call in
      let text = call.messages.flatMap(\.parts).map { if case .text(let text) = $0 { text } else { "" } }.joined()
      let marks = text.matches(of: /mark-[a-z0-9-]+/).map { String($0.output) }
      let worth = text.firstMatch(of: /worth ([0-9]+)/).map { String($0.output.1) } ?? "1"
      let answers = String(repeating: "<answer>\(worth)</answer>", count: 4)
      return .after(gate, .text("<think>\(name) saw \(marks.joined(separator: " "))</think>\(answers)"))
    }
  }

  /// One request and what it must not be mixed up with.
  private struct Asking {
    let number: Int
    var key: String { keys[number % keys.count] }
    var judge: String { number % 5 == 0 ? "second" : "first" }
    /// Every seventh asks for the same as its neighbour under another key.
    var subject: Int { number % 7 == 6 ? number - 1 : number }
    var mark: String { "mark-\(subject)-x" }
    var worth: Int { 1 + subject % 10 }
    var requestID: String { "request-\(number)-x" }
    var path: String { ["/v1/judge", "/rpc", "/v1/reward", "/slime/\(key)"][number % 4] }

    var row: RequestRow {
      get throws {
        let item: JSONValue = [
          "id": .string(mark), "prompt": .string("\(mark)?"), "response": .string("worth \(worth)"),
        ]
        let judging: JSONValue = ["rubric": "helpfulness", "judge": .string(judge), "items": [item]]
        let group: JSONValue = [
          "id": .string(mark), "prompt": .string("\(mark)?"), "responses": [.string("worth \(worth)")],
        ]
        let body: JSONValue =
          switch number % 4 {
          case 0: judging
          case 1: ["jsonrpc": "2.0", "id": .int(Int64(number)), "method": "judge", "params": judging]
          case 2: ["rubric": "helpfulness", "judge": .string(judge), "judgments": true, "groups": [group]]
          default: ["prompt": .string("\(mark)?"), "response": .string("worth \(worth)")]
          }
        return try RequestRow(
          JSONReader([
            "name": .string(requestID), "path": .string(path), "json": body, "status": 200,
            "headers": [
              "Authorization": .string("Bearer \(IsolationTests.key(key))"), "X-Request-ID": .string(requestID),
            ],
          ]))
      }
    }

    /// Everything that the answer may say of marks is its own.
    func check(_ came: Came) throws {
      let shown = Comment(rawValue: "\(number) of \(key) at \(path): \(came.text)")
      #expect(came.status == 200 && came["X-Request-ID"] == requestID, shown)
      let marks = Set(came.text.matches(of: /mark-[0-9]+-x/).map { String($0.output) })
      #expect(marks == (path.hasPrefix("/slime") ? [] : [mark]), shown)
      #expect(!came.text.contains("request-") && !came.text.contains("0123456789abcdef"), shown)
      let answer = try JSONParser.parse(came.body)
      let score: JSONValue = .number(Double(worth))
      switch number % 4 {
      case 0, 1:
        if number % 4 == 1 { #expect(answer["id"]?.int == number, shown) }
        let judgment = (number % 4 == 1 ? answer["result"] : answer)?["judgments"]?.array?.first
        #expect(judgment?["scores"] == [score] && judgment?["id"]?.string == mark, shown)
        #expect(judgment?["rationale"]?.string == "\(judge) saw \(mark)", shown)
      case 2:
        let group = answer["groups"]?.array?.first
        #expect(group?["rewards"] == [score] && group?["id"]?.string == mark, shown)
        #expect(group?["judgments"]?.array?.first?["rationale"]?.string == "\(judge) saw \(mark)", shown)
      default: #expect(answer == score, shown)
      }
    }
  }

  @Test func eachGetsWhatItAskedFor() async throws {
    let gate = Gate()
    let judges = ["first": Self.judge("first", gate), "second": Self.judge("second", gate)]
    let engine = Engine(TestBench.generation(judges), metrics: Metrics())
    let keys = KeyRing(try KeyFile(Self.keys.map { "\($0) \(Self.key($0))\n" }.joined(), name: "keys"))
    let seen = Mutex<[String: Answered]>([:])
    var settings = Front.Settings()
    settings.authenticate = { (head) throws(Fault) in try keys.holder(for: head) }
    settings.observe = { answered in seen.withLock { $0[answered.requestID] = answered } }
    let routes = try Self.keys.map { name in
      var route = DialectBench.route("/slime/\(name)", "slime", .httpError)
      route.judge = "first"
      return try Route(route, engine).endpoint
    }
    let methods = MethodTable(engine, ServeSettings(), version: "1.2.3").endpoints
    let live = try LiveFront(Front(methods + routes, settings: settings))
    try await withThrowingTaskGroup(of: (Asking, Came).self) { group in
      for number in 0..<Self.count {
        let asking = Asking(number: number)
        let row = try asking.row
        group.addTask { (asking, try await live.ask(row)) }
      }
      while engine.snapshot().admitted < Self.count { await Task.yield() }
      gate.open()
      for try await (asking, came) in group { try asking.check(came) }
    }
    let answered = seen.withLock { $0 }
    #expect(answered.count == Self.count)
    for number in 0..<Self.count {
      let asking = Asking(number: number)
      let entry = try #require(answered[asking.requestID])
      #expect(entry.caller == asking.key && entry.route == asking.path && entry.status == 200)
    }
    #expect(engine.snapshot().joined > 0, "some asked for the same at the same time")
    while !engine.isIdle { await Task.yield() }
  }
}
