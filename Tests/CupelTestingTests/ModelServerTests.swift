import CupelTesting
import Glibc
import JSON
import Testing
import Wire

@Suite(.timeLimit(.minutes(10)))
struct ModelServerTests {
  @Test func answersAsTheScriptSaysAndRemembersWhatItWasAsked() throws {
    let server = try ModelServer { request in
      request.times == 1 ? .error(503, "busy", retryAfter: "2") : .chat("[[A]]", "[[B]]")
    }
    defer { server.close() }
    let client = try RawClient(server)
    client.post(#"{"n": 2}"#, to: "/v1/chat/completions?x=1", "Authorization: \t Bearer k \r\nX-Empty:  \r\n")
    let first = try #require(client.response())
    #expect(first.status == 503)
    #expect(first.headers["retry-after"] == "2")
    #expect(first.text == #"{"error":{"message":"busy","type":"ServiceUnavailableError","param":null,"code":503}}"#)

    client.post(#"{"n": 2}"#, to: "/v1/chat/completions?x=1")
    let second = try #require(client.response())
    let completion = try JSONParser.parse(second.body)
    #expect(completion["choices"]?.array?.map { $0["message"]?["content"] } == ["[[A]]", "[[B]]"])

    let requests = server.requests
    #expect(requests.map(\.ordinal) == [1, 2])
    #expect(requests.map(\.times) == [1, 2])
    #expect(requests.map(\.connection) == [1, 1])
    #expect(requests[0].path == "/v1/chat/completions")
    #expect(requests[0].header("authorization") == "Bearer k")
    #expect(requests[0].header("X-EMPTY") == "")
    #expect(requests[0].json == ["n": 2])
    #expect(requests[0].wantedChoices == 2)
  }

  @Test func takesRequestsHoweverTheirBytesArrive() throws {
    let server = try ModelServer { .text("\($0.method) \($0.target) \(String(decoding: $0.body, as: UTF8.self))") }
    defer { server.close() }
    let pipelined = try RawClient(server)
    pipelined.write(
      "GET /a HTTP/1.1\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nhiPOST /c HTTP/1.1\r\nTransfer-Encoding: "
        + "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\nGET /d HTTP/1.1\r\nConnection: close\r\n\r\n")
    let all = pipelined.readAll()
    #expect(all.isClosed)
    #expect(
      all.text.split(separator: "\r\n\r\n").dropFirst().map { $0.split(separator: "HTTP/1.1").first ?? "" }
        == ["GET /a ", "POST /b hi", "POST /c abcde", "GET /d "])

    let slow = try RawClient(server)
    for byte in "POST /e HTTP/1.1\r\ncontent-length: 5\r\n\r\nabcde".utf8 { slow.write([byte]) }
    #expect(slow.response()?.text == "POST /e abcde")
  }

  @Test(arguments: [
    ("nonsense\r\n\r\n", 400), ("GET x HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n", 413),
    ("GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 300_000), 431),
  ])
  func refusesWhatIsNoRequest(bytes: String, status: Int) throws {
    let server = try ModelServer()
    defer { server.close() }
    let client = try RawClient(server)
    client.write(bytes)
    #expect(client.response()?.status == status)
    #expect(server.statistics.malformed == 1)
    #expect(server.statistics.requests == 0)
  }

  @Test func confirmsExpectationsAsItIsTold() throws {
    let server = try ModelServer { _ in .text("done") }
    defer { server.close() }
    let head = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    let client = try RawClient(server)
    client.write(head)
    #expect(client.read().map { String(decoding: $0, as: UTF8.self) } == "HTTP/1.1 100 Continue\r\n\r\n")
    client.write("{}")
    #expect(client.response()?.text == "done")

    server.setExpectation(.keepSilent)
    client.write(head + "{}")
    #expect(client.response()?.text == "done")

    server.setExpectation(.refuse)
    client.write(head)
    #expect(client.readAll().text.hasPrefix("HTTP/1.1 417 "))
  }

  @Test func holdsARepliesBackUntilItsGateOpens() async throws {
    let gate = Gate()
    let server = try ModelServer { _ in .chat("late").after(gate) }
    defer { server.close() }
    let clients = try (0..<3).map { _ in try RawClient(server) }
    for client in clients { client.post("{}") }
    await server.until { $0.inFlight == 3 }
    #expect(server.statistics.answered == 0)
    clients[0].close()
    await server.until { $0.abandoned == 1 }
    gate.open()
    for client in clients.dropFirst() { #expect(client.response()?.status == 200) }
    await server.until { $0.answered == 2 }
    #expect(server.statistics.openConnections == 2)
    #expect(server.statistics.mostInFlight == 3)
  }

  @Test func waitsAsLongAsItIsToldTo() throws {
    let server = try ModelServer { _ in .chat("late").after(.milliseconds(30)) }
    defer { server.close() }
    let client = try RawClient(server)
    let time = ContinuousClock().measure {
      for _ in 0..<3 {
        client.post("{}")
        _ = client.response()
      }
    }
    #expect(time >= .milliseconds(90))
  }

  @Test func refusesConnectionsAndTakesThemAgain() async throws {
    let server = try ModelServer { _ in .text("here") }
    defer { server.close() }
    await server.refuseConnections()
    #expect(throws: RawClient.ConnectError.self) { try RawClient(server) }
    try server.acceptConnections()
    let client = try RawClient(server)
    client.post("{}")
    #expect(client.response()?.text == "here")
  }

  @Test func listensOnAUnixSocket() throws {
    let path = "/tmp/cupel-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
    let server = try ModelServer(socketPath: path) { _ in .text("here") }
    let client = try RawClient(server)
    client.post("{}")
    #expect(client.response()?.text == "here")
    server.close()
    #expect(access(path, F_OK) != 0)
    #expect(throws: ModelServer.StartError.self) { try ModelServer(socketPath: String(repeating: "x", count: 200)) }
  }

  @Test func admitsConnectionsAsItIsTold() throws {
    let server = try ModelServer { _ in .text("here") }
    defer { server.close() }
    server.admit { [.close, .reset, .serve][$0 - 1] }
    let closed = try RawClient(server), reset = try RawClient(server), served = try RawClient(server)
    #expect(closed.read() == [])
    #expect(reset.read() == nil)
    served.post("{}")
    #expect(served.response()?.text == "here")
    #expect(server.statistics.connections == 3)
  }

  @Test func servesAThousandConnectionsAtOnceAndFreesEverything() async throws {
    let gate = Gate()
    let server = try ModelServer { _ in .chat("x").after(gate) }
    var clients = try (0..<1000).map { _ in try RawClient(server) }
    for client in clients { client.post("{}") }
    await server.until { $0.inFlight == 1000 }
    gate.open()
    for client in clients { #expect(client.response()?.status == 200) }
    #expect(server.statistics.mostInFlight == 1000)
    #expect(server.openDescriptors == 2002)
    clients.removeLast(500)
    await server.until { $0.openConnections == 500 }
    server.close()
    server.close()
    #expect(server.statistics.openConnections == 0)
    #expect(clients[0].read() == [])
    #expect(server.openDescriptors == 500)
    clients = []
    #expect(server.openDescriptors == 0)
  }
}
