import CupelTesting
import HTTP
import Testing

/// TLS and HTTP/2, spoken by another implementation.
@Suite struct TLSTests {
  @Test func anAuthorityOfOnesOwn() async throws {
    try await withFront { server, front in
      let client = try HTTPClient(HTTPClientOptions(caFile: front.caFile, unixSocket: front.socket))
      defer { client.close() }
      let response = try await client.send(HTTPRequest(.post, "https://model.test/v1", body: [1, 2]))
      #expect(response.status == 200)
      #expect(response.body == [1, 2])
      #expect(server.requests.first?.header("via") == "2 nghttpx")
    }
  }

  @Test func withoutHTTP2() async throws {
    try await withFront { server, front in
      let client = try HTTPClient(
        HTTPClientOptions(caFile: front.caFile, unixSocket: front.socket, allowsHTTP2: false))
      defer { client.close() }
      for _ in 0..<3 {
        #expect(try await client.send(HTTPRequest(.get, "https://model.test/v1")).status == 200)
      }
      #expect(server.requests.first?.header("via") == "1.1 nghttpx")
      #expect(front.connections == 1)
    }
  }

  @Test func aCertificateThatNobodyVouchesFor() async throws {
    try await withFront { server, front in
      let client = try HTTPClient(HTTPClientOptions(unixSocket: front.socket))
      defer { client.close() }
      let failure = await failure(client, "https://model.test/v1")
      #expect(failure?.kind == .tls)
      #expect(failure?.message.contains("as ca_file") == true, "\(failure?.message ?? "")")
      #expect(server.statistics.requests == 0)
    }
  }

  @Test func aCertificateForAnotherHost() async throws {
    try await withFront { server, front in
      let client = try HTTPClient(HTTPClientOptions(caFile: front.caFile, unixSocket: front.socket))
      defer { client.close() }
      let failure = await failure(client, "https://other.test/v1")
      #expect(failure?.kind == .tls)
      #expect(failure?.message.contains("for another host") == true, "\(failure?.message ?? "")")
      #expect(failure?.message.contains("https://other.test:443/v1") == true)
      #expect(server.statistics.requests == 0)
    }
  }

  @Test func aServerWithoutTLS() async throws {
    try await withFront { _, front in
      let client = try HTTPClient(HTTPClientOptions(unixSocket: front.plainSocket))
      defer { client.close() }
      let failure = await failure(client, "https://model.test/v1")
      #expect(failure?.kind == .tls)
      #expect(failure?.message.contains("use http://") == true, "\(failure?.message ?? "")")
    }
  }

  @Test func aServerWithTLSThatIsSpokenToInPlain() async throws {
    try await withFront { server, front in
      let client = try HTTPClient(HTTPClientOptions(unixSocket: front.socket))
      defer { client.close() }
      #expect(await failure(client, "http://model.test/v1")?.kind == .closed)
      #expect(server.statistics.requests == 0)
    }
  }

  @Test func exchangesShareOneConnectionAndEndAlone() async throws {
    let gate = Gate()
    try await withFront { server, front in
      server.answer { request in
        request.path == "/held" ? .init(200, body: request.body).after(gate) : .init(200, body: request.body)
      }
      let client = try HTTPClient(HTTPClientOptions(caFile: front.caFile, unixSocket: front.socket))
      defer { client.close() }
      let held = (0..<40).map { number in
        Task { try await client.send(HTTPRequest(.post, "https://model.test/held", body: [number])).body }
      }
      await server.until { $0.inFlight == 40 }
      #expect(front.connections == 1)
      for task in held[..<20] { task.cancel() }
      for task in held[..<20] {
        let failure = await #expect(throws: HTTPFailure.self) { try await task.value }
        #expect(failure?.kind == .cancelled)
      }
      // The rest goes on over the same connection.
      let other = try await client.send(HTTPRequest(.post, "https://model.test/other", body: [9]))
      #expect(other.body == [9])
      gate.open()
      for (number, task) in held.enumerated().dropFirst(20) { #expect(try await task.value == [UInt8(number)]) }
      #expect(front.connections == 1)
    }
  }

  @Test func limitsHoldWithinHTTP2() async throws {
    try await withFront { server, front in
      server.answer { request in
        switch request.path {
        case "/huge": .huge(bytes: 1 << 30)
        case "/endless": .chat("xxxxxxxxxxxxxxxxxxxxxxxx").with(.chunked)
        case "/close": .fault(.close)
        case "/half": .fault(.halfBody)
        default: .fault(.hang)
        }
      }
      let client = try HTTPClient(HTTPClientOptions(caFile: front.caFile, unixSocket: front.socket))
      defer { client.close() }
      let expected: [(String, HTTPFailure.Kind)] = [
        ("/huge", .tooLarge), ("/endless", .tooLarge), ("/half", .closed), ("/hang", .firstByteTimeout),
      ]
      for (path, kind) in expected {
        var request = HTTPRequest(.get, "https://model.test\(path)", maxResponseBytes: path == "/half" ? 1000 : 20)
        if kind == .firstByteTimeout { request.timeouts.firstByteMilliseconds = 50 }
        let failure = await #expect(throws: HTTPFailure.self) { try await client.send(request) }
        #expect(failure?.kind == kind, "\(path): \(failure?.message ?? "")")
      }
      // The proxy has words of its own for a server that closes.
      #expect(try await client.send(HTTPRequest(.get, "https://model.test/close")).status == 502)
    }
  }

  @Test func burstsEndWhateverBecomesOfTheFirstConnection() async throws {
    try await withFront { server, front in
      // One after the other learns that the certificate is no good, so there are fewer of them.
      for (isTrusted, count) in [(true, 500), (false, 20)] {
        let client = try HTTPClient(
          HTTPClientOptions(caFile: isTrusted ? front.caFile : nil, unixSocket: front.socket))
        defer { client.close() }
        let statuses = await withTaskGroup(of: Int?.self) { group in
          for _ in 0..<count {
            group.addTask { try? await client.send(HTTPRequest(.post, "https://model.test/", body: [1])).status }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: isTrusted ? 200 : nil, count: count))
      }
    }
  }

  private func failure(_ client: HTTPClient, _ url: String) async -> HTTPFailure? {
    await #expect(throws: HTTPFailure.self) { try await client.send(HTTPRequest(.get, url)) }
  }

  private func withFront(_ body: (ModelServer, TLSFront) async throws -> Void) async throws {
    let server = try ModelServer { request in .init(200, body: request.body) }
    defer { server.close() }
    let front = try TLSFront(server)
    defer { front.close() }
    try await body(server, front)
  }
}
