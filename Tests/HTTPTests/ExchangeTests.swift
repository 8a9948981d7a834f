import CupelTesting
import HTTP
import Testing

@Suite struct ExchangeTests {
  @Test func whatIsSentArrivesAndWhatIsAnsweredComesBack() async throws {
    let server = try ModelServer { request in
      .init(201, headers: [.init("X-Method", request.method), .init("X-Target", request.target)], body: request.body)
    }
    defer { server.close() }
    let client = try HTTPClient(HTTPClientOptions(userAgent: "cupel/test"))
    defer { client.close() }
    let body: [UInt8] = Array(0...255) + Array(repeating: 0, count: 100_000) + [0xC3, 0x28, 0xFF]
    let request = HTTPRequest(
      .post, server.url + "/v1/x?y=%20", headers: [HTTPHeader("Authorization", "Bearer k"), HTTPHeader("X-Empty", "")],
      body: body)
    let response = try await client.send(request)
    #expect(response.status == 201)
    #expect(response.body == body)
    #expect(response["x-method"] == "POST")
    #expect(response["x-target"] == "/v1/x?y=%20")
    let seen = try #require(server.requests.first)
    #expect(seen.header("authorization") == "Bearer k")
    #expect(seen.header("x-empty") == "")
    #expect(seen.header("user-agent") == "cupel/test")
    #expect(seen.header("content-length") == "\(body.count)")
    for absent in ["content-type", "expect", "transfer-encoding", "accept-encoding"] {
      #expect(seen.header(absent) == nil, "\(absent)")
    }
  }

  @Test func methodsAndBodiesTakeTurnsOnOneConnection() async throws {
    let server = try ModelServer { request in .init(200, body: Array(request.method.utf8) + request.body) }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let requests = [
      HTTPRequest(.post, server.url, body: [1]), HTTPRequest(.get, server.url + "/a"), HTTPRequest(.post, server.url),
      HTTPRequest(.get, server.url), HTTPRequest(.post, server.url + "/b", body: [2, 3]),
    ]
    for request in requests {
      let response = try await client.send(request)
      #expect(response.body == Array(request.method.rawValue.utf8) + request.body)
    }
    #expect(server.statistics.connections == 1)
  }

  @Test func noRedirectIsFollowed() async throws {
    let server = try ModelServer { _ in .redirect(307, to: "/elsewhere") }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let response = try await client.send(HTTPRequest(.post, server.url, body: [1]))
    #expect(response.status == 307)
    #expect(response["location"] == "/elsewhere")
    #expect(server.requests.count == 1)
  }

  @Test func aUnixSocketStandsInForTheHost() async throws {
    let path = "/tmp/cupel-http-\(UInt64.random(in: 0 ... .max)).sock"
    let server = try ModelServer(socketPath: path) { _ in .text("through the socket") }
    defer { server.close() }
    let client = try HTTPClient(HTTPClientOptions(unixSocket: path))
    defer { client.close() }
    let response = try await client.send(HTTPRequest(.get, "http://model.invalid/v1/models"))
    #expect(response.body == Array("through the socket".utf8))
    #expect(server.requests.first?.header("host") == "model.invalid")
  }
}
