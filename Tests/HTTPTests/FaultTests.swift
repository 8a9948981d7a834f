import CupelTesting
import HTTP
import Testing

/// What servers do wrong, and what the caller is told.
@Suite struct FaultTests {
  private static let kinds: [(ModelServer.Fault, HTTPFailure.Kind?)] = [
    (.close, .closed), (.reset, .closed), (.hang, .firstByteTimeout), (.stallAfterHead, .timeout),
    (.halfBody, .closed), (.resetInBody, .closed), (.cutChunk, .closed), (.missingLastChunk, .closed),
    (.chunked, nil), (.byteByByte, nil), (.hugeBody, .tooLarge), (.hugeHead, .tooLarge), (.garbage, .badResponse),
    (.htmlPage, nil), (.htmlBadGateway, nil), (.errorWith200, nil), (.emptyBody, nil), (.halfJSON, nil),
    (.invalidUTF8, nil), (.unaskedGzip, nil), (.redirectElsewhere, nil), (.redirectLoop, nil),
  ]

  @Test(arguments: kinds) func eachFaultIsNamed(_ fault: ModelServer.Fault, _ kind: HTTPFailure.Kind?) async throws {
    let server = try ModelServer { _ in .fault(fault) }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    var request = HTTPRequest(.post, server.url + "/v1/chat/completions", body: [1, 2, 3])
    if kind == .firstByteTimeout { request.timeouts.firstByteMilliseconds = 100 }
    if kind == .timeout { request.timeouts.totalMilliseconds = 300 }
    let outcome = await Result { () async throws(HTTPFailure) in try await client.send(request) }
    switch (outcome, kind) {
    case (.success, nil): break
    case (.failure(let failure), let kind?):
      #expect(failure.kind == kind, "\(failure.message)")
      #expect(failure.message.contains("http://127.0.0.1:\(server.port)/v1/chat/completions"))
    default: Issue.record("\(fault): \(outcome)")
    }
  }
}

extension Result {
  /// What an async body throws or returns.
  init(_ body: () async throws(Failure) -> Success) async {
    do throws(Failure) { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
