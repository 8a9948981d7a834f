import CupelTesting
import Glibc
import HTTP
import Testing

/// Ways to a server, and none.
@Suite struct ConnectTests {
  @Test func nothingListens() async throws {
    // It keeps the port: another test's server could be given one that is free, and answer.
    let server = try ModelServer()
    defer { server.close() }
    await server.refuseConnections()
    let failure = try await failure(HTTPClientOptions(), server.url + "/v1")
    #expect(failure?.kind == .connect)
    #expect(failure?.message == "nothing listens at http://127.0.0.1:\(server.port)/v1 (connection refused)")
  }

  @Test func noSuchUnixSocket() async throws {
    let failure = try await failure(HTTPClientOptions(unixSocket: "/nowhere/model.sock"), "http://model.test/")
    #expect(failure?.kind == .connect)
    #expect(failure?.message.contains("'/nowhere/model.sock' for http://model.test:80/") == true)
  }

  @Test func noSuchHost() async throws {
    var request = HTTPRequest(.get, "http://no-such-host.invalid/")
    request.timeouts.connectMilliseconds = 60_000
    let client = try HTTPClient()
    defer { client.close() }
    let failure = await #expect(throws: HTTPFailure.self) { try await client.send(request) }
    #expect(failure?.kind == .unknownHost)
    #expect(failure?.message.contains("http://no-such-host.invalid:80/") == true)
  }

  /// A name that is being looked up keeps nobody else waiting, and neither does who gives up on it.
  @Test func lookingUpANameHoldsUpNobody() async throws {
    let server = try ModelServer { _ in .text("x") }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let tasks = (0..<20).map { number in
      Task { try await client.send(HTTPRequest(.get, "http://name-\(number).invalid/")) }
    }
    #expect(try await client.send(HTTPRequest(.get, server.url)).status == 200)
    for task in tasks {
      task.cancel()
      _ = await #expect(throws: HTTPFailure.self) { try await task.value }
    }
  }

  @Test func plainRequestsGoThroughAProxyAsTheyAre() async throws {
    let relay = Relay(target: nil)
    defer { relay.close() }
    let client = try HTTPClient(HTTPClientOptions(proxy: relay.url))
    defer { client.close() }
    let response = try await client.send(HTTPRequest(.get, "http://model.test:8000/v1/models"))
    #expect(String(decoding: response.body, as: UTF8.self) == "GET http://model.test:8000/v1/models HTTP/1.1")
  }

  @Test func encryptedOnesGoThroughATunnel() async throws {
    let server = try ModelServer { _ in .text("through the tunnel").adding("X-A", "b") }
    defer { server.close() }
    let front = try TLSFront(server)
    defer { front.close() }
    let relay = Relay(target: front.socket)
    defer { relay.close() }
    let client = try HTTPClient(HTTPClientOptions(caFile: front.caFile, proxy: relay.url))
    defer { client.close() }
    let response = try await client.send(HTTPRequest(.get, "https://model.test/v1/models"))
    #expect(String(decoding: response.body, as: UTF8.self) == "through the tunnel")
    #expect(response["x-a"] == "b")
    #expect(relay.requestLines == ["CONNECT model.test:443 HTTP/1.1"])
  }

  @Test func aProxyThatRefuses() async throws {
    let relay = Relay(target: nil)
    defer { relay.close() }
    let failure = try await failure(HTTPClientOptions(proxy: relay.url), "https://model.test/v1")
    #expect(failure?.kind == .connect)
    #expect(
      failure?.message.contains("the proxy refused the way to https://model.test:443/v1 with the status 403") == true)
  }

  @Test func aProxyThatIsNotThere() async throws {
    let proxy = try ModelServer()
    defer { proxy.close() }
    await proxy.refuseConnections()
    let failure = try await failure(HTTPClientOptions(proxy: proxy.url), "http://model.test/v1")
    #expect(failure?.kind == .connect)
    #expect(failure?.message.contains("or to the proxy on the way: Failed to connect to 127.0.0.1") == true)
  }

  /// In a process of its own, because the variables belong to all of it.
  @Test func theVariablesNameAProxy() async throws {
    await #expect(processExitsWith: .success) {
      let relay = Relay(target: nil)
      setenv("http_proxy", relay.url, 1)
      setenv("no_proxy", "127.0.0.1", 1)
      let server = try ModelServer { _ in .text("direct") }
      let client = try HTTPClient()
      let through = try await client.send(HTTPRequest(.get, "http://model.test/v1"))
      try #require(through.body == Array("GET http://model.test/v1 HTTP/1.1".utf8))
      try #require(try await client.send(HTTPRequest(.get, server.url)).body == Array("direct".utf8))
      let without = try HTTPClient(HTTPClientOptions(proxy: ""))
      try #require((try? await without.send(HTTPRequest(.get, "http://model.invalid/v1"))) == nil)
      try #require(relay.requestLines.count == 1)
    }
  }

  private func failure(_ options: HTTPClientOptions, _ url: String) async throws -> HTTPFailure? {
    let client = try HTTPClient(options)
    defer { client.close() }
    return await #expect(throws: HTTPFailure.self) { try await client.send(HTTPRequest(.get, url)) }
  }
}
