import CupelTesting
import Glibc
import JSON
import Testing
import Wire

/// A calibration is fitted by a running `cupel serve`, which is killed, stopped and reloaded meanwhile, in front of a scripted model server.
@Suite(.oneAtATime, .timeLimit(.minutes(10))) struct JobServeTests {
  private let scratch = Scratch()
  private static let items = (0..<60).map { "q\($0)" }

  /// How good people find an item to be, 1 to 5.
  private static func worth(_ id: String) -> Int { 1 + Int(Digest.seed("worth", id) % 5) }

  private static let request: JSONValue = [
    "rubric": "mine", "samples": 3, "scale": ["min": 1, "max": 5, "step": 1], "resamples": 100,
    "items": .array(items.map { ["id": .string($0), "prompt": "How good?", "response": .string("I am \($0)!")] }),
    "labels": .array(items.map { ["id": .string($0), "score": .int(Int64(worth($0)))] }),
  ]
  /// One for the samples of an item.
  private static let calls = 60

  /// Too high for half of the items, and not of one mind once in a while.
  private static func answer(_ request: ModelServer.Request) -> ModelServer.Reply {
    let text = String(decoding: request.body, as: UTF8.self)
    let id = text.firstMatch(of: /I am (q[0-9]+)!/).map { String($0.output.1) } ?? ""
    let isHard = Digest.seed("hard", id) % 2 == 0
    let isOff = Digest.seed("off", text) % (isHard ? 4 : 40) == 0
    let score = min(5, max(1, worth(id) + (isHard ? 1 : 0) - (isOff ? 1 : 0)))
    return .chat("<think>So.</think><answer>\(score)</answer>", for: request)
  }

  /// The first `count` requests are answered, the others when the gate opens.
  private func model(answering count: Int, _ gate: Gate) throws -> ModelServer {
    try ModelServer { request in
      let answer = Self.answer(request)
      return request.ordinal <= count ? answer : answer.after(gate)
    }
  }

  private func serve(_ model: ModelServer) async throws -> Served {
    scratch.write("rubrics/mine.yaml", "name: mine\nversion: 1\ndescription: Is it right?\nscale: {min: 1, max: 5}\n")
    scratch.write(
      "cupel.yaml",
      """
      rubrics: [rubrics]
      judges:
        default: {plugin: openai, options: {url: "\(model.url)/v1", model: m, retries: 0}}
      serve:
        drain_ms: 600000
        jobs: {directory: jobs}
      """)
    return try await Served(in: scratch)
  }

  /// Where there are no keys, whoever reaches the port is an administrator.
  @Test(arguments: [
    ("without_keys: true, jobs: {directory: jobs}", true), ("jobs: {directory: jobs}", false),
    ("without_keys: true", false),
    ("without_keys: true, keys_file: keys, jobs: {directory: jobs}", false),
  ])
  func jobsForAnyoneAreWarnedOf(_ serve: String, _ isWarnedOf: Bool) async throws {
    scratch.write("keys", "loop 0123456789abcdef admin\n")
    chmod(scratch("keys"), 0o600)
    scratch.write("cupel.yaml", "serve: {\(serve)}\n")
    let (status, errors) = try await Served(in: scratch).stop()
    #expect(status == 0)
    let warnings = errors.filter {
      $0.contains("anyone who reaches 127.0.0.1:") && $0.contains("may start and end jobs")
    }
    #expect(warnings.count == (isWarnedOf ? 1 : 0), "\(errors)")
  }

  private func begin(_ served: Served) async throws -> String {
    let begun = try await served.ask("/v1/calibrations", JSONWriter.compact(Self.request))
    return try #require(begun.json["id"]?.string, "\(begun.text)")
  }

  /// Waits until something is so of the job, a minute at most.
  private func until(
    _ served: Served, _ id: String, _ condition: (JSONValue) -> Bool
  ) async throws -> JSONValue {
    let deadline = ContinuousClock.now + .seconds(60)
    var last = JSONValue.null
    while ContinuousClock.now < deadline {
      last = try await served.ask("/v1/calibrations/\(id)").json
      if condition(last) { return last }
    }
    Issue.record("the job did not get there: \(last)")
    return last
  }

  private func isOver(_ job: JSONValue) -> Bool { !["queued", "running"].contains(job["state"]?.string) }

  @Test func killedItAsksForNothingTwice() async throws {
    let gate = Gate()
    let model = try model(answering: 50, gate)
    defer { model.close() }
    let first = try await serve(model)
    let id = try await begin(first)
    _ = try await until(first, id) { $0["progress"]?["calls"] == 50 }
    await model.until { $0.inFlight == 8 }
    first.send(SIGKILL)
    _ = await first.end()
    let asked = model.statistics.requests
    #expect(asked == 58)
    gate.open()

    let second = try await serve(model)
    let done = try await until(second, id, isOver)
    #expect(done["state"] == "done", "\(done["reason"] ?? .null)")
    #expect(done["progress"] == ["done": 60, "total": 60, "calls": .int(Int64(Self.calls))])
    #expect(model.statistics.requests == asked + Self.calls - 50)
    let active = try await second.ask("/v1/calibrations/\(id)/activate", "{}")
    #expect(active.status == 200, "\(active.text)")
    second.send(SIGKILL)
    _ = await second.end()

    // What was put in force still is.
    let third = try await serve(model)
    let body =
      #"{"rubric": "mine", "samples": 3, "seed": 0, "items": [{"id": "q1", "prompt": "How good?", "response": "I am q1!"}]}"#
    let judged = try await third.ask("/v1/judge", body).json["judgments"]?.array?.first
    #expect(judged?["calibrated"]?["calibration"] == done["report"]?["digest"])
    #expect(done["report"]?["digest"]?.string?.hasPrefix("sha256:") == true)
    #expect(await third.stop().status == 0)
  }

  /// A reload does not touch it; a stop waits for the calls that are out, and leaves the rest to the next start.
  @Test func reloadedAndStoppedItGoesOn() async throws {
    let gate = Gate()
    let model = try model(answering: 20, gate)
    defer { model.close() }
    let first = try await serve(model)
    let id = try await begin(first)
    _ = try await until(first, id) { $0["progress"]?["calls"] == 20 }
    first.send(SIGHUP)
    #expect(await first.said { $0 == "cupel: reloaded; this is generation 2" } != nil)
    let going = try await first.ask("/v1/calibrations/\(id)").json
    #expect(going["state"] == "running" && going["progress"]?["calls"] == 20)
    await model.until { $0.inFlight == 8 }
    let standing = try StandingConnection(first.url)
    #expect(try await standing.ask("GET", "/readyz").status == 200)
    first.send(SIGTERM)
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline, try await standing.ask("GET", "/readyz").status != 503 {}
    gate.open()
    #expect(await first.end().status == 0)
    #expect(model.statistics.requests == 28)

    let second = try await serve(model)
    let done = try await until(second, id, isOver)
    #expect(done["state"] == "done", "\(done["reason"] ?? .null)")
    #expect(model.statistics.requests == Self.calls)
    #expect(await second.stop().status == 0)
  }

  /// A folder that cannot be had is told before anything is served.
  @Test func aFolderThatIsTakenIsSaid() async throws {
    let model = try model(answering: 0, Gate())
    defer { model.close() }
    let first = try await serve(model)
    let refused = Program.run(["serve", "--listen", "127.0.0.1:0"], in: scratch)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("jobs: is used by another server; give each its own"), "\(refused.errors)")
    #expect(await first.stop().status == 0)
  }
}
