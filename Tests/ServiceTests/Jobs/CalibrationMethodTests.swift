import CupelTesting
import Foundation
import HTTPServing
import JSON
import Judging
import Synchronization
import Testing
import Wire

@testable import Service

/// Calibrations as they are asked for, in process and over a port.
@Suite(.timeLimit(.minutes(10))) struct CalibrationMethodTests {
  private let scratch = EngineScratch()

  /// From labels to calibrated answers, and back.
  @Test(arguments: [false, true]) func fromLabelsToAnswers(isLive: Bool) async throws {
    let bench = try JobBench(JobBench.overconfident(), in: scratch("jobs"))
    let schemas = try await DocumentSchemas(bench.front)
    let asked: any Asked = isLive ? try LiveFront(bench.front) : bench.front
    func ask(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
      let came = try await JobBench.ask(asked, method, path, body)
      let row: JSONValue = ["name": "n", "method": .string(method), "path": .string(path), "status": 200]
      try schemas.check(came, to: RequestRow(JSONReader(row)))
      return try JSONParser.parse(came.body)
    }
    func judge() async throws -> JSONValue {
      let items = JobBench.request(40, from: 1000)["items"] ?? .null
      return try await ask("POST", "/v1/judge", ["rubric": "made-up", "seed": 0, "items": items])
    }
    #expect(try await judge()["judgments"]?.array?.allSatisfy { $0["calibrated"] == nil } == true)
    let begun = try await ask("POST", "/v1/calibrations", JobBench.request(80, [("seed", 0)]))
    #expect(begun["kind"] == "calibration" && begun["plan"]?["calls"] == 240 && begun["plan"]?["judge"] == "default")
    let id = try #require(begun["id"]?.string)
    let path = "/v1/calibrations/\(id)"
    try await bench.end(of: id)
    let done = try await ask("GET", path)
    #expect(
      done["state"] == "done" && done["progress"] == ["done": 80, "total": 80, "calls": 240],
      "\(done["reason"] ?? .null)")
    let report = try #require(done["report"])
    #expect(report["metrics"]?["sources"]?["samples"]?["reliability"]?.array?.isEmpty == false)
    #expect(report["calibration"]?["cupel_calibration"] == 1 && done["active"] == nil)
    // Nothing is in force before it is put in force.
    #expect(try await judge()["judgments"]?.array?.allSatisfy { $0["calibrated"] == nil } == true)

    let active = try await ask("POST", path + "/activate", [:])
    #expect(active["active"]?.array?.first?["judge"] == "default" && active["active"]?.array?.first?["forced"] == false)
    let live = try #require(try await judge()["judgments"]?.array)
    let digest = report["digest"]
    #expect(live.count == 40 && live.allSatisfy { $0["calibrated"]?["calibration"] == digest })
    let promised = try #require(report["calibration"]?["promise"]?["ece"]?["interval"]?["upper"]?.double)
    #expect(Self.calibrationError(of: live) <= promised + 0.1)
    #expect(try await ask("GET", "/v1/calibrations")["calibrations"]?.array?.first?["active"] != nil)

    let off = try await ask("POST", path + "/deactivate")
    #expect(off["active"] == nil && off["error"] == nil, "\(off)")
    #expect(try await judge()["judgments"]?.array?.allSatisfy { $0["calibrated"] == nil } == true)
    #expect(try await ask("POST", path + "/deactivate")["error"]?["code"] == "conflict")
    #expect(try await ask("DELETE", path)["state"] == "done")
    #expect(try await ask("GET", path)["error"]?["code"] == "not_found")
  }

  /// Σ n_b / n |rate - confidence| over ten bins of equal width.
  private static func calibrationError(of judgments: [JSONValue]) -> Double {
    let rows = judgments.compactMap { judgment -> (confidence: Double, isRight: Double)? in
      guard let score = judgment["scores"]?.array?.first?.double, let id = judgment["id"]?.string,
        let confidence = judgment["calibrated"]?["confidences"]?.array?.first?.double
      else { return nil }
      return (confidence, abs(score - Double(JobBench.worth(id))) <= 0.5 ? 1 : 0)
    }
    guard rows.count == judgments.count else { return .infinity }
    let bins = Dictionary(grouping: rows) { min(9, Int($0.confidence * 10)) }
    return bins.values.map { abs($0.map { $0.isRight - $0.confidence }.reduce(0, +)) }.reduce(0, +) / Double(rows.count)
  }

  /// Judgments that are there already need no judge at all.
  @Test func fromJudgments() async throws {
    let judge = JobBench.overconfident()
    let bench = try JobBench(judge, in: scratch("jobs"))
    let request = JobBench.request(60)
    let judged = try await bench.ask(
      "POST", "/v1/judge", ["rubric": "made-up", "seed": 0, "items": request["items"] ?? .null])
    let calls = judge.calls.count
    let own = JobBench.request(60, [("items", nil), ("rubric", nil), ("judgments", judged["judgments"] ?? .null)])
    let done = try await bench.end(of: try await bench.start(own))
    #expect(done["state"] == "done" && judge.calls.count == calls, "\(done["reason"] ?? .null)")
    #expect(done["plan"] == ["labels": 60, "judgments": 60])
    let id = try #require(done["id"]?.string)
    #expect(
      try await bench.ask("POST", "/v1/calibrations/\(id)/activate", [:])["active"]?.array?.first?["judge"] == "default"
    )
  }

  /// What is in force stays so when the server is started again, also where its job is gone; a log says who did it.
  @Test func whatIsInForceSurvives() async throws {
    let bench = try JobBench(JobBench.overconfident(), in: scratch("jobs"))
    let id = try #require(try await bench.end(of: try await bench.start(JobBench.request(40)))["id"]?.string)
    _ = try await bench.ask("POST", "/v1/calibrations/\(id)/activate")
    _ = try await bench.ask("DELETE", "/v1/calibrations/\(id)")
    func isCalibrated(_ bench: JobBench) async throws -> Bool {
      let answer = try await bench.ask(
        "POST", "/v1/judge", ["rubric": "made-up", "items": [["id": "q1", "response": "2"]]])
      return try #require(answer["judgments"]?.array?.first)["calibrated"] != nil
    }
    #expect(try await isCalibrated(bench))
    let log = try String(contentsOfFile: scratch("jobs/activations.jsonl"), encoding: .utf8)
    let line = try JSONParser.parse(String(log.dropLast()))
    #expect(line["action"] == "activate" && line["calibration"] == .string(id) && line["judge"] == "default")
    let next = try JobBench(JobBench.overconfident(), in: try bench.copy(to: scratch("next")))
    #expect(next.office.problems.isEmpty)
    #expect(try await isCalibrated(next))
    // Another judge by the same name is not calibrated by it, and the server starts all the same.
    let other = try JobBench(JobBench.overconfident("another"), in: try bench.copy(to: scratch("other")))
    #expect(try await isCalibrated(other) == false)
    // A line that was cut short was never answered for; one that cannot be read is said.
    let torn = try bench.copy(to: scratch("torn"))
    try (log + "{\"action\": \"deact").write(toFile: torn + "/activations.jsonl", atomically: true, encoding: .utf8)
    #expect(try await isCalibrated(try JobBench(JobBench.overconfident(), in: torn)))
    let broken = try bench.copy(to: scratch("broken"))
    try "{}".write(toFile: broken + "/calibrations/\(id).json", atomically: true, encoding: .utf8)
    let without = try JobBench(JobBench.overconfident(), in: broken)
    #expect(without.office.problems.count == 1 && without.office.problems[0].contains("activations.jsonl:1: "))
    #expect(try await isCalibrated(without) == false)
  }

  /// A calibration of another judge, or of another version of the rubric, is refused unless that is wanted.
  @Test func whatDoesNotFitIsRefused() async throws {
    let bench = try JobBench(JobBench.overconfident(), in: scratch("jobs"))
    let id = try #require(try await bench.end(of: try await bench.start(JobBench.request(40)))["id"]?.string)
    func activate(_ bench: JobBench, _ body: JSONValue = [:]) async throws -> JSONValue {
      try await bench.ask("POST", "/v1/calibrations/\(id)/activate", body)
    }
    let other = try JobBench(JobBench.overconfident("another"), in: try bench.copy(to: scratch("other")))
    let refused = try await activate(other)
    #expect(refused["error"]?["code"] == "not_usable")
    #expect(
      refused["error"]?["message"]?.string?.hasPrefix(
        "it was fitted to another judge than 'default' is now (fingerprint scripted, not another); fit it again, or pass"
      ) == true,
      "\(refused)")
    #expect(try await activate(other, ["judge": "nobody"])["error"]?["code"] == "not_usable")
    #expect(try await activate(other, ["force": true])["active"]?.array?.first?["forced"] == true)
    let item: JSONValue = ["rubric": "made-up", "items": [["id": "q1", "response": "2"]]]
    #expect(try await other.ask("POST", "/v1/judge", item)["judgments"]?.array?.first?["calibrated"] != nil)
    let changed = scratch("changed")
    _ = try bench.copy(to: changed)
    let moved = try JobBench(
      JobBench.overconfident(), in: changed, rubric: JobBench.rubric.replacing("right", with: "wrong"))
    #expect(
      try await activate(moved)["error"]?["message"]?.string?.contains("which is not there or has changed") == true)
    #expect(try await activate(moved, ["force": true])["active"] != nil)
    #expect(try await moved.ask("POST", "/v1/judge", item)["judgments"]?.array?.first?["calibrated"] != nil)
    #expect(try await activate(bench, ["id": "x"])["error"]?["path"] == "id")
  }

  /// One that is not done, and one that failed, cannot be put in force.
  @Test func onlyWhatIsDoneCanBeInForce() async throws {
    let bench = try JobBench(JobBench.overconfident(), in: scratch("jobs"))
    let id = try await bench.start(JobBench.request(3))
    #expect(try await bench.end(of: id)["state"] == "failed")
    let refused = try await bench.ask("POST", "/v1/calibrations/\(id)/activate", [:])
    #expect(refused["error"]?["message"] == "the calibration is failed; only one that is done can be put in force")
  }

  @Test func aPageShowsIt() async throws {
    let bench = try JobBench(JobBench.overconfident(), in: scratch("jobs"))
    let id = try #require(try await bench.end(of: try await bench.start(JobBench.request(40)))["id"]?.string)
    let page = try await JobBench.ask(
      bench.front, "GET", "/v1/calibrations/\(id)", headers: ["Accept": "text/html,application/xhtml+xml;q=0.9"])
    #expect(page["Content-Type"] == "text/html; charset=utf-8" && page.text.contains("<svg"))
    #expect(page["Content-Security-Policy"]?.contains("default-src 'none'") == true)
    let both = try await JobBench.ask(
      bench.front, "GET", "/v1/calibrations/\(id)", headers: ["Accept": "application/json, text/html"])
    #expect(both["Content-Type"] == "application/json")
  }

  /// A key for scoring may neither look at jobs nor start, end or put one in force, by HTTP or JSON-RPC.
  @Test(arguments: [false, true]) func aKeyForScoringMayNot(isLive: Bool) async throws {
    let ring = KeyRing(try KeyFile("ann 0123456789abcdef\nbob 0000111122223333 admin", name: "keys"))
    var settings = Front.Settings()
    settings.authenticate = { (head) throws(Fault) in try ring.holder(for: head) }
    let bench = try JobBench(JobBench.overconfident(), in: scratch("jobs"), settings: settings)
    let asked: any Asked = isLive ? try LiveFront(bench.front) : bench.front
    let requests: [(String, String)] = [
      ("GET", "/v1/calibrations"), ("POST", "/v1/calibrations"), ("GET", "/v1/calibrations/x"),
      ("DELETE", "/v1/calibrations/x"), ("POST", "/v1/calibrations/x/activate"),
      ("POST", "/v1/calibrations/x/deactivate"),
    ]
    for (method, path) in requests {
      let body: JSONValue? = method == "POST" ? [:] : nil
      for (key, status) in [("0123456789abcdef", 403), ("nobody's key at all", 401)] {
        let came = try await JobBench.ask(
          asked, method, path, body, headers: ["Authorization": .string("Bearer \(key)")])
        #expect(came.status == status, "\(method) \(path): \(came.text)")
      }
      let admin = try await JobBench.ask(
        asked, method, path, body, headers: ["Authorization": "Bearer 0000111122223333"])
      #expect([200, 404, 422].contains(admin.status), "\(method) \(path): \(admin.text)")
    }
    let call: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": "calibrations"]
    for (key, code) in [("0123456789abcdef", JSONValue.int(-32006)), ("0000111122223333", .null)] {
      let came = try await JobBench.ask(
        asked, "POST", "/rpc", call, headers: ["Authorization": .string("Bearer \(key)")])
      #expect(try JSONParser.parse(came.body)["error"]?["code"] ?? .null == code, "\(came.text)")
    }
  }

  /// The log of requests names the job.
  @Test func theLogNamesTheJob() async throws {
    var settings = Front.Settings()
    let seen = Seen()
    settings.observe = { seen.add($0) }
    let bench = try JobBench(JobBench.overconfident(), in: scratch("jobs"), settings: settings)
    let id = try await bench.start(JobBench.request(3))
    try await bench.end(of: id)
    _ = try await bench.ask("POST", "/v1/calibrations/\(id)/activate", [:])
    let log = seen.all.filter { $0.account.job == id }
    #expect(log.map(\.route) == ["/v1/calibrations", "/v1/calibrations/{id}/activate"])
    #expect(log.map(\.status) == [200, 409])
    let line = try JSONParser.parse(LogLine(maxTextBytes: nil).bytes(try #require(log.last), at: LogLineTests.time))
    #expect(line["job"] == .string(id))
  }
}

/// Requests that were answered.
private final class Seen: Sendable {
  private let list = Mutex<[Answered]>([])
  func add(_ answered: Answered) { list.withLock { $0.append(answered) } }
  var all: [Answered] { list.withLock { $0 } }
}
