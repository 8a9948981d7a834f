import CupelTesting
import JSON
import Testing

/// What a client sees of each fault, byte by byte.
@Suite(.timeLimit(.minutes(10)))
struct FaultTests {
  /// Everything that comes in answer to one request, and whether the connection was closed and not reset.
  private func outcome(_ reply: ModelServer.Reply) throws -> (text: String, isClosed: Bool) {
    let server = try ModelServer { _ in reply }
    defer { server.close() }
    let client = try RawClient(server)
    client.post(#"{"n": 1}"#, to: "/v1/chat/completions", "Connection: close\r\n")
    return client.readAll()
  }

  private func response(_ reply: ModelServer.Reply) throws -> RawResponse {
    try #require(RawResponse(Array(try outcome(reply).text.utf8)))
  }

  @Test(arguments: [
    (ModelServer.Fault.close, "", true), (.refuse, "", true), (.reset, "", false),
    (.resetInBody, "HTTP/1.1 200 OK", false),
    (.garbage, "\r", true),
  ])
  func endsTheConnection(fault: ModelServer.Fault, beginning: String, isClosed: Bool) throws {
    let outcome = try outcome(.fault(fault))
    #expect(outcome.isClosed == isClosed)
    if isClosed { #expect(outcome.text.hasPrefix(beginning)) }
    #expect(outcome.text.isEmpty == beginning.isEmpty || !isClosed)
  }

  @Test func cutsBodies() throws {
    let whole = try response(.chat("[[A]]"))
    let half = try response(.fault(.halfBody))
    #expect(half.headers["content-length"] == "\(whole.body.count)")
    #expect(half.body == Array(whole.body.prefix(whole.body.count / 2)))
    let halfJSON = try response(.fault(.halfJSON))
    #expect(halfJSON.isComplete)
    #expect(throws: JSONError.self) { try JSONParser.parse(halfJSON.body) }
    #expect(try response(.fault(.chunked)).text.hasSuffix("\r\n0\r\n\r\n"))
    let unended = try response(.fault(.missingLastChunk)).text
    #expect(unended.hasSuffix("}\r\n"))
    #expect(try response(.fault(.cutChunk)).text.count < unended.count - 10)
    #expect(try response(.fault(.emptyBody)).body.isEmpty)
    #expect(try response(.fault(.byteByByte)).body == whole.body)
  }

  @Test func answersWithOtherContents() throws {
    #expect(try response(.fault(.htmlPage)).text.hasPrefix("<html>"))
    #expect(try response(.fault(.htmlBadGateway)).status == 502)
    #expect(try JSONParser.parse(response(.fault(.errorWith200)).body)["error"]?["message"] == "the engine is dead")
    let elsewhere = try response(.fault(.redirectElsewhere))
    #expect(elsewhere.status == 302)
    #expect(elsewhere.headers["location"] == "http://elsewhere.invalid/v1/chat/completions")
    #expect(try response(.fault(.redirectLoop)).headers["location"] == "/v1/chat/completions")
    #expect(try JSONParser.parse(response(.fault(.fewerChoices)).body)["choices"] == [])
    let tokens = ModelServer.ChatCompletion([
      .init("A", logprobs: [.init("A", -0.1, top: [("A", -0.1), ("B", -2.4)])])
    ])
    let completion = try JSONParser.parse(response(.chat(tokens)).body)
    let token = completion["choices"]?.array?.first?["logprobs"]?["content"]?.array?.first
    #expect(token?["top_logprobs"]?.array?.map { $0["token"] } == ["A", "B"])
    let without = try JSONParser.parse(response(.chat(tokens).with(.noLogprobs)).body)
    #expect(without["choices"]?.array?.first?["logprobs"] == .null)
  }

  @Test func sendsBytesThatAreNoText() throws {
    let server = try ModelServer { .fault($0.ordinal == 1 ? .invalidUTF8 : .unaskedGzip) }
    defer { server.close() }
    let client = try RawClient(server)
    client.post("{}")
    let invalid = try #require(client.response())
    #expect(String(validating: invalid.body, as: UTF8.self) == nil)
    client.post("{}")
    let packed = try #require(client.response())
    #expect(packed.headers["content-encoding"] == "gzip")
    // One stored block: ten bytes of header, five of the block's own.
    #expect(packed.body.starts(with: [0x1F, 0x8B, 8]))
    #expect(throws: Never.self) { try JSONParser.parse(Array(packed.body.dropFirst(15).dropLast(8))) }
  }

  @Test(arguments: [ModelServer.Fault.hang, .stallAfterHead])
  func staysSilentUntilTheClientGoes(fault: ModelServer.Fault) async throws {
    let server = try ModelServer { _ in .fault(fault) }
    defer { server.close() }
    let client = try RawClient(server)
    client.post("{}")
    if fault == .stallAfterHead { #expect(RawResponse(client.read() ?? [])?.body.isEmpty == true) }
    await server.until { $0.inFlight == 1 }
    client.close()
    await server.until { $0.openConnections == 0 }
    #expect(server.statistics.abandoned == 1)
  }

  @Test func streamsMoreThanAnybodyHolds() async throws {
    let server = try ModelServer { .fault($0.ordinal == 1 ? .hugeBody : .hugeHead) }
    defer { server.close() }
    for length in ["1073741824", nil] {
      let client = try RawClient(server)
      client.post("{}")
      var count = 0
      var head: [UInt8] = []
      while count < 8 << 20, let more = client.read(), !more.isEmpty {
        if head.count < 1024 { head += more }
        count += more.count
      }
      #expect(count >= 8 << 20)
      #expect(length == nil || RawResponse(head)?.headers["content-length"] == length)
      client.close()
    }
    await server.until { $0.openConnections == 0 }
    #expect(server.statistics.abandoned == 2)
  }

  @Test(arguments: ModelServer.Dialect.allCases)
  func writesErrorsInEveryDialect(dialect: ModelServer.Dialect) throws {
    let reply = try response(.error(400, "too long", dialect: dialect))
    #expect(reply.status == 400)
    #expect(reply.text.contains("too long"))
    if dialect != .plain { #expect(throws: Never.self) { try JSONParser.parse(reply.body) } }
  }

  @Test func writesTheRepliesOfScoringServers() throws {
    func data(_ reply: ModelServer.Reply) throws -> JSONValue? {
      try JSONParser.parse(response(reply).body)["data"]?.array?.first
    }
    #expect(try data(.models("m", maxLength: 512))?["max_model_len"] == 512)
    #expect(try data(.classify([[2.5]]))?["probs"] == [2.5])
    #expect(try data(.score([0.5]))?["score"] == 0.5)
    #expect(try data(.pooling([[0.5]]))?["data"] == [0.5])
    #expect(try data(.pooling(perToken: [[[0.5], [1.5]]]))?["data"] == [[0.5], [1.5]])
    #expect(try data(.embeddings([[2.5]]))?["embedding"] == [2.5])
    let ranked = try JSONParser.parse(response(.rerank([0.1, 0.9])).body)["results"]?.array
    #expect(ranked?.map { $0["index"] } == [1, 0])
    #expect(try response(.json(["x": .number(.nan)])).status == 500)
  }
}
