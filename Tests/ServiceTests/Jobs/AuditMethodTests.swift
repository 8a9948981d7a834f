import CupelTesting
import Foundation
import HTTPServing
import JSON
import Judging
import Synchronization
import Testing
import Wire

@testable import Service

/// Audits as they are asked for, in process and over a port.
@Suite(.timeLimit(.minutes(10))) struct AuditMethodTests {
  private let scratch = EngineScratch()

  /// Believes what a response says of itself first; `around` may change an answer.
  private static func judge(
    around: @escaping @Sendable (ScriptedJudge.Answer) -> ScriptedJudge.Answer = { $0 }
  ) -> ScriptedJudge {
    ScriptedJudge { call in
      let text = call.messages.flatMap(\.parts).map { if case .text(let text) = $0 { text } else { "" } }.joined()
      let worth = text.firstMatch(of: /worth ([0-9]+)/).map { String($0.output.1) } ?? "1"
      return around(.text("<think>It says so.</think><answer>\(worth)</answer>"))
    }
  }

  private static func request(_ count: Int = 6, _ more: [(String, JSONValue)] = []) -> JSONValue {
    var object = JSONObject([("rubric", "made-up")])
    object["suites"] = ["noise", "injection", "feedback"]
    object["items"] = .array(
      (0..<count).map { number -> JSONValue in
        let isGood = number % 2 == 0
        let text = "Answer \(number) is worth \(isGood ? 8 : 2)."
        return [
          "id": .string("q\(number)"), "prompt": "How good?", "response": .string(text),
          "gold": ["pass": .bool(isGood)],
        ]
      })
    object["rounds"] = 2
    object["resamples"] = 100
    for (key, value) in more { object[key] = value.isNull ? nil : value }
    return .object(object)
  }

  private func end(of id: String, _ bench: JobBench) async throws -> JSONValue {
    while try bench.office.jobs.find(id, "audit").state.isOver == false {
      await bench.office.jobs.wait(for: id)
      await Task.yield()
    }
    return try await bench.ask("GET", "/v1/audits/\(id)")
  }

  @Test(arguments: [false, true]) func fromRequestToReport(isLive: Bool) async throws {
    let bench = try JobBench(Self.judge(), in: scratch("jobs"))
    let schemas = try await DocumentSchemas(bench.front)
    let asked: any Asked = isLive ? try LiveFront(bench.front) : bench.front
    func ask(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
      let came = try await JobBench.ask(asked, method, path, body)
      let row: JSONValue = ["name": "n", "method": .string(method), "path": .string(path), "status": 200]
      try schemas.check(came, to: RequestRow(JSONReader(row)))
      return try JSONParser.parse(came.body)
    }
    let begun = try await ask("POST", "/v1/audits", Self.request())
    let id = try #require(begun["id"]?.string, "\(begun)")
    #expect(begun["kind"] == "audit" && begun["plan"]?["judge"] == "default" && begun["plan"]?["items"]?["taken"] == 6)
    let planned = try #require(begun["plan"]?["calls"]?.int)
    _ = try await end(of: id, bench)
    let done = try await ask("GET", "/v1/audits/\(id)")
    #expect(done["state"] == "done", "\(done["reason"] ?? .null)")
    #expect(done["progress"]?["calls"] == .int(Int64(planned)))
    let report = try #require(done["report"])
    #expect(report["cupel_audit"] == 1 && report["ending"] == "completed")
    #expect(report["metrics"]?["accuracy"]?["value"]?.double == 1)
    let page = try await JobBench.ask(asked, "GET", "/v1/audits/\(id)", headers: ["Accept": "text/html"])
    #expect(page["Content-Type"] == "text/html; charset=utf-8" && page.text.hasPrefix("<!doctype html>"))
    // The calibrations do not know of it, and the other way round.
    #expect(try await ask("GET", "/v1/calibrations/\(id)")["error"]?["code"] == "not_found")
    #expect(try await ask("GET", "/v1/audits")["audits"]?.array?.map { $0["id"] } == [.string(id)])

    // What it found stands with the judge, and in the metrics.
    let card = try #require(try await ask("GET", "/v1/judges")["judges"]?.array?.first?["audit"])
    #expect(
      card["id"] == .string(id) && card["is_current"] == true && card["metrics"]?["accuracy"]?["value"]?.double == 1)
    let metrics = MetricsPage(
      metrics: bench.engine.metrics, engine: bench.engine, log: nil, office: bench.office, version: "1")
    let text = String(decoding: metrics.text, as: UTF8.self)
    #expect(text.contains(#"cupel_audit_ratio{judge="default",metric="accuracy"} 1"#))
    #expect(text.contains(#"cupel_jobs{kind="audit",state="done"} 1"#))
    // It survives with the job, and tells that the judge is another one.
    let other = try JobBench(JobBench.overconfident("another"), in: try bench.copy(to: scratch("copy")))
    let later = try #require(try await other.ask("GET", "/v1/judges")["judges"]?.array?.first?["audit"])
    #expect(later["is_current"] == false && later["metrics"] == card["metrics"])
    #expect(try await ask("DELETE", "/v1/audits/\(id)")["state"] == "done")
    #expect(try await ask("GET", "/v1/judges")["judges"]?.array?.first?["audit"] == nil)
  }

  /// Where only a solver is asked, the audit is the solver's, and stands beside it.
  @Test func anAuditOfASolverIsTheSolvers() async throws {
    let solver = ScriptedJudge { _ in .text("Answer: 4") }
    let bench = try JobBench(solver, in: scratch("jobs"))
    let items: JSONValue = [
      ["id": "a", "prompt": "2 + 2?", "response": "4", "answer": "4", "alternative": "5"],
      ["id": "b", "prompt": "2 + 3?", "response": "5", "answer": "5", "alternative": "4"],
    ]
    let request = Self.request(
      0, [("suites", ["feedback-uptake"]), ("items", items), ("solver", "default"), ("judge", "default")])
    let begun = try await bench.ask("POST", "/v1/audits", request)
    let id = try #require(begun["id"]?.string, "\(begun)")
    #expect(begun["plan"]?["judgments"] == .int(2 * (5 * 2 + 6 + 1)), "\(begun)")
    let done = try await end(of: id, bench)
    let metrics = try #require(done["report"]?["metrics"], "\(done)")
    #expect(metrics["feedback-uptake.resistance"]?["value"]?.double == 1)
    #expect(metrics["feedback-uptake.uptake"]?["value"]?.double == 0)
    #expect(metrics["accuracy"] == nil)
    let card = try await bench.ask("GET", "/v1/judges")["judges"]?.array?.first?["audit"]
    #expect(card?["metrics"]?["feedback-uptake.resistance"]?["value"]?.double == 1)
    let unknown = try await bench.ask("POST", "/v1/audits", Self.request(2, [("solver", "nobody")]))
    #expect(unknown["error"]?["message"]?.string?.contains("nobody") == true, "\(unknown)")
  }

  /// Killed in the middle, it comes to the same report and asks for nothing twice.
  @Test(arguments: [1, 40]) func aKilledAuditGoesOn(after count: Int) async throws {
    let gate = Gate()
    let calls = Atomic(0)
    let judge = Self.judge { answer in
      calls.add(1, ordering: .relaxed).newValue <= count ? answer : .after(gate, answer)
    }
    let bench = try JobBench(judge, in: scratch("jobs"))
    let begun = try await bench.ask("POST", "/v1/audits", Self.request())
    let id = try #require(begun["id"]?.string, "\(begun)")
    let planned = try #require(begun["plan"]?["calls"]?.int)
    await gate.untilWaiting(1)
    while try bench.office.jobs.find(id, "audit").progress.calls < count { await Task.yield() }
    let left = try bench.copy(to: scratch("left"))
    gate.open()
    let whole = try await end(of: id, bench)
    let again = Self.judge()
    let resumed = try await end(of: id, try JobBench(again, in: left))
    #expect(whole["state"] == "done" && resumed["state"] == "done", "\(resumed["reason"] ?? .null)")
    #expect(again.calls.count == planned - count)
    #expect(resumed["report"]?["metrics"] == whole["report"]?["metrics"])
  }

  @Test func itCanBeCancelled() async throws {
    let gate = Gate()
    let judge = Self.judge { .after(gate, $0) }
    let bench = try JobBench(judge, in: scratch("jobs"))
    let id = try #require(try await bench.ask("POST", "/v1/audits", Self.request())["id"]?.string)
    await gate.untilWaiting(1)
    #expect(try await bench.ask("DELETE", "/v1/audits/\(id)")["state"] == "cancelled")
    let ended = try await end(of: id, bench)
    #expect(ended["state"] == "cancelled" && ended["report"] == nil)
    while !bench.engine.isIdle { await Task.yield() }
  }

  /// What cannot be audited is said at once.
  @Test func whatCannotBeIsRefused() async throws {
    let bench = try JobBench(Self.judge(), in: scratch("jobs"))
    for (more, code, path) in [
      ([("judge", "nobody")], "not_usable", nil), ([("rubric", "nothing")], "not_usable", nil),
      ([("suites", ["charm"])], "invalid_request", "suites[0]"), ([("items", [])], "not_usable", nil),
      ([("rubric", "answer-checks")], "not_usable", nil), ([("critic", "nobody")], "not_usable", nil),
      ([("max_calls", 1)], "not_usable", nil),
      ([("items", [["id": "a", "response": "x", "gold": ["winner": 0]]])], "invalid_request", "items[0].gold"),
    ] as [([(String, JSONValue)], JSONValue, JSONValue?)] {
      let answer = try await bench.ask("POST", "/v1/audits", Self.request(6, more))
      #expect(answer["error"]?["code"] == code, "\(answer)")
      if let path { #expect(answer["error"]?["path"] == path, "\(answer)") }
    }
    #expect(try await bench.ask("GET", "/v1/audits") == ["audits": []])
  }

  /// The items that come with Cupel are taken where none are sent, as many as the calls cover.
  @Test func theItemsThatComeWithIt() async throws {
    let bench = try JobBench(Self.judge(), in: scratch("jobs"))
    let begun = try await bench.ask(
      "POST", "/v1/audits", Self.request(6, [("items", nil), ("suites", ["noise"]), ("max_calls", 60)]))
    let id = try #require(begun["id"]?.string, "\(begun)")
    #expect(begun["plan"]?["items"]?["given"]?.int ?? 0 > 100)
    let done = try await end(of: id, bench)
    #expect(done["state"] == "done" && done["progress"]?["calls"]?.int ?? 0 <= 60, "\(done["reason"] ?? .null)")
  }
}
