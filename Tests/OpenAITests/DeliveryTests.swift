import CupelTesting
import HTTP
import JSON
import Testing
import Wire

@testable import OpenAI

/// What each failure of a server comes to: how often it is tried, the reason, the words.
@Suite(.timeLimit(.minutes(10)))
struct DeliveryTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let reply: ModelServer.Reply
    /// With two retries.
    let attempts: Int
    /// nil: delivered.
    let reason: UnscoredReason?
    let words: [String]
    var testDescription: String { name }

    init(
      _ name: String, _ reply: ModelServer.Reply, _ attempts: Int, _ reason: UnscoredReason?, _ words: String...
    ) {
      (self.name, self.reply, self.attempts, self.reason, self.words) = (name, reply, attempts, reason, words)
    }
  }

  /// The table of docs/judges.md, "What is tried again", and every fault that the model server knows.
  static let cases: [Case] =
    [
      Case("good", .chat("x"), 1, nil),
      Case("408", .error(408, "too slow"), 3, .timeout, "answered 408: too slow; after 3 attempts: 408, 408, 408"),
      Case("429", .error(429, "slow down"), 3, .overloaded, "429, 429, 429", "slow down", "max_in_flight"),
      Case("429 now", .error(429, retryAfter: "0"), 3, .overloaded, "429, 429, 429"),
      Case("500", .error(500, "engine died"), 3, .judgeError, "answered 500: engine died", "500, 500, 500"),
      Case("501", .error(501, "not built in"), 1, .judgeError, "answered 501: not built in; after 1 attempt"),
      Case("502", .error(502, dialect: .plain), 3, .judgeError, "502, 502, 502"),
      Case("503", .error(503, "loading", dialect: .llamaCpp), 3, .overloaded, "loading", "503, 503, 503"),
      Case("504", .error(504), 3, .timeout, "504, 504, 504"),
      Case("529", .error(529), 3, .overloaded, "529, 529, 529"),
      Case("400", .error(400, "unknown field 'x'", dialect: .openAI), 1, .judgeError, "400: unknown field 'x'"),
      Case(
        "400 too long", .error(400, "This model's maximum context length is 8 tokens.", dialect: .vllmOlder), 1,
        .invalidInput, "maximum context length"),
      Case(
        "400 reply too long",
        .error(400, "'max_tokens' is too large: 4096. This model's maximum context length is 2048 tokens"), 1,
        .judgeError, "max_tokens"),
      Case("400 filtered", .error(400, "no", dialect: .openAI, type: "content_filter"), 1, .refused, "400: no"),
      Case(
        "401", .error(401, "bad key"), 1, .judgeError, "bad key", "no key is sent: give api_key_env or api_key_file"),
      Case("403", .error(403, "not yours"), 1, .judgeError, "not yours", "api_key_env"),
      Case("404", .error(404, dialect: .fastAPI), 1, .judgeError, "the server says so", "check 'url'"),
      Case("405", .error(405), 1, .judgeError, "'url'"),
      Case("413", .error(413, "too big"), 1, .invalidInput, "too big"),
      Case("422", .error(422, "Field required", dialect: .fastAPIValidation), 1, .judgeError, "body.messages: Field"),
      Case("204", ModelServer.Reply(204), 1, .judgeError, "answered 204 without a message"),
      Case("301", .redirect(301, to: "http://b.example/v1"), 1, .judgeError, "to http://b.example/v1", "'url'"),
      Case("huge", .huge(bytes: 1 << 31), 1, .judgeError, "max_response_bytes"),
    ]
    + faults

  static let faults: [Case] = ModelServer.Fault.allCases.map { fault in
    switch fault {
    case .refuse:
      Case("refuse", .fault(fault), 3, .judgeError, "closed early, no connection, no connection", "'url'")
    case .close, .reset, .halfBody, .resetInBody, .cutChunk, .missingLastChunk:
      Case(fault.rawValue, .fault(fault), 3, .judgeError, "after 3 attempts: closed early, closed early, closed early")
    case .hang: Case("hang", .fault(fault), 3, .timeout, "first byte timeout, first byte", "first_byte_timeout_ms")
    case .stallAfterHead: Case("stall", .fault(fault), 1, .timeout, "timeout", "after 1 attempt", "timeout_ms")
    case .hugeBody, .hugeHead: Case(fault.rawValue, .fault(fault), 1, .judgeError, "after 1 attempt")
    case .garbage: Case("garbage", .fault(fault), 1, .judgeError, "'url'")
    case .htmlBadGateway: Case("html 502", .fault(fault), 3, .judgeError, "502: 502 Bad Gateway; after")
    case .redirectElsewhere: Case("redirect", .fault(fault), 1, .judgeError, "http://elsewhere.invalid")
    case .redirectLoop: Case("loop", .fault(fault), 1, .judgeError, "it redirects to /v1/chat/completions")
    // What stands in an answer with status 200 is its reader's affair.
    case .chunked, .byteByByte, .htmlPage, .errorWith200, .emptyBody, .halfJSON, .invalidUTF8, .unaskedGzip,
      .fewerChoices, .noLogprobs:
      Case(fault.rawValue, .fault(fault), 1, nil)
    }
  }

  /// How the judge is configured.
  enum Policy: String, CaseIterable {
    case noRetries, twoRetries
    /// Two retries, and another server that works.
    case anotherServer
  }

  @Test(arguments: cases, Policy.allCases)
  func eachFailureIsTriedAsTheTableSays(_ example: Case, _ policy: Policy) async throws {
    let server = try ModelServer { request in
      request.path.hasSuffix("/chat/completions") ? example.reply : .error(404)
    }
    let other = try ModelServer { _ in .chat("x") }
    let client = try HTTPClient()
    defer {
      client.close()
      server.close()
      other.close()
    }
    let clock = QuickClock()
    let servers = policy == .anotherServer ? [server, other] : [server]
    // The server that works must not be taken for one that hangs, however slow the machine is.
    let patience = example.name != "hang" ? 60_000 : policy == .anotherServer ? 3000 : 200
    let more = #", "retries": \#(policy == .noRetries ? 0 : 2), "first_byte_timeout_ms": \#(patience)"#
    let delivery = try delivery(servers, client, clock, more)
    let time = example.name == "stall" ? Duration.milliseconds(400) : .seconds(600)
    let outcome = await delivery.outcome(letter, deadline: clock.now + time)

    let isTriedAgain = example.attempts > 1
    let attempts = !isTriedAgain || policy == .noRetries ? 1 : policy == .twoRetries ? 3 : 2
    switch (outcome, isTriedAgain && policy == .anotherServer ? nil : example.reason) {
    case (.success(let delivered), nil):
      #expect(delivered.attempts == attempts)
      #expect(delivered.server == (isTriedAgain ? other : server).url + "/v1")
    case (.failure(let failure), let reason?):
      #expect(failure.attempts == attempts)
      #expect(failure.unscored.reason == reason)
      let words = policy == .noRetries && isTriedAgain ? ["; after 1 attempt"] : example.words
      for words in words { #expect(failure.unscored.message.contains(words), "\(failure.unscored.message)") }
    default: Issue.record("\(outcome)")
    }
    #expect(clock.sleeps.count == attempts - 1)
    let statistics = delivery.statistics
    #expect(statistics.attempts == attempts)
    #expect(statistics.open == 0)
    #expect(statistics.servers.allSatisfy { $0.inFlight == 0 })
    #expect(statistics.servers.map(\.requests).reduce(0, +) == attempts)
  }

  @Test func aFailureIsFollowedByWhatItWasToBe() async throws {
    let server = try ModelServer { request in
      switch request.times {
      case 1: .error(429, retryAfter: "7")
      case 2: .fault(.halfBody)
      default: .chat("[[A]]")
      }
    }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let clock = QuickClock()
    let delivered = try await delivery([server], client, clock).deliver(letter, deadline: clock.now + .seconds(60))
    #expect(delivered.attempts == 3)
    #expect(clock.sleeps.count == 2)
    #expect(clock.sleeps[0] >= .seconds(7) && clock.sleeps[0] <= .seconds(7.25))
    #expect(clock.sleeps[1] <= .milliseconds(500))
    let requests = server.requests
    #expect(requests.map(\.times) == [1, 2, 3])
    #expect(requests.allSatisfy { $0.header("Idempotency-Key") == "letter-1" })
    #expect(requests.allSatisfy { $0.header("Content-Type") == "application/json" })
  }

  @Test(arguments: [("9", 1), ("3600", 1), ("Tue, 14 Nov 2023 22:13:30 GMT", 1), ("2", 4)])
  func nothingIsTriedAfterTheDeadline(retryAfter: String, attempts: Int) async throws {
    let server = try ModelServer { _ in .error(503, "later", retryAfter: retryAfter) }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let clock = QuickClock()
    let outcome = try await delivery([server], client, clock).outcome(letter, deadline: clock.now + .seconds(8.7))
    let failure = try #require(outcome.failure)
    #expect(failure.attempts == attempts)
    #expect(failure.unscored.reason == .overloaded)
    #expect(failure.unscored.message.contains("later"))
    let end = "because the call's deadline comes before the next attempt, and the server wants to be asked again in "
    #expect(failure.unscored.message.contains(end))
    #expect(failure.refusal == .init(status: 503, message: "later"))
    #expect(clock.now < clock.start + .seconds(8.7))
  }

  @Test func aDeadlineThatHasPassedSendsNothing() async throws {
    let server = try ModelServer { _ in .chat("x") }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let clock = QuickClock()
    let failure = try #require(
      await delivery([server], client, clock).outcome(letter, deadline: clock.now).failure)
    #expect(failure.attempts == 0)
    #expect(failure.unscored == Unscored(.timeout, "the call's time was over before it could be sent"))
    #expect(server.statistics.requests == 0)
  }

  @Test func theModelsOfTheServerAreNamed() async throws {
    let server = try ModelServer { request in
      request.path == "/v1/models" ? .models("qwen", "flex-vl") : .error(404, "The model `x` does not exist.")
    }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let clock = QuickClock()
    let failure = try #require(
      await delivery([server], client, clock).outcome(letter, deadline: clock.now + .seconds(60)).failure)
    #expect(
      failure.unscored.message
        == "\(server.url)/v1/chat/completions answered 404: The model `x` does not exist.; after 1 attempt; "
        + "the server has these models: qwen, flex-vl")
    #expect(failure.attempts == 1)
  }

  @Test func cancellingEndsACallAndFreesItsConnection() async throws {
    let server = try ModelServer { _ in .fault(.hang) }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let clock = QuickClock()
    // One is sent, the other waits for its place.
    let delivery = try delivery([server], client, clock, #", "max_in_flight": 1"#)
    let calls = (0..<2).map { _ in
      Task { await delivery.outcome(letter, deadline: clock.start + .seconds(600)) }
    }
    await server.until { $0.inFlight == 1 }
    while delivery.statistics.waiting == 0 { await Task.yield() }
    for call in calls { call.cancel() }
    for call in calls {
      let failure = try #require(await call.value.failure)
      #expect(failure.unscored.reason == .cancelled)
    }
    await server.until { $0.openConnections == 0 }
    #expect(server.statistics.requests == 1)
    #expect(delivery.statistics.open == 0)
    #expect(delivery.statistics.waiting == 0)
    #expect(delivery.statistics.servers.map(\.inFlight) == [0])
    #expect(clock.pendingAlarms == 0)
  }
}

let letter = Letter(path: "/chat/completions", body: Array(#"{"n":1}"#.utf8), idempotencyKey: "letter-1")

/// A delivery to these servers; `more` are further options.
func delivery(
  _ servers: [ModelServer], _ transport: any HTTPTransport, _ clock: QuickClock, _ more: String = "", seed: UInt64 = 1
) throws -> Delivery {
  let urls = servers.map { "\"\($0.url)/v1\"" }.joined(separator: ", ")
  let options = try DeliveryOptions(JSONReader(JSONParser.parse(#"{"urls": [\#(urls)]\#(more)}"#)))
  return try Delivery(options, transport: transport, clock: clock, seed: seed)
}

extension Delivery {
  func outcome(
    _ letter: Letter, deadline: ContinuousClock.Instant
  ) async -> Result<Delivered, DeliveryFailure> {
    do throws(DeliveryFailure) { return .success(try await deliver(letter, deadline: deadline)) } catch {
      return .failure(error)
    }
  }
}

extension Result {
  var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}
