import CupelTesting
import Glibc
import JSON
import Testing

/// The example of docs/testing.md stands here, and works.
@Suite(.timeLimit(.minutes(10)))
struct PageTests {
  @Test func theExampleWorks() throws {
    let server = try ModelServer { request in
      switch (request.path, request.times) {
      case ("/v1/models", _): .models("tiny", maxLength: 4096)
      case (_, 1): .error(429, "slow down", retryAfter: "1")
      case (_, 2): .fault(.halfBody)
      default: .chat("[[A]]", for: request)
      }
    }
    defer { server.close() }

    let client = try RawClient(server)
    client.post("", to: "/v1/models")
    #expect(client.response()?.text.contains("tiny") == true)
    client.post(#"{"n": 3}"#)
    #expect(client.response()?.status == 429)
    client.post(#"{"n": 3}"#)
    #expect(client.response()?.isComplete == false)
    let next = try RawClient(server)
    next.post(#"{"n": 3}"#)
    let completion = try JSONParser.parse(try #require(next.response()).body)
    #expect(completion["choices"]?.array?.count == 3)
  }

  @Test func thePageShowsThisExample() throws {
    let page = try lines("../../docs/testing.md"), source = try lines("PageTests.swift")
    let start = try #require(page.firstIndex(of: "```swift"))
    let example = page[(start + 1)...].prefix { $0 != "```" }
    #expect(example.count == 9)
    for line in example { #expect(source.contains("    " + line)) }
  }

  private func lines(_ path: String) throws -> [String] {
    let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let file = try #require(fopen("\(folder)/\(path)", "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
  }
}
