import CupelTesting
import HTTP
import Testing

/// Answers that few servers give.
@Suite struct OddAnswerTests {
  @Test func interimAnswersAreNotTheAnswer() async throws {
    let interim = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\nContent-Length: 999999999\r\n\r\n"
    let response = try await answer(
      "HTTP/1.1 100 Continue\r\n\r\n" + interim + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    #expect(response.status == 200)
    #expect(response.headers == [HTTPHeader("Content-Length", "2")])
    #expect(response.body == Array("ok".utf8))
  }

  @Test func interimAnswersWithoutEndAreTooMuch() async throws {
    let failure = await #expect(throws: HTTPFailure.self) {
      try await answer(String(repeating: "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n", count: 3000))
    }
    #expect(failure?.kind == .tooLarge)
  }

  @Test func headersAreReadAsTheyCame() async throws {
    let response = try await answer(
      "HTTP/1.1 200 Fine: really\r\nX-A:  1 \r\nx-a: 2\r\nX-Empty:\r\nX-Long: a\r\n\t b\r\nX-Colons: a:b\r\nContent-Length: 0\r\n\r\n"
    )
    let expected = [
      ("X-A", "1"), ("x-a", "2"), ("X-Empty", ""), ("X-Long", "a b"), ("X-Colons", "a:b"), ("Content-Length", "0"),
    ]
    #expect(response.headers == expected.map { HTTPHeader($0.0, $0.1) })
    #expect(response["X-A"] == "1")
  }

  @Test func headersThatAreNotUTF8AreRepaired() async throws {
    let response = try await answer(
      Array("HTTP/1.1 200 OK\r\nX: a".utf8) + [0xFF] + Array("\r\nContent-Length: 0\r\n\r\n".utf8))
    #expect(response["x"] == "a\u{FFFD}")
  }

  @Test func trailersAreNoHeaders() async throws {
    let response = try await answer(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Late: 1\r\nContent-Length: 5\r\n\r\n")
    #expect(response.body == Array("ok".utf8))
    #expect(response.headers == [HTTPHeader("Transfer-Encoding", "chunked")])
  }

  @Test func withoutALengthTheEndOfTheConnectionIsTheEnd() async throws {
    #expect(try await answer("HTTP/1.0 200 OK\r\n\r\nall of it").body == Array("all of it".utf8))
  }

  private static let refused: [(String, HTTPFailure.Kind)] = [
    ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx", .badResponse),
    ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nx", .badResponse),
    ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx", .tooLarge),
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nx", .closed),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", .closed),
    ("HTTP/1.1 200 OK\r\nX: \u{0}\r\n\r\n", .badResponse),
    ("HTTP/1.1 999 Strange\r\nContent-Length: 0\r\n\r\n", .badResponse),
    ("HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n", .badResponse), ("HTTP/9.9 200 OK\r\n\r\n", .badResponse),
    ("HTTP/1.1 200 OK\r\nX-Half", .closed), ("SSH-2.0-OpenSSH_9.2\r\n", .badResponse), ("", .closed),
    ("\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}F", .badResponse),
  ]

  @Test(arguments: refused) func whatIsNoAnswer(_ text: String, _ kind: HTTPFailure.Kind) async throws {
    let failure = await #expect(throws: HTTPFailure.self) { try await answer(text) }
    #expect(failure?.kind == kind, "\(failure?.message ?? "")")
  }

  private func answer(_ text: String) async throws -> HTTPResponse { try await answer(Array(text.utf8)) }

  /// What the client makes of these bytes and the end of the connection.
  private func answer(_ bytes: [UInt8]) async throws -> HTTPResponse {
    let server = try ModelServer { _ in .raw(bytes, then: .close) }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    return try await client.send(HTTPRequest(.get, server.url))
  }
}
