import CupelTesting
import HTTP
import Testing

/// However an exchange ends, it ends once, and leaves nothing behind.
@Suite struct LifeTests {
  @Test func cancellingFreesTheConnection() async throws {
    let server = try ModelServer { _ in .fault(.hang) }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let task = Task { await outcome(client, HTTPRequest(.post, server.url, body: [1])) }
    await server.until { $0.inFlight == 1 }
    task.cancel()
    #expect(await task.value == .cancelled)
    await server.until { $0.openConnections == 0 }
    #expect(server.statistics.abandoned == 1)
  }

  @Test func cancellingWithinTheAnswerFreesTheConnection() async throws {
    let server = try ModelServer { _ in .fault(.stallAfterHead) }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let task = Task { await outcome(client, HTTPRequest(.post, server.url, body: [1])) }
    await server.until { $0.inFlight == 1 }
    task.cancel()
    #expect(await task.value == .cancelled)
    await server.until { $0.openConnections == 0 }
  }

  @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
    let server = try ModelServer { _ in .text("x") }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let gate = Gate()
    let task = Task {
      await gate.wait()
      return await outcome(client, HTTPRequest(.get, server.url))
    }
    task.cancel()
    gate.open()
    #expect(await task.value == .cancelled)
    #expect(server.statistics.requests == 0)
  }

  @Test func whoWaitsForATurnCanBeCancelled() async throws {
    let gate = Gate()
    let server = try ModelServer { _ in .text("x").after(gate) }
    defer { server.close() }
    let client = try HTTPClient(HTTPClientOptions(maxConnectionsPerHost: 1))
    defer { client.close() }
    let first = Task { await outcome(client, HTTPRequest(.get, server.url)) }
    await server.until { $0.inFlight == 1 }
    let second = Task { await outcome(client, HTTPRequest(.get, server.url)) }
    let third = Task { await outcome(client, HTTPRequest(.get, server.url)) }
    second.cancel()
    #expect(await second.value == .cancelled)
    gate.open()
    #expect(await first.value == nil)
    #expect(await third.value == nil)
    #expect(server.statistics.requests == 2)
  }

  @Test func closingEndsWhatIsOnItsWayAndWhatComesLater() async throws {
    let server = try ModelServer { _ in .fault(.hang) }
    defer { server.close() }
    let client = try HTTPClient(HTTPClientOptions(maxConnectionsPerHost: 40))
    let kinds = await withTaskGroup(of: HTTPFailure.Kind?.self) { group in
      for _ in 0..<100 { group.addTask { await outcome(client, HTTPRequest(.post, server.url, body: [1])) } }
      await server.until { $0.inFlight == 40 }
      client.close()
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(kinds == Array(repeating: .cancelled, count: 100))
    await server.until { $0.openConnections == 0 }
    #expect(await outcome(client, HTTPRequest(.get, server.url)) == .cancelled)
    client.close()
  }

  @Test func aKeptConnectionThatTheServerClosedIsNotUsedAgain() async throws {
    let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx".utf8)
    let server = try ModelServer { _ in .raw(answer, then: .close) }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    for times in 1...20 {
      #expect(await outcome(client, HTTPRequest(.post, server.url, body: [1])) == nil)
      await server.until { $0.openConnections == 0 }
      #expect(server.statistics.connections == times)
    }
  }

  @Test func letGoAClientClosesItsConnections() async throws {
    let server = try ModelServer { _ in .text("x") }
    defer { server.close() }
    do {
      let client = try HTTPClient()
      #expect(try await client.send(HTTPRequest(.get, server.url)).status == 200)
    }
    await server.until { $0.openConnections == 0 }
  }

  @Test func thousandsShareAFewConnections() async throws {
    let server = try ModelServer { request in .init(200, body: request.body) }
    defer { server.close() }
    let client = try HTTPClient(HTTPClientOptions(maxConnectionsPerHost: 8))
    defer { client.close() }
    let wrong = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<2000 {
        group.addTask {
          let body = Array("request \(number)".utf8)
          return (try? await client.send(HTTPRequest(.post, server.url, body: body)))?.body != body
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(wrong == 0)
    #expect(server.statistics.requests == 2000)
    #expect(server.statistics.connections <= 8)
    #expect(server.statistics.mostInFlight <= 8)
  }

  /// Ends of every kind, mixed, some of them cancelled at any moment: none is lost, none gets the answer of another.
  @Test func everySendEndsOnce() async throws {
    let server = try ModelServer { request in
      let number = Int(String(decoding: request.body, as: UTF8.self)) ?? 0
      let faults: [ModelServer.Fault?] = [nil, .close, nil, .reset, .halfBody, nil, .cutChunk, .hang, .garbage, nil]
      let answer = ModelServer.Reply(200, body: request.body)
      return faults[number % 10].map { answer.with($0) } ?? answer
    }
    defer { server.close() }
    let client = try HTTPClient(HTTPClientOptions(maxConnectionsPerHost: 64))
    defer { client.close() }
    let kinds = await withTaskGroup(of: (Int, HTTPFailure.Kind?).self) { group in
      for number in 0..<3000 {
        group.addTask {
          var request = HTTPRequest(.post, server.url, body: Array("\(number)".utf8))
          request.timeouts.firstByteMilliseconds = 20_000
          let task = Task { await outcome(client, request, expecting: request.body) }
          // What hangs is cancelled, and a few others at the moment at which they are submitted.
          if number % 10 == 7 || number % 31 == 0 { task.cancel() }
          return (number, await task.value)
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for number in 0..<3000 {
      let accepted: Set<HTTPFailure.Kind?> =
        switch number % 10 {
        case 0, 2, 5, 9: [nil]
        case 8: [.badResponse]
        case 7: []
        default: [.closed]
        }
      let isCancelled = number % 10 == 7 || number % 31 == 0
      let kind = kinds[number] ?? nil
      #expect(accepted.contains(kind) || isCancelled && kind == .cancelled, "\(number): \(String(describing: kind))")
    }
    #expect(server.statistics.mostInFlight <= 64)
  }

  @Test func aKeptConnectionThatClosesIsToldAndNothingIsSentTwice() async throws {
    let server = try ModelServer { $0.ordinal == 2 ? .fault(.close) : .text("x") }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let request = HTTPRequest(.post, server.url, body: [1])
    #expect(await outcome(client, request) == nil)
    let failure = await #expect(throws: HTTPFailure.self) { try await client.send(request) }
    #expect(failure?.kind == .closed)
    #expect(failure?.message.contains("kept connection") == true)
    #expect(server.statistics.requests == 2)
    #expect(await outcome(client, request) == nil)
  }
}

/// The kind of the failure; nil: there is an answer, with the body that was expected where one was.
private func outcome(
  _ client: HTTPClient, _ request: HTTPRequest, expecting body: [UInt8]? = nil
) async -> HTTPFailure.Kind? {
  do throws(HTTPFailure) {
    let response = try await client.send(request)
    if let body, response.body != body { Issue.record("the answer of another request") }
    return nil
  } catch {
    return error.kind
  }
}
