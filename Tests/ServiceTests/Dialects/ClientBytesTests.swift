import Foundation
import JSON
import Testing

@testable import Service

/// What the clients of training loops send, byte for byte, over a live port. `make check-clients` runs the clients themselves;
/// Tests/Clients/capture.py writes the fixture.
@Suite(.timeLimit(.minutes(10))) struct ClientBytesTests {
  @Test func everyClientIsAnswered() async throws {
    let live = try LiveFront(DialectBench.front())
    let text = try String(contentsOfFile: "\(RequestRow.fixtures)/clients.json", encoding: .utf8)
    let rows = try JSONReader(JSONParser.parse(text)).array()
    #expect(rows.count == 11)
    for row in rows {
      let name = try row.require("name").string()
      let came = try await live.send(Array(row.require("request").string().utf8))
      #expect(came.status == 200, "\(name): \(came.text)")
      // aiohttp reads no JSON that does not say that it is.
      #expect(came["Content-Type"] == "application/json", "\(name)")
      let answer = try JSONParser.parse(came.body)
      #expect(answer.mismatch(with: try row.require("answer").value) == nil, "\(name): \(came.text)")
    }
  }
}
