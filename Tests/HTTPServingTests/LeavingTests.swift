import HTTPServing
import Synchronization
import Testing

/// Clients that go away, clients that dawdle, and a server that closes.
@Suite(.timeLimit(.minutes(10))) struct LeavingTests {
  static func server(_ handler: Handler, _ change: (inout ServerOptions) -> Void = { _ in }) throws -> HTTPServer {
    try ServerTests.server(handler, change)
  }

  @Test func aClientThatLeavesCancelsItsRequest() async throws {
    let handler = Handler.hanging()
    let server = try Self.server(handler)
    defer { server.close() }
    do {
      let client = Client(port: server.port)
      client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n")
      await handler.started.wait()
    }
    await handler.cancelled.wait()
    #expect(await server.drain(milliseconds: 10_000))
  }

  @Test func closingTellsThoseWhoWait() async throws {
    let handler = Handler.hanging()
    let server = try Self.server(handler)
    let client = Client(port: server.port)
    client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n")
    await handler.started.wait()
    #expect(server.inFlight == 1)
    #expect(await !server.drain(milliseconds: 1))
    server.close()
    server.close()
    let answer = await client.receive()
    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 503"))
    #expect(server.inFlight == 0)
  }

  /// libmicrohttpd ended the process where it was to stop listening while a thread of its own was at work.
  @Test func stoppingWhileClientsComeAndGo() async throws {
    let request = "GET / HTTP/1.1\r\nHost: t\r\n\r\n"
    for _ in 0..<200 {
      let server = try Self.server(.echo()) { $0.threads = 2 }
      let clients = (0..<4).map { _ in Client(port: server.port) }
      // So many that the threads are at them when they are told to stop.
      for client in clients { client.send(String(repeating: request, count: 20)) }
      server.stopListening()
      server.close()
      for client in clients {
        let answer = await client.receive()
        #expect(["", "HTTP/1.1 200", "HTTP/1.1 503"].contains(answer.prefix(12)))
      }
    }
  }

  @Test func drainingLetsThemFinish() async throws {
    let gate = Signal()
    let handler = Handler { _ in
      await gate.wait()
      return Reply(200, body: Array("done".utf8))
    }
    let server = try Self.server(handler)
    defer { server.close() }
    let client = Client(port: server.port)
    client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n")
    await handler.started.wait()
    server.stopListening()
    async let drained = server.drain(milliseconds: 60_000)
    gate.set()
    #expect(Client.parse(await client.receive { Client.isWhole($0) }) == (200, "done"))
    #expect(await drained)
  }

  @Test(arguments: ["", "POST / HT", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nhalf"])
  func aClientThatDawdlesIsCutOff(sent: String) async throws {
    let server = try Self.server(.echo()) {
      $0.idleMilliseconds = 50
      $0.bodyMilliseconds = 50
    }
    defer { server.close() }
    let client = Client(port: server.port)
    client.send(sent)
    #expect(await !client.receive().hasPrefix("HTTP/1.1 200"))
  }

  @Test func manyWaitAtOnceAndAllAreAnswered() async throws {
    let gate = Signal()
    let handler = Handler { request in
      await gate.wait()
      return Reply(200, body: request.body)
    }
    let server = try Self.server(handler)
    defer { server.close() }
    let clients = (0..<400).map { _ in Client(port: server.port) }
    for (number, client) in clients.enumerated() {
      client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\n\(1000 + number)")
    }
    while handler.requests.withLock({ $0.count }) < clients.count { await Task.yield() }
    gate.set()
    for (number, client) in clients.enumerated() {
      #expect(Client.parse(await client.receive { Client.isWhole($0) }) == (200, "\(1000 + number)"))
    }
    #expect(await server.drain(milliseconds: 10_000))
  }
}

@Suite(.timeLimit(.minutes(10))) struct StreamTests {
  static let request = "GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"

  @Test func piecesArriveInOrder() async throws {
    let handler = Handler { _ in
      Reply(
        200,
        stream: { writer in
          for number in 0..<1000 {
            try await writer.write(Array("\(number)\n".utf8))
            if number % 100 == 0 { await Task.yield() }
          }
        })
    }
    let server = try ServerTests.server(handler)
    defer { server.close() }
    let client = Client(port: server.port)
    client.send(Self.request)
    let answer = await client.receive()
    let lines = answer.split(separator: "\r\n").filter { $0.hasSuffix("\n") }.joined().split(separator: "\n")
    #expect(lines.count == 1000 && lines.first == "0" && lines.last == "999")
    #expect(answer.hasSuffix("0\r\n\r\n"))
  }

  @Test func aBodyThatBreaksOffIsSeenToBeBroken() async throws {
    struct Broken: Error {}
    let handler = Handler { _ in
      Reply(
        200,
        stream: { writer in
          try await writer.write(Array("half".utf8))
          throw Broken()
        })
    }
    let server = try ServerTests.server(handler)
    defer { server.close() }
    let client = Client(port: server.port)
    client.send(Self.request)
    #expect(await !client.receive().hasSuffix("0\r\n\r\n"))
  }

  @Test func aWriterWaitsForASlowReaderAndLearnsThatItHasGone() async throws {
    let ended = Signal()
    let handler = Handler { _ in
      Reply(
        200,
        stream: { writer in
          defer { ended.set() }
          // Without a reader this never ends by itself.
          while true { try await writer.write(Array(repeating: 120, count: 4096)) }
        })
    }
    let server = try ServerTests.server(handler) { $0.maxStreamedAheadBytes = 16 << 10 }
    defer { server.close() }
    do {
      let client = Client(port: server.port)
      client.send(Self.request)
      _ = await client.receive { $0.utf8.count > 100_000 }
    }
    await ended.wait()
    #expect(await server.drain(milliseconds: 10_000))
  }

  @Test func closingEndsAStream() async throws {
    let started = Signal(), ended = Signal()
    let handler = Handler { _ in
      Reply(
        200,
        stream: { writer in
          defer { ended.set() }
          while true {
            try await writer.write(Array("more\n".utf8))
            started.set()
            await Task.yield()
          }
        })
    }
    let server = try ServerTests.server(handler) { $0.maxStreamedAheadBytes = 1 << 10 }
    let client = Client(port: server.port)
    client.send(Self.request)
    await started.wait()
    server.close()
    await ended.wait()
    #expect(await !client.receive().hasSuffix("0\r\n\r\n"))
  }
}
