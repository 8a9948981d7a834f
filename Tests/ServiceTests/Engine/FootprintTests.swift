import Configuration
import CupelTesting
import Foundation
import Service
import Testing
import Wire

/// What a judgment costs that waits. Memory of the process is measured, which other tests use too: run it alone.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["CUPEL_FOOTPRINT"] != nil, "measures memory; set CUPEL_FOOTPRINT"),
  .serialized)
struct FootprintTests {
  static func resident() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return (Int(status[1]) ?? 0) * 4096
  }

  /// Ten thousand items, in so many requests, with so many of them at the judge.
  @Test(arguments: [(1, 64), (10_000, 64), (1, 10_000), (10_000, 10_000)])
  func tenThousandTakeLittle(_ requests: Int, _ inFlight: Int) async throws {
    let gate = Gate()
    let judge = ScriptedJudge { .after(gate, EngineBench.answer($0)) }
    let bench = EngineBench(judge) { ($0.maxInFlight, $0.maxWaiting, $0.cacheBytes) = (inFlight, 20_000, nil) }
    let first = try bench.ask(EngineBench.items(["first"]))
    await gate.untilWaiting(1)
    let before = try Self.resident()
    let items = EngineBench.items(0..<10_000)
    let size = items.count / requests
    let asked = try (0..<requests).map { try bench.ask(Array(items[$0 * size..<($0 + 1) * size])) }
    await gate.untilWaiting(min(inFlight, 10_001))
    let each = (try Self.resident() - before) / 10_000
    print("footprint: \(requests) requests, \(inFlight) in flight: \(each) bytes each")
    #expect(each < (inFlight == 64 ? 8_000 : 64_000))
    gate.open()
    #expect(await first.value.count == 1)
    for task in asked { #expect(await task.value.count == size) }
  }
}
