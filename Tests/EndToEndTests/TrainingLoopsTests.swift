import CupelTesting
import Foundation
import HTTP
import JSON
import Testing

/// docs/training-loops.md by the program: its configuration is served, with a scripted model server behind the judge, and each request on
/// it gets the answer below it.
@Suite(.oneAtATime) struct TrainingLoopsTests {
  let scratch = Scratch()

  /// The fenced blocks of a language, in order.
  private func blocks(_ language: String) throws -> [String] {
    let page = try String(contentsOfFile: Program.repository + "/docs/training-loops.md", encoding: .utf8)
    return page.components(separatedBy: "\n```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }

  /// Four is right.
  @Sendable private static func reply(_ request: ModelServer.Request) -> ModelServer.Reply {
    let text = String(decoding: request.body, as: UTF8.self)
    guard let end = text.firstMatch(of: /is ([45])\./)?.1 else { return .chat("Hm.", for: request) }
    return .chat(String(repeating: "<answer>\(end == "4" ? 9 : 2)</answer>", count: 4), for: request)
  }

  @Test func everyExampleHolds() async throws {
    let model = try ModelServer(script: Self.reply)
    defer { model.close() }
    let yaml = try #require(try blocks("yaml").first)
    try #require(yaml.contains("http://127.0.0.1:8000/v1"))
    scratch.write("cupel.yaml", yaml.replacing("http://127.0.0.1:8000/v1", with: "\(model.url)/v1"))
    let served = try await Served(in: scratch)
    let exchanges = try blocks("http").map { $0.components(separatedBy: "\n\n") }
    try #require(exchanges.count == 12)
    for index in stride(from: 0, to: exchanges.count, by: 2) {
      let (request, answer) = (exchanges[index], exchanges[index + 1])
      let came = try await served.ask(String(request[0].dropFirst("POST ".count)), request[1])
      let head = answer[0].components(separatedBy: "\n")
      #expect(came.status == Int(head[0]), "\(request[0]): \(came.text)")
      for line in head.dropFirst() {
        let field = line.components(separatedBy: ": ")
        #expect(came.headers.contains { $0.name == field[0] && $0.value == field[1] }, "\(request[0]): \(line)")
      }
      let expected = try JSONParser.parse(answer[1])
      if came.status == 200 {
        #expect(came.json == expected, "\(request[0]): \(came.text)")
      } else {
        #expect(came.json["error"]?["code"] == expected["error"]?["code"])
      }
    }
    #expect(await served.stop().status == 0)
  }
}
