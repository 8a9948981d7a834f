import HTTPServing
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct ServerTests {
  static func server(_ handler: Handler, _ change: (inout ServerOptions) -> Void = { _ in }) throws -> HTTPServer {
    var options = ServerOptions()
    change(&options)
    return try HTTPServer(options, handler)
  }

  struct Exchange: Sendable {
    let name: String
    var method = "POST"
    var target = "/"
    var headers: [String] = []
    var body: [UInt8] = []
    let status: Int
    let answer: String
  }

  static let gzipped: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 203, 72, 205, 201, 201, 7, 0, 134, 166, 16, 54, 5, 0, 0, 0,
  ]
  static let deflated: [UInt8] = [120, 156, 203, 72, 205, 201, 201, 7, 0, 6, 44, 2, 21]

  static let exchanges: [Exchange] = [
    Exchange(name: "a body", body: Array("hello".utf8), status: 200, answer: "POST / [] hello"),
    Exchange(name: "no body", status: 200, answer: "POST / [] "),
    Exchange(name: "get", method: "GET", target: "/v1/judges", status: 200, answer: "GET /v1/judges [] "),
    Exchange(
      name: "a query", method: "GET", target: "/a%20b?x=1&y=%C3%A9&z", status: 200, answer: "GET /a b [x=1&y=é&z=] "),
    Exchange(name: "not UTF-8", method: "GET", target: "/%FF", status: 200, answer: "GET /\u{FFFD} [] "),
    Exchange(name: "another method", method: "BREW", status: 200, answer: "BREW / [] "),
    Exchange(name: "gzip", headers: ["Content-Encoding: gzip"], body: gzipped, status: 200, answer: "POST / [] hello"),
    Exchange(
      name: "deflate", headers: ["Content-Encoding: DEFLATE"], body: deflated, status: 200, answer: "POST / [] hello"),
    Exchange(
      name: "half a gzip", headers: ["Content-Encoding: gzip"], body: Array(gzipped.dropLast(9)), status: 400,
      answer: "the body is not what its content encoding says: it cannot be inflated"),
    Exchange(
      name: "more than a gzip", headers: ["Content-Encoding: gzip"], body: gzipped + [1], status: 400,
      answer: "the body is not what its content encoding says: it cannot be inflated"),
    Exchange(
      name: "no gzip at all", headers: ["Content-Encoding: gzip"], body: Array("hello".utf8), status: 400,
      answer: "the body is not what its content encoding says: it cannot be inflated"),
    Exchange(
      name: "another encoding", headers: ["Content-Encoding: br"], body: [1], status: 415,
      answer: "the content encoding 'br' is not known; accepted: gzip, deflate, identity"),
    Exchange(
      name: "too large", body: Array(repeating: 120, count: 1001), status: 413,
      answer: "the body has 1001 bytes; max_body_bytes is 1000"),
    Exchange(
      name: "too large when inflated", headers: ["Content-Encoding: deflate"], body: bomb, status: 413,
      answer: "the inflated body is too large; max_body_bytes is 1000"),
  ]

  /// 100,000 zeros, as zlib writes them at its best.
  static let bomb: [UInt8] =
    [120, 218, 237, 193, 49, 1, 0, 0, 0, 194, 160, 245, 79, 109, 13, 15, 160] + Array(repeating: 0, count: 96)
    + [128, 87, 3, 134, 175, 0, 1]

  @Test(arguments: exchanges) func aRequestIsAnswered(exchange: Exchange) async throws {
    let server = try Self.server(.echo()) { $0.maxBodyBytes = 1000 }
    defer { server.close() }
    let client = Client(port: server.port)
    let (status, body) = await client.ask(
      exchange.method, exchange.target, headers: exchange.headers, body: exchange.body)
    #expect(status == exchange.status)
    #expect(body == exchange.answer)
  }

  @Test func oneConnectionTakesManyRequests() async throws {
    let server = try Self.server(.echo())
    defer { server.close() }
    let client = Client(port: server.port)
    for number in 0..<20 {
      #expect(
        await client.ask("POST", "/\(number)", body: Array("b\(number)".utf8)) == (200, "POST /\(number) [] b\(number)")
      )
    }
    client.send("GET /one HTTP/1.1\r\nHost: t\r\n\r\nGET /two HTTP/1.1\r\nHost: t\r\n\r\n")
    let both = await client.receive { $0.contains("GET /two []") }
    #expect(both.contains("GET /one []"))
  }

  /// What is answered on the server's own thread and what is not look the same, in whatever order they come.
  @Test func whatWaitsAndWhatDoesNotShareAConnection() async throws {
    let handler = Handler { request in
      if request.head.path == "/waits" { await Task.yield() }
      return Reply(200, body: request.body)
    }
    let server = try Self.server(handler) { $0.threads = 2 }
    defer { server.close() }
    let client = Client(port: server.port)
    let long = String(repeating: "x", count: 100_000)
    for (path, body) in [("/now", "a"), ("/waits", "b"), ("/now", long), ("/waits", long), ("/now", "c")] {
      for _ in 0..<10 { #expect(await client.ask("POST", path, body: Array(body.utf8)) == (200, body)) }
    }
  }

  @Test func aChunkedBodyIsReadWhole() async throws {
    let server = try Self.server(.echo()) { $0.maxBodyBytes = 10 }
    defer { server.close() }
    let client = Client(port: server.port)
    let head = "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
    client.send(head + "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")
    #expect(Client.parse(await client.receive { Client.isWhole($0) }) == (200, "POST / [] abcdefg"))
    // Longer than it may be, which shows only on the way.
    client.send(head + "8\r\nabcdefgh\r\n8\r\nabcdefgh\r\n0\r\n\r\n")
    #expect(
      Client.parse(await client.receive { Client.isWhole($0) }) == (413, "the body is too large; max_body_bytes is 10"))
  }

  @Test func aBodyThatIsNotWantedIsNotReadForEver() async throws {
    let server = try Self.server(.echo()) { $0.maxBodyBytes = 10_000 }
    defer { server.close() }
    let client = Client(port: server.port)
    client.send("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
    let chunk = Array("1000\r\n".utf8) + Array(repeating: 120, count: 4096) + Array("\r\n".utf8)
    // The server closes long before this has been sent.
    var sent = 0
    while sent < 1_000_000, client.send(chunk) { sent += 1 }
    #expect(sent < 1_000_000)
  }

  @Test func aClientIsToldToGoOn() async throws {
    let server = try Self.server(.echo())
    defer { server.close() }
    let client = Client(port: server.port)
    client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    #expect(await client.receive { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 100"))
    client.send("ok")
    #expect(Client.parse(await client.receive { Client.isWhole($0) }) == (200, "POST / [] ok"))
  }

  @Test func aRequestCanBeRefusedBeforeItsBody() async throws {
    let handler = Handler(refusing: { $0["authorization"] == nil ? Reply(401, body: Array("no key".utf8)) : nil }) {
      _ in
      Reply(204)
    }
    let server = try Self.server(handler)
    defer { server.close() }
    let client = Client(port: server.port)
    client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n\r\n")
    #expect(Client.parse(await client.receive { Client.isWhole($0) }) == (401, "no key"))
    #expect(handler.requests.withLock { $0.isEmpty })
  }

  @Test func headHasNoBody() async throws {
    let server = try Self.server(.echo())
    defer { server.close() }
    let client = Client(port: server.port)
    client.send("HEAD /x HTTP/1.1\r\nHost: t\r\nX-Id: 7\r\nConnection: close\r\n\r\n")
    let answer = await client.receive()
    #expect(answer.hasPrefix("HTTP/1.1 200") && answer.contains("X-Id: 7\r\n") && answer.hasSuffix("\r\n\r\n"))
  }

  @Test(arguments: [
    "\u{0}\u{1}\u{2}", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
  ])
  func nonsenseHurtsNobodyElse(nonsense: String) async throws {
    let server = try Self.server(.echo()) { $0.idleMilliseconds = 300 }
    defer { server.close() }
    let client = Client(port: server.port)
    client.send(nonsense)
    let answer = await client.receive()
    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 5"))
    #expect(await Client(port: server.port).ask(body: [120]) == (200, "POST / [] x"))
  }

  @Test func aTakenPortIsTold() async throws {
    let server = try Self.server(.echo())
    defer { server.close() }
    let error = #expect(throws: ServerError.self) { try Self.server(.echo()) { $0.port = server.port } }
    #expect(error?.description == "cannot listen on 127.0.0.1:\(server.port): Address already in use")
    #expect(throws: ServerError.self) { try Self.server(.echo()) { $0.host = "no.such.host.invalid" } }
    #expect(throws: ServerError.self) { try Self.server(.echo()) { $0.port = 70_000 } }
  }
}
