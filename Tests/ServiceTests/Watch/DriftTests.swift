import Calibration
import Configuration
import CupelTesting
import JSON
import Judging
import Synchronization
import Testing
import Wire

@testable import Service

/// A calibrated judge whose numbers leave what it was fitted on, and come back.
@Suite(.timeLimit(.minutes(10))) struct DriftTests {
  /// Ten bins that were equally full, from 0 to 1.
  private func usual() throws -> UsualValues {
    let edges: [JSONValue] = (1..<10).map { .number(Double($0) / 10) }
    let histogram: JSONValue = ["edges": .array(edges), "shares": .array(Array(repeating: 0.1, count: 10))]
    let promise: JSONValue = [
      "cupel_calibration": 1, "judge": ["format": "pointwise", "rubric": "r@1", "sampling": "{}"],
      "rules": ["label": "pass", "pass_at": 3], "source": "samples",
      "confidence": ["kind": "temperature", "temperature": 1],
      "usual": ["confidence": histogram, "verdict": histogram],
      "promise": [:], "warnings": [],
    ]
    return try JudgeCalibration(JSONReader(promise)).usual
  }

  private func judgment(_ verdict: Double, _ confidence: Double?, by calibration: String = "sha256:1") -> Calibrated {
    Calibrated(
      by: calibration,
      .responses([
        .init(
          score: 0.5, interval: nil, confidence: confidence, abstains: nil,
          given: .init(verdict: verdict, confidence: confidence))
      ]))
  }

  /// Values that go round all bins.
  private func even(_ index: Int) -> Double { (Double(index % 10) + 0.5) / 10 }

  @Test func isSaidOnceEachTime() throws {
    let usual = try usual()
    var tally = CalibrationTally()
    var said: [CalibrationTally.Drift] = []
    for index in 0..<1000 { said += tally.add(judgment(even(index), even(index)), usual) }
    #expect(said.isEmpty)
    // The confidences gather at the top; verdicts stay as they were.
    for index in 0..<2000 { said += tally.add(judgment(even(index), 0.95), usual) }
    #expect(said.map(\.number) == [.confidence] && said.map(\.hasDrifted) == [true])
    #expect(said.allSatisfy { $0.index > 0.25 && $0.index < 1 && $0.calibration == "sha256:1" })
    for index in 0..<2000 { said += tally.add(judgment(even(index), even(index)), usual) }
    #expect(said.map(\.hasDrifted) == [true, false])
    #expect(said.last.map { $0.index < 0.2 } == true)
  }

  /// Nothing is said of few values, nor of another calibration's.
  @Test func fewValuesAndOtherCalibrationsSayNothing() throws {
    let usual = try usual()
    var tally = CalibrationTally()
    for _ in 0..<199 { #expect(tally.add(judgment(0.95, 0.95), usual).isEmpty) }
    #expect(!tally.add(judgment(0.95, 0.95), usual).isEmpty)
    for index in 0..<150 { #expect(tally.add(judgment(0.95, 0.95, by: "sha256:2"), usual).isEmpty, "\(index)") }
  }

  @Test func aMissingConfidenceIsNoValue() throws {
    let usual = try usual()
    var tally = CalibrationTally()
    var said: [CalibrationTally.Drift] = []
    for _ in 0..<1000 { said += tally.add(judgment(0.95, nil), usual) }
    #expect(said.map(\.number) == [.verdict])
  }

  @Test func theLineSaysWhatAndWhose() throws {
    let drift = CalibrationTally.Drift(number: .verdict, index: 0.5, hasDrifted: true, calibration: "sha256:1")
    let bytes = LogLine(maxTextBytes: nil).bytes(
      drift, of: WorkTally.Key(rubric: "helpfulness", judge: "teacher"), at: LogLineTests.time)
    #expect(bytes.last == UInt8(ascii: "\n"))
    let expected: JSONValue = [
      "time": "2026-11-21T15:04:05.678Z", "event": "calibration_drift", "rubric": "helpfulness", "judge": "teacher",
      "number": "verdict", "index": 0.5, "drifted": true, "calibration": "sha256:1",
    ]
    #expect(try JSONParser.parse(bytes) == expected)
  }

  /// From a judgment to whoever is to be told.
  @Test func aJudgeThatMovesIsTold() async throws {
    let scratch = EngineScratch()
    let moved = Atomic(false)
    let judge = JobBench.overconfident { call, answer in
      moved.load(ordering: .acquiring) ? .text("<think>fine</think><answer>10</answer>") : answer
    }
    // One after the other: how far the first few hundred differ depends on which they are.
    let bench = try JobBench(judge, in: scratch("jobs")) { $0.maxInFlight = 1 }
    let told = Told()
    bench.engine.metrics.observeDrift { told.add($0, $1) }
    let id = try #require(try await bench.end(of: try await bench.start(JobBench.request(200)))["id"]?.string)
    _ = try await bench.ask("POST", "/v1/calibrations/\(id)/activate", [:])
    #expect(told.all.isEmpty, "a job is no live judgment")
    for isMoved in [false, true] {
      moved.store(isMoved, ordering: .releasing)
      for first in stride(from: isMoved ? 5000 : 1000, to: isMoved ? 5400 : 1400, by: 10) {
        let items = try #require(JobBench.request(10, from: first)["items"])
        let answer = try await bench.ask("POST", "/v1/judge", ["rubric": "made-up", "seed": 0, "items": items])
        #expect(answer["judgments"]?.array?.count == 10)
      }
      #expect(told.all.isEmpty == !isMoved, "\(told.all)")
    }
    #expect(told.all.contains { $0.1.number == .verdict && $0.1.hasDrifted && $0.0.rubric == "made-up" })
    #expect(told.all.count <= 2)
  }
}

/// What was told.
private final class Told: Sendable {
  private let list = Mutex<[(WorkTally.Key, CalibrationTally.Drift)]>([])
  func add(_ key: WorkTally.Key, _ drift: CalibrationTally.Drift) { list.withLock { $0.append((key, drift)) } }
  var all: [(WorkTally.Key, CalibrationTally.Drift)] { list.withLock { $0 } }
}
