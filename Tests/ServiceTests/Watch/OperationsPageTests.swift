import Configuration
import CupelTesting
import Foundation
import JSON
import Synchronization
import Testing

@testable import Service

/// docs/operations.md says what there is.
@Suite struct OperationsPageTests {
  private let page: String

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    page = try String(contentsOf: root.appending(path: "docs/operations.md"), encoding: .utf8)
  }

  /// Metrics by their names, with the labels that the table gives them.
  private func metrics() -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    for line in page.split(separator: "\n") where line.hasPrefix("| `cupel_") || line.hasPrefix("| `process_") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      let labels = Set(cells[2].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
      for name in cells[1].matches(of: /`([a-z_]+)`/).map({ String($0.output.1) }) {
        #expect(found.updateValue(labels, forKey: name) == nil, "\(name) stands there twice")
      }
    }
    return found
  }

  @Test func everyMetricIsInTheTable() async throws {
    let bench = try WatchBench(
      routes: [DialectBench.route("/rm", "slime", .neutral(0.5))])
    try await bench.post(
      "/v1/judge", MetricsTests.body([WatchBench.item("a", ["3", "timeout"])], [("run", "r")]))
    try await bench.post("/rm", ["prompt": "How?", "response": "worth timeout"])
    _ = try await bench.get("/metrics")
    let stated = metrics()
    let exported = try await bench.page().families
    #expect(Set(stated.keys) == Set(exported.map(\.name)))
    for family in exported {
      let labels = Set(family.samples.flatMap(\.labels.keys)).subtracting(["le"])
      let known = stated[family.name] ?? []
      guard !family.samples.isEmpty, family.name.hasPrefix("cupel_log") == false else { continue }
      #expect(labels == known, "\(family.name)")
    }
  }

  // MARK: The request log

  /// The blocks of JSON on the page: a request, and its line.
  private func blocks() throws -> [JSONValue] {
    try page.components(separatedBy: "\n```json\n").dropFirst().map {
      try JSONParser.parse($0.components(separatedBy: "\n```")[0])
    }
  }

  @Test func theLineOfTheExampleIsAsShown() async throws {
    let seen = Mutex<[Answered]>([])
    let bench = try WatchBench { answered in seen.withLock { $0.append(answered) } }
    let blocks = try blocks()
    try #require(blocks.count == 2)
    let headers = page.matches(of: /`(X-Request-ID|traceparent): ([^`]+)`/).map {
      (String($0.output.1), String($0.output.2))
    }
    try #require(headers.count == 2)
    let came = try await bench.post("/v1/judge", blocks[0], headers: Dictionary(uniqueKeysWithValues: headers))
    #expect(came.status == 200)
    let answered = try #require(seen.withLock { $0.first })
    let line = try JSONParser.parse(LogLine(maxTextBytes: nil).bytes(answered, at: LogLineTests.time))
    #expect(line.object?.keys == blocks[1].object?.keys)
    // What differs from one time to the next.
    let free = ["span_id", "queue_ms", "judge_ms", "total_ms", "bytes_in", "bytes_out"]
    for (name, value) in blocks[1].object?.members.map({ ($0.key, $0.value) }) ?? [] where !free.contains(name) {
      #expect(line[name] == value, "\(name)")
    }
  }

  @Test func everyMemberOfALineIsInTheTable() throws {
    let section = page.components(separatedBy: "\n## The request log\n")[1]
    var stated: [String] = []
    for row in section.split(separator: "\n") where row.hasPrefix("| `") {
      let cell = row.split(separator: "|")[0]
      stated += cell.matches(of: /`([a-z_]+)`/).map { String($0.output.1) }
    }
    let line = try LogLineTests.line(LogLineTests.fullest(), maxTextBytes: 10)
    #expect(stated.sorted() == line.object?.keys.sorted())
  }

  @Test(.enabled(if: MetricsTests.promtool != nil, "needs promtool (Debian: prometheus)"))
  func whatToBeWokenByIsARuleOfPrometheus() throws {
    let alerts = page.components(separatedBy: "### What to be woken by")[1].components(separatedBy: "\n## ")[0]
    let rules = alerts.matches(of: /\n\| `([^`]+)` \|/).map { $0.output.1 }
    #expect(rules.count > 8)
    let lines = rules.enumerated().map { "  - {alert: a\($0.offset), expr: '\($0.element)'}" }
    let scratch = EngineScratch()
    let file = scratch.write("rules.yml", "groups:\n- name: cupel\n  rules:\n\(lines.joined(separator: "\n"))\n")
    let check = try ChildProcess.run(
      [MetricsTests.promtool ?? "", "check", "rules", file], deadlineMilliseconds: 60_000)
    #expect(check.end == .exited(0), "\(check.output)\(check.errorOutput)")
  }

  @Test func whatToBeWokenByAsksForWhatThereIs() throws {
    let known = metrics().keys
    let alerts = page.components(separatedBy: "### What to be woken by")[1]
    let named = Set(alerts.matches(of: /cupel_[a-z_]+/).map { String($0.output) })
    #expect(named.count > 8)
    for name in named { #expect(known.contains(name), "\(name)") }
  }
}
