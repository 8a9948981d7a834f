import Foundation
import HTTPServing
import Synchronization
import Testing

/// What breaks HTTP, or lies about where a request ends; and many who want nothing.
@Suite(.timeLimit(.minutes(10))) struct HostileTests {
  /// A head that two readers could read in two ways, or that is none. What stands behind it in the same bytes is a request to
  /// `/smuggled`, which must never be seen as one.
  struct Doubtful: Sendable, CustomTestStringConvertible {
    let name: String
    let head: String
    /// What is answered; nil: any refusal, or the end of the connection.
    var status: Int? = 400
    var testDescription: String { name }
  }

  static let doubtful: [Doubtful] = [
    .init(name: "two lengths", head: "Content-Length: 0\r\nContent-Length: 44"),
    .init(name: "the same length twice", head: "Content-Length: 0\r\nContent-Length: 0"),
    .init(name: "a list of lengths", head: "Content-Length: 0, 0", status: nil),
    .init(name: "a signed length", head: "Content-Length: +0", status: nil),
    .init(name: "a length in hexadecimal", head: "Content-Length: 0x0", status: nil),
    .init(name: "a length of nothing", head: "Content-Length:", status: nil),
    .init(name: "a length beyond all", head: "Content-Length: 99999999999999999999999", status: nil),
    .init(name: "a length and chunks", head: "Content-Length: 0\r\nTransfer-Encoding: chunked"),
    .init(name: "chunks and a length", head: "Transfer-Encoding: chunked\r\nContent-Length: 0"),
    .init(name: "chunks twice", head: "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
    .init(name: "chunks in another coding", head: "Transfer-Encoding: gzip, chunked"),
    .init(name: "no chunks at last", head: "Transfer-Encoding: chunked, identity"),
    .init(name: "another coding", head: "Transfer-Encoding: xchunked"),
    .init(name: "identity", head: "Transfer-Encoding: identity"),
    .init(name: "a vertical tab before the coding", head: "Transfer-Encoding: \u{0B}chunked"),
    .init(name: "a space before the colon", head: "Transfer-Encoding : chunked", status: nil),
    .init(name: "a length with a space before the colon", head: "Content-Length : 44", status: nil),
    .init(name: "a folded line", head: "X-A: b\r\n Transfer-Encoding: chunked\r\nContent-Length: 0"),
    .init(name: "a tab before the colon", head: "Content-Length\t: 44", status: nil),
    .init(name: "a name with a parenthesis", head: "X(A): b\r\nContent-Length: 0"),
    .init(name: "a line without a colon", head: "Transfer-Encoding\r\nContent-Length: 0", status: nil),
    .init(name: "a NUL in a name", head: "Content\u{0}-Length: 44\r\nContent-Length: 0", status: nil),
  ]

  /// Answers with the paths that it has seen.
  private static func paths() -> Handler { Handler { request in Reply(200, body: Array(request.head.path.utf8)) } }

  @Test(arguments: doubtful) func aDoubtfulLengthIsRefused(_ doubtful: Doubtful) async throws {
    let handler = Self.paths()
    let server = try ServerTests.server(handler) { $0.idleMilliseconds = 500 }
    defer { server.close() }
    let client = Client(port: server.port)
    client.send("POST /first HTTP/1.1\r\nHost: t\r\n\(doubtful.head)\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n")
    let answer = await client.receive()
    if let status = doubtful.status { #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)") }
    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer)")
    #expect(handler.requests.withLock { $0.isEmpty })
    #expect(await Client(port: server.port).ask(body: [120]) == (200, "/"))
  }

  static let chunks: [(name: String, body: String)] = [
    ("no number", "zz\r\nabc\r\n0\r\n\r\n"), ("a negative number", "-1\r\na\r\n0\r\n\r\n"),
    ("a number beyond all", "fffffffffffffffff\r\na\r\n0\r\n\r\n"), ("more than it says", "1\r\nabc\r\n0\r\n\r\n"),
    ("nothing", "\r\n\r\n\r\n"), ("a prefix", "0x1\r\na\r\n0\r\n\r\n"),
  ]

  @Test(arguments: chunks) func badChunksAreRefused(_ name: String, _ body: String) async throws {
    let handler = Self.paths()
    let server = try ServerTests.server(handler) { ($0.idleMilliseconds, $0.bodyMilliseconds) = (500, 500) }
    defer { server.close() }
    let client = Client(port: server.port)
    client.send("POST /first HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n\(body)")
    let answer = await client.receive()
    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(name): \(answer)")
    #expect(handler.requests.withLock { $0.isEmpty })
    #expect(await Client(port: server.port).ask(body: [120]) == (200, "/"))
  }

  /// Chunks may be described, and followed by fields; neither is taken for anything.
  @Test func whatStandsBesideChunksIsPassedOver() async throws {
    let server = try ServerTests.server(.echo())
    defer { server.close() }
    let client = Client(port: server.port)
    client.send(
      "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nab\r\n0\r\nContent-Length: 9\r\n\r\n")
    #expect(Client.parse(await client.receive { Client.isWhole($0) }) == (200, "POST / [] ab"))
  }

  /// A head that is larger than may be, in one line, in many, or without an end.
  @Test(arguments: ["X-A: {}", "GET /{} HTTP/1.1", "many", "endless"])
  func aHugeHeadIsRefused(_ shape: String) async throws {
    let handler = Self.paths()
    let server = try ServerTests.server(handler) { ($0.maxHeadBytes, $0.idleMilliseconds) = (4096, 2000) }
    defer { server.close() }
    let client = Client(port: server.port)
    let long = String(repeating: "a", count: 100_000)
    let head =
      switch shape {
      case "many": "GET / HTTP/1.1\r\nHost: t\r\n" + String(repeating: "X-A: b\r\n", count: 10_000) + "\r\n"
      case "endless": "GET / HTTP/1.1\r\nHost: t\r\nX-A: " + long
      case _ where shape.hasPrefix("X-A"): "GET / HTTP/1.1\r\nHost: t\r\nX-A: \(long)\r\n\r\n"
      default: "GET /\(long) HTTP/1.1\r\nHost: t\r\n\r\n"
      }
    client.send(head)
    let answer = await client.receive()
    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(200))")
    #expect(handler.requests.withLock { $0.isEmpty })
    #expect(await Client(port: server.port).ask(body: [120]) == (200, "/"))
  }

  /// Many requests in one piece are answered in their order, each once; a slow one holds back those behind it.
  @Test func aPipelineIsAnsweredInOrder() async throws {
    let gate = Signal()
    let handler = Handler { request in
      if request.head.path == "/0" { await gate.wait() }
      return Reply(200, body: Array("<\(request.head.path)>".utf8))
    }
    let server = try ServerTests.server(handler)
    defer { server.close() }
    let client = Client(port: server.port)
    client.send((0..<50).map { "POST /\($0) HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nab" }.joined())
    await handler.started.wait()
    gate.set()
    let answers = await client.receive { $0.contains("</49>") }
    #expect(answers.matches(of: /<\/([0-9]+)>/).map { Int($0.output.1) } == Array(0..<50))
    #expect(handler.requests.withLock { $0.map(\.head.path) } == (0..<50).map { "/\($0)" })
    #expect(handler.requests.withLock { $0.allSatisfy { $0.body == Array("ab".utf8) } })
  }

  /// Who only stands there keeps nobody else out, and is sent away when its time is up.
  @Test func aThousandIdleConnectionsHurtNobody() async throws {
    let server = try ServerTests.server(.echo()) { $0.idleMilliseconds = 3_600_000 }
    defer { server.close() }
    let idle = (0..<1000).map { _ in Client(port: server.port) }
    #expect(await Client(port: server.port).ask(body: [120]) == (200, "POST / [] x"))
    // They can still be used, the first as well as the last.
    for client in [idle[0], idle[999]] { #expect(await client.ask(body: [121]) == (200, "POST / [] y")) }
    #expect(await server.drain(milliseconds: 10_000))
  }

  @Test func idleConnectionsAreSentAway() async throws {
    let server = try ServerTests.server(.echo()) { $0.idleMilliseconds = 50 }
    defer { server.close() }
    let idle = (0..<200).map { _ in Client(port: server.port) }
    for client in idle { #expect(await client.receive().isEmpty) }
  }

  /// Beyond the limit, others wait until there is room; nobody is turned away with half an answer.
  @Test func moreThanTheMostWaitTheirTurn() async throws {
    let server = try ServerTests.server(.echo()) { $0.maxConnections = 4 }
    defer { server.close() }
    var holding = (0..<4).map { _ in Client(port: server.port) }
    for client in holding { #expect(await client.ask(body: [120]).status == 200) }
    let next = Client(port: server.port)
    next.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\ny")
    #expect(await holding[0].ask(body: [120]).status == 200)
    holding.removeLast()
    #expect(Client.parse(await next.receive { Client.isWhole($0) }) == (200, "POST / [] y"))
  }

  /// A client that asks for much and takes nothing of it is cut off, whether the answer is whole or streamed.
  @Test(arguments: [false, true]) func aClientThatDoesNotReadIsCutOff(isStreamed: Bool) async throws {
    let ended = Signal()
    let handler = Handler { _ in
      guard isStreamed else { return Reply(200, body: Array(repeating: 120, count: 64 << 20)) }
      return Reply(
        200,
        stream: { writer in
          defer { ended.set() }
          while true { try await writer.write(Array(repeating: 120, count: 1 << 16)) }
        })
    }
    let server = try ServerTests.server(handler) { $0.sendMilliseconds = 300 }
    defer { server.close() }
    let client = Client(port: server.port)
    client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
    await handler.started.wait()
    if isStreamed { await ended.wait() }
    #expect(await server.drain(milliseconds: 60_000))
    withExtendedLifetime(client) {}
  }
}
