import CupelTesting
import HTTP
import Testing

/// Requests that are refused before anything is sent.
@Suite struct RefusedRequestTests {
  private static let urls = [
    ("", "neither"), ("http://", "not a URL"), ("/v1/models", "neither"), ("127.0.0.1:8000/v1", "neither"),
    ("ftp://127.0.0.1/x", "neither"), ("file:///etc/passwd", "neither"), ("gopher://127.0.0.1:70/_x", "neither"),
    ("http:///v1", "no host"), ("https:///v1", "no host"), ("http:/x", "neither"),
    ("http://127.0.0.1:99999/", "not a URL"), ("http://127.0.0.1:x/", "not a URL"),
    ("http://127.0.0.1/a b", "a space"), ("http://127.0.0.1/\r\nX: y", "a control character"),
    ("http://127.0.0.1/\u{0}", "a control character"), ("http://127.0.0.1/é", "not ASCII"),
    ("http://user:se-cret@127.0.0.1/", "user or password"), ("http://se-cret@127.0.0.1/", "user or password"),
    ("http://127.0.0.1/" + String(repeating: "a", count: 70_000), "longer than"),
  ]

  @Test(arguments: urls) func urlsThatCannotBeSent(_ url: String, _ part: String) async throws {
    let client = try HTTPClient()
    defer { client.close() }
    let failure = await #expect(throws: HTTPFailure.self) { try await client.send(HTTPRequest(.get, url)) }
    #expect(failure?.kind == .badRequest)
    #expect(failure?.message.contains(part) == true, "\(failure?.message ?? "")")
    #expect(failure?.message.contains("se-cret") == false)
  }

  private static let headers = [
    ("", "x"), ("A B", "x"), ("A:", "x"), ("A\r\nB", "x"), ("Ä", "x"), ("A", "x\r\nB: se-cret"), ("A", "x\nse-cret"),
    ("A", "se-cret\u{0}"), ("A", "se-cret\u{7F}"), ("Content-Length", "1"), ("transfer-encoding", "chunked"),
    ("Expect", "100-continue"),
  ]

  @Test(arguments: headers) func headersThatCannotBeSent(_ name: String, _ value: String) async throws {
    let server = try ModelServer { _ in .text("never") }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let request = HTTPRequest(.get, server.url, headers: [HTTPHeader(name, value)])
    let failure = await #expect(throws: HTTPFailure.self) { try await client.send(request) }
    #expect(failure?.kind == .badRequest)
    #expect(failure?.message.contains("se-cret") == false)
    #expect(server.statistics.connections == 0)
    // One that is refused leaves the place in the line to the next.
    #expect(try await client.send(HTTPRequest(.get, server.url)).status == 200)
  }

  @Test func theQueryIsNotTold() async throws {
    let server = try ModelServer { _ in .fault(.close) }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let request = HTTPRequest(.get, server.url + "/path?key=se-cret")
    let failure = await #expect(throws: HTTPFailure.self) { try await client.send(request) }
    #expect(failure?.message.contains("/path") == true)
    #expect(failure?.message.contains("se-cret") == false)
  }
}
