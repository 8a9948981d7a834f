import CupelTesting
import HTTP
import Testing

@Suite struct TimeoutTests {
  @Test func aServerThatNeverShakesHandsIsNoConnection() async throws {
    let server = try ModelServer()
    defer { server.close() }
    server.admit { _ in .ignore }
    let client = try HTTPClient()
    defer { client.close() }
    var request = HTTPRequest(.get, "https://127.0.0.1:\(server.port)/v1")
    request.timeouts.connectMilliseconds = 50
    try await expect(.connectTimeout, "within 50 ms", client, request)
  }

  @Test func aServerThatNeverReadsDoesNotBeginToAnswer() async throws {
    let server = try ModelServer()
    defer { server.close() }
    server.admit { _ in .ignore }
    let client = try HTTPClient()
    defer { client.close() }
    // More than the sockets between them hold, so that it is never sent as a whole.
    var request = HTTPRequest(.post, server.url, body: Array(repeating: 0, count: 32 << 20))
    request.timeouts.firstByteMilliseconds = 50
    try await expect(.firstByteTimeout, "within 50 ms", client, request)
  }

  @Test func oneByteASecondEndsAtTheTotal() async throws {
    let server = try ModelServer { _ in .text("x").trickling(every: .seconds(1)) }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    var request = HTTPRequest(.get, server.url)
    request.timeouts = HTTPTimeouts(totalMilliseconds: 100)
    try await expect(.timeout, "within 100 ms", client, request)
    await server.until { $0.openConnections == 0 }
  }

  @Test func onlyTheTotalRunsWhileWaitingForATurn() async throws {
    let server = try ModelServer { _ in .fault(.hang) }
    defer { server.close() }
    let client = try HTTPClient(HTTPClientOptions(maxConnectionsPerHost: 1))
    defer { client.close() }
    let first = Task { try await client.send(HTTPRequest(.get, server.url)) }
    await server.until { $0.inFlight == 1 }
    var request = HTTPRequest(.get, server.url)
    request.timeouts = HTTPTimeouts(connectMilliseconds: 1, firstByteMilliseconds: 1, totalMilliseconds: 100)
    try await expect(.timeout, "waiting for other requests", client, request)
    first.cancel()
    _ = await first.result
  }

  @Test func timeoutsOfNothingAndOfForeverAreNoTrap() async throws {
    let server = try ModelServer { _ in .text("x") }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    var request = HTTPRequest(.get, server.url)
    request.timeouts = HTTPTimeouts(connectMilliseconds: .max, firstByteMilliseconds: .max, totalMilliseconds: .max)
    #expect(try await client.send(request).status == 200)
    for total in [0, -1, .min] {
      request.timeouts.totalMilliseconds = total
      try await expect(.timeout, "within", client, request)
    }
  }

  private func expect(
    _ kind: HTTPFailure.Kind, _ part: String, _ client: HTTPClient, _ request: HTTPRequest,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let failure = await #expect(throws: HTTPFailure.self, sourceLocation: sourceLocation) {
      try await client.send(request)
    }
    #expect(failure?.kind == kind, sourceLocation: sourceLocation)
    #expect(failure?.message.contains(part) == true, "\(failure?.message ?? "")", sourceLocation: sourceLocation)
  }
}
