import CupelTesting
import Glibc
import HTTP
import JSON
import Testing

/// `cupel serve` is told to stop, or to read its files again, while a judgment is under way that a scripted model server holds back.
@Suite(.oneAtATime, .timeLimit(.minutes(10))) struct DrainTests {
  let scratch = Scratch()
  static let answer = "<think>So.</think><answer>4</answer>"
  static let body = #"{"rubric": "mine", "items": [{"id": "q", "prompt": "2 + 2?", "response": "4"}]}"#

  func configure(_ model: ModelServer, _ serve: String) {
    scratch.write("rubrics/mine.yaml", "name: mine\nversion: 1\ndescription: Is it right?\n")
    scratch.write(
      "cupel.yaml",
      """
      rubrics: [rubrics]
      judges:
        default: {plugin: openai, options: {url: "\(model.url)/v1", model: m, retries: 0}}
      serve:
        \(serve)
      """)
  }

  /// A request that is held back at the model, and is under way when this returns.
  private func held(
    _ served: Served, _ model: ModelServer, headers: [String: String] = [:]
  ) async -> Task<Served.Answer, any Error> {
    let before = model.statistics.inFlight
    let asked = Task { try await served.ask("/v1/judge", Self.body, headers: headers) }
    await model.until { $0.inFlight > before }
    return asked
  }

  /// Waits until something is so that the program brings about, a minute at most.
  private func until(_ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      if try await condition() { return true }
      await Task.yield()
    }
    return false
  }

  /// What is under way finishes; meanwhile nothing new is taken, and whoever asks how the server is, on a connection that stands, is told.
  @Test func whatIsUnderWayFinishes() async throws {
    let gate = Gate()
    let model = try ModelServer { .chat(Self.answer, for: $0).after(gate) }
    defer { model.close() }
    configure(model, "drain_ms: 600000")
    let served = try await Served(in: scratch)
    let standing = try StandingConnection(served.url)
    #expect(try await standing.ask("GET", "/readyz").status == 200)
    let asked = await held(served, model)

    served.send(SIGTERM)
    #expect(await served.said { $0 == "cupel: stopping; requests in flight may finish" } != nil)
    #expect(try await until { try await standing.ask("GET", "/readyz").status == 503 })
    #expect(try await standing.ask("GET", "/healthz").status == 200)
    #expect(try await until { (try? StandingConnection(served.url)) == nil }, "new connections are refused")
    let refused = try await standing.ask("POST", "/v1/judge", Self.body)
    #expect(refused.status == 503 && refused.text.contains(#""code":"stopping""#), "\(refused.text)")
    #expect(refused.text.contains("Connection: close"), "\(refused.text)")

    gate.open()
    let judged = try await asked.value
    #expect(judged.status == 200 && judged.json["judgments"]?.array?.first?["scores"] == [4.0], "\(judged.text)")
    let (status, errors) = await served.end()
    #expect(status == 0, "\(errors)")
    #expect(model.statistics.requests == 1)
  }

  /// What is not done in time is cut off: its client is told so, or sees that its answer is not whole.
  @Test(arguments: ["application/json", "application/x-ndjson"])
  func whatIsNotDoneInTimeIsCutOff(_ accept: String) async throws {
    let model = try ModelServer { _ in .fault(.hang) }
    defer { model.close() }
    configure(model, "drain_ms: 50")
    let served = try await Served(in: scratch)
    let asked = await held(served, model, headers: ["Accept": accept])
    served.send(SIGTERM)
    let (status, errors) = await served.end()
    #expect(status == 9, "\(errors)")
    #expect(errors.contains { $0.contains("requests were still in flight after serve.drain_ms and have been ended") })
    switch await asked.result {
    case .success(let answer):
      #expect(answer.json["judgments"]?.array?.first?["scores"] != [4.0] && !answer.text.contains(#""done""#))
      #expect(answer.status == 503 || answer.text.contains("cancelled") || accept.hasSuffix("ndjson"), "\(answer.text)")
    case .failure: break
    }
    await model.until { $0.openConnections == 0 }
  }

  /// Who says it twice means it: the limit is not waited for.
  @Test(arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
  func aSecondSignalEndsItAtOnce(_ signal: Int32, _ expected: Int32) async throws {
    let model = try ModelServer { _ in .fault(.hang) }
    defer { model.close() }
    configure(model, "drain_ms: 86400000")
    let served = try await Served(in: scratch)
    let asked = await held(served, model)
    served.send(SIGTERM)
    #expect(await served.said { $0.hasPrefix("cupel: stopping") } != nil)
    served.send(signal)
    #expect(await served.end().status == expected)
    await #expect(throws: (any Error).self) { try await asked.value }
  }

  /// A reload takes effect for what comes after it; what is under way ends as it began. One that is bad changes nothing.
  @Test func whatIsUnderWayKeepsItsRubric() async throws {
    let gate = Gate()
    let model = try ModelServer { .chat(Self.answer, for: $0).after(gate) }
    defer { model.close() }
    configure(model, "drain_ms: 600000")
    let served = try await Served(in: scratch)
    func rubric() async throws -> JSONValue? {
      try await served.ask("/v1/rubrics?name=mine").json["rubrics"]?.array?.first?["digest"]
    }
    let old = try #require(try await rubric()?.string)
    let first = await held(served, model)

    scratch.write("rubrics/mine.yaml", "name: mine\nversion: two\n")
    served.send(SIGHUP)
    #expect(await served.said { $0.contains("reload: rubrics/mine.yaml:2:1: version: expected a whole number") } != nil)
    #expect(await served.said { $0 == "cupel: error: reload: nothing has changed; generation 1 goes on" } != nil)
    #expect(try await rubric()?.string == old)

    scratch.write("rubrics/mine.yaml", "name: mine\nversion: 2\ndescription: Is it quite right?\n")
    served.send(SIGHUP)
    #expect(await served.said { $0 == "cupel: reloaded; this is generation 2" } != nil)
    let new = try #require(try await rubric()?.string)
    #expect(new != old)
    // The same item as the first, which is not shared with it: it is judged by another rubric.
    let second = await held(served, model)
    gate.open()
    #expect(try await first.value.text.contains(old))
    let answer = try await second.value.text
    #expect(answer.contains(new) && !answer.contains(old))
    #expect(model.statistics.requests == 2)
    #expect(await served.stop().status == 0)
  }
}
