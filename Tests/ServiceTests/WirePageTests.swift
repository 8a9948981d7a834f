import Configuration
import Foundation
import HTTPServing
import JSON
import Testing

@testable import Service

/// docs/wire.md is run: its requests are sent, and give its answers.
@Suite struct WirePageTests {
  /// A block of the page: its first line after the fence, and the rest.
  private struct Block {
    let heading: String
    let text: String
  }

  private func blocks() throws -> [Block] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/wire.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    return page.components(separatedBy: "```").enumerated().filter {
      $0.offset % 2 == 1 && $0.element.hasPrefix("json")
    }
    .map { block in
      let lines = block.element.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      return Block(heading: String(lines[0]), text: lines.count > 1 ? String(lines[1]) : "")
    }
  }

  @Test func everyExampleHolds() async throws {
    let scratch = EngineScratch()
    var configuration = Configuration()
    configuration.serve.jobs.directory = scratch("jobs")
    let engine = Engine(Generation(Workbench(configuration)), metrics: Metrics())
    let premises = try #require(try JobOffice.Premises(configuration.serve.jobs))
    let office = JobOffice(premises, engine)
    office.jobs.begin()
    let front = Front(MethodTable(engine, ServeSettings(), version: "1.2.3", office: office).endpoints)
    var job = ""
    let schemas = try await DocumentSchemas(front)
    let blocks = try blocks()
    try #require(blocks.count == 28)
    for pair in stride(from: 0, to: blocks.count, by: 2) {
      let heading = blocks[pair].heading
      while heading.contains("/ID"), try office.jobs.find(job, "calibration").state.isOver == false {
        await Task.yield()
      }
      // The id is made when the job is; the page says where it is to stand.
      let question = Block(heading: heading.replacing("/ID", with: "/\(job)"), text: blocks[pair].text)
      let row = try row(question, blocks[pair + 1])
      let came = try await front.ask(row)
      job = (try? JSONParser.parse(came.body))?["id"]?.string ?? job
      try row.check(came, "docs/wire.md")
      try schemas.check(came, to: row)
    }
  }

  private func row(_ question: Block, _ answer: Block) throws -> RequestRow {
    let words = question.heading.split(separator: " ").map(String.init)
    try #require(words.count >= 3, "\(question.heading)")
    let status = try #require(Int(answer.heading.split(separator: " ").last ?? ""), "\(answer.heading)")
    let name = "\(question.heading): \(question.text.prefix(60))"
    var row = JSONObject([("name", .string(name)), ("method", .string(words[1])), ("path", .string(words[2]))])
    if words[1] == "POST" { row["json"] = try JSONParser.parse(question.text) }
    if words.count > 3 { row["headers"] = ["Accept": "application/x-ndjson"] }
    row["status"] = .int(Int64(status))
    if answer.heading.hasPrefix("jsonl") {
      row["lines"] = .array(try answer.text.split(separator: "\n").map { try JSONParser.parse(String($0)) })
    } else {
      row["answer"] = try JSONParser.parse(answer.text)
    }
    return try RequestRow(JSONReader(.object(row)))
  }

  /// Every code of a fault stands on the page with its status.
  @Test func everyFaultIsOnThePage() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/wire.md")
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }
    for code in Fault.Code.allCases {
      let row = rows.first { row in
        let cells = row.split(separator: "|")
        return cells.count == 3 && cells[0].contains("`\(code.rawValue)`") && Int(cells[1].filter { $0 != " " }) != nil
      }
      #expect(row?.contains("| \(Fault(code, "").status) |") == true, "\(code.rawValue)")
    }
  }
}
