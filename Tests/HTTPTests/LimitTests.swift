import CupelTesting
@testable import HTTP
import Testing

@Suite struct LimitTests {
  @Test func aBodyMayBeAsLongAsTheLimit() async throws {
    let server = try ModelServer { request in
      request.path == "/chunked" ? .chat("x").with(.chunked) : .init(200, body: Array(repeating: 7, count: 1000))
    }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    var request = HTTPRequest(.get, server.url, maxResponseBytes: 1000)
    #expect(try await client.send(request).body.count == 1000)
    request.maxResponseBytes = 999
    await expectTooLarge(client, request, "longer than 999 bytes")
    // Where no length is stated, it is cut where the limit is passed.
    request.url += "/chunked"
    request.maxResponseBytes = 10
    await expectTooLarge(client, request, "longer than 10 bytes")
    request.maxResponseBytes = 0
    await expectTooLarge(client, request, "longer than 0 bytes")
  }

  @Test func aGigabyteIsRefusedByItsStatedLength() async throws {
    let server = try ModelServer { _ in .huge(bytes: 1 << 30) }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    await expectTooLarge(client, HTTPRequest(.get, server.url), "longer than 67108864 bytes")
    await server.until { $0.openConnections == 0 }
    #expect(server.statistics.abandoned == 1)
  }

  @Test func whatIsHeldOfAnEndlessBodyStaysWithinTheLimit() {
    var answer = IncomingAnswer(maxHeaderBytes: 1000, maxBodyBytes: 1 << 20)
    for line in ["HTTP/1.1 200 OK\r\n", "\r\n"] {
      let isTaken = Array(line.utf8).withUnsafeBufferPointer { answer.takeHeader($0) }
      #expect(isTaken)
    }
    let piece = [UInt8](repeating: 1, count: 16 << 10)
    var pieces = 0
    while piece.withUnsafeBufferPointer({ answer.takeBody($0) }) {
      pieces += 1
      // The allocator rounds up.
      #expect(answer.body.capacity <= 1 << 20 + 4096)
    }
    #expect(pieces == 64)
    #expect(answer.body.capacity == 0)
    #expect(answer.failure?.kind == .tooLarge)
  }

  /// 8 MiB of zeros, compressed twice with gzip.
  private static let bomb: [UInt8] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xd7, 0xb1, 0x0d, 0x82, 0x40, 0x00, 0x85,
    0xe1, 0x3b, 0x2e, 0x26, 0x17, 0x46, 0xb0, 0x21, 0x26, 0xee, 0xc0, 0x04, 0xce, 0xc1, 0x2a, 0x24, 0x94, 0x36,
    0x0e, 0xe0, 0x0e, 0x2c, 0x60, 0xc3, 0x0a, 0xb4, 0xac, 0x40, 0x18, 0x41, 0x3c, 0xc6, 0xc0, 0x7c, 0x5f, 0xf5,
    0xd7, 0xaf, 0x7b, 0xcd, 0x33, 0x87, 0x43, 0x95, 0xd6, 0x29, 0xc6, 0x12, 0xfd, 0xeb, 0x3b, 0x6e, 0xb9, 0x0e,
    0x00, 0x00, 0x00, 0xc0, 0x9f, 0xeb, 0x97, 0x21, 0x55, 0x47, 0xdc, 0xf6, 0xae, 0xbd, 0xdb, 0x03, 0x00, 0x00,
    0x00, 0x4e, 0xe0, 0x7d, 0x79, 0x7c, 0xe6, 0x6b, 0xb9, 0xf5, 0xe1, 0x07, 0xdb, 0x19, 0xd4, 0xa7, 0xef, 0x1f,
    0x00, 0x00,
  ]

  @Test func aBombCountsByWhatComesOutOfIt() async throws {
    let server = try ModelServer { _ in
      .init(200, headers: [.init("Content-Encoding", "gzip, gzip")], body: Self.bomb)
    }
    defer { server.close() }
    let client = try HTTPClient(HTTPClientOptions(acceptsCompression: true))
    defer { client.close() }
    var request = HTTPRequest(.get, server.url, maxResponseBytes: 1 << 20)
    await expectTooLarge(client, request, "longer than 1048576 bytes")
    request.maxResponseBytes = 8 << 20
    let response = try await client.send(request)
    #expect(response.body == Array(repeating: 0, count: 8 << 20))
    #expect(server.requests.first?.header("accept-encoding")?.contains("gzip") == true)
  }

  @Test func whatWasNotAskedForStaysCompressed() async throws {
    let server = try ModelServer { _ in
      .init(200, headers: [.init("Content-Encoding", "gzip, gzip")], body: Self.bomb)
    }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    #expect(try await client.send(HTTPRequest(.get, server.url)).body == Self.bomb)
  }

  @Test func headersMayBeAsLongAsTheirLimit() async throws {
    let server = try ModelServer { _ in .text("x").adding("X-Long", String(repeating: "x", count: 900)) }
    defer { server.close() }
    for (limit, isEnough) in [(2000, true), (900, false), (1, false)] {
      let client = try HTTPClient(HTTPClientOptions(maxHeaderBytes: limit))
      defer { client.close() }
      if isEnough {
        #expect(try await client.send(HTTPRequest(.get, server.url)).status == 200)
      } else {
        await expectTooLarge(client, HTTPRequest(.get, server.url), "longer than \(limit) bytes")
      }
    }
  }

  private func expectTooLarge(
    _ client: HTTPClient, _ request: HTTPRequest, _ part: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    let failure = await #expect(throws: HTTPFailure.self, sourceLocation: sourceLocation) {
      try await client.send(request)
    }
    #expect(failure?.kind == .tooLarge, sourceLocation: sourceLocation)
    #expect(failure?.message.contains(part) == true, "\(failure?.message ?? "")", sourceLocation: sourceLocation)
  }
}
