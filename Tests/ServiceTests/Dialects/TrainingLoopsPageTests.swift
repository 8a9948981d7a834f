import Configuration
import CupelTesting
import Documents
import Foundation
import JSON
import Judging
import Testing

@testable import Service

/// docs/training-loops.md is run: its configuration makes the routes, and each request on it gets the answer below it.
@Suite struct TrainingLoopsPageTests {
  /// The fenced blocks of a language, in order.
  private func blocks(_ language: String) throws -> [String] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").path
    let page = try String(contentsOfFile: root + "/docs/training-loops.md", encoding: .utf8)
    return page.components(separatedBy: "\n```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }

  private func judge() -> ScriptedJudge {
    ScriptedJudge { call in
      let texts = call.messages.flatMap(\.parts).compactMap { (part) -> String? in
        if case .text(let text) = part { text } else { nil }
      }
      let words = texts.joined()
      guard let end = words.firstMatch(of: /is ([45])\./)?.1 else { return .text("Hm.") }
      return .text("<think>2 + 2</think>" + String(repeating: "<answer>\(end == "4" ? 9 : 2)</answer>", count: 4))
    }
  }

  @Test func everyExampleHolds() async throws {
    let document = try Document.parse(Array(blocks("yaml")[0].utf8), name: "cupel.yaml")
    let configuration = try Configuration(document)
    let engine = Engine(TestBench.generation(["default": judge()], configuration: configuration), metrics: Metrics())
    let routes = try configuration.serve.routes.map { try Route($0, engine) }
    for route in routes { try route.check(in: engine.generation) }
    let front = Front(routes.map(\.endpoint))
    let exchanges = try blocks("http")
    try #require(exchanges.count == 12)
    for index in stride(from: 0, to: exchanges.count, by: 2) {
      let request = exchanges[index].components(separatedBy: "\n\n")
      let answer = exchanges[index + 1].components(separatedBy: "\n\n")
      let head = answer[0].components(separatedBy: "\n")
      let headers = head.dropFirst().map { line in
        let pieces = line.components(separatedBy: ": ")
        return (pieces[0], JSONValue.string(pieces[1]))
      }
      let row: JSONValue = [
        "name": .string(request[0]), "path": .string(String(request[0].dropFirst("POST ".count))),
        "text": .string(request[1]), "status": .int(Int64(head[0]) ?? 0),
        "answer": try JSONParser.parse(answer[1]), "answer_headers": .object(JSONObject(headers)),
      ]
      let asked = try RequestRow(JSONReader(row))
      let came = try await front.ask(asked)
      try asked.check(came, request[0])
      // Nothing is left out on the page but what stands as …
      if came.status == 200 { #expect(try JSONParser.parse(came.body) == JSONParser.parse(answer[1])) }
    }
  }
}
