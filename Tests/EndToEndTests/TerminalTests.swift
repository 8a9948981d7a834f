import Batch
import Testing

@testable import Audits
@testable import cupel

/// What people see: numbers, tables and the line that tells how far a run is.
@Suite struct TerminalTests {
  static let fixed: [(value: Double, digits: Int, text: String)] = [
    (0, 3, "0.000"), (0.5, 0, "1"), (0.0005, 3, "0.001"), (0.9996, 3, "1.000"), (-0.0004, 3, "0.000"),
    (-1.25, 1, "-1.3"),
    (1234.5, 2, "1234.50"), (7.005, 1, "7.0"), (1e300, 3, "1e+300"), (.infinity, 1, "inf"),
  ]

  @Test(arguments: fixed) func numbers(value: Double, digits: Int, text: String) {
    #expect(Number.fixed(value, digits) == text)
  }

  @Test(arguments: [(0.0, "0:00"), (59.6, "1:00"), (3599, "59:59"), (3725, "1:02:05"), (-3, "0:00")])
  func durations(seconds: Double, text: String) {
    #expect(Number.duration(seconds: seconds) == text)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-12_345_678, "-12,345,678")])
  func groups(number: Int, text: String) {
    #expect(Number.grouped(number) == text)
  }

  @Test func tablesAreAligned() {
    var table = Table([("name", .left), ("n", .right), ("note", .left)])
    table.add(["häufig", "12"])
    table.add(["x", "3", "late", "beyond"])
    #expect(table.lines == ["name     n  note", "häufig  12", "x        3  late"])
  }

  static let allowances: [(text: String, unscored: Int, items: Int, isExceeded: Bool)] = [
    ("0", 0, 10, false), ("0", 1, 10, true), ("3", 3, 10, false), ("10%", 1, 10, false), ("10%", 2, 10, true),
    ("0%", 0, 0, false), ("100%", 10, 10, false), ("2.5%", 1, 40, false),
  ]

  @Test(arguments: allowances) func allowance(text: String, unscored: Int, items: Int, isExceeded: Bool) throws {
    let allowance = try #require(UnscoredAllowance(argument: text))
    #expect(allowance.isExceeded(by: unscored, of: items) == isExceeded)
  }

  @Test(arguments: ["", "-1", "1.5", "101%", "-1%", "nan%", "%", "x"]) func refusesAllowances(text: String) {
    #expect(UnscoredAllowance(argument: text) == nil)
  }

  @Test func progressSaysWhatIsKnown() {
    var progress = BatchRun.Progress(summary: BatchSummary(), fraction: 0.25)
    #expect(
      ProgressLine.text(progress, elapsed: 60, bar: true)
        == "[======                  ]  25%  0 judged  0 unscored  0.0/min  ETA 3:00")
    progress = BatchRun.Progress(summary: BatchSummary(), fraction: nil)
    #expect(ProgressLine.text(progress, elapsed: 0, bar: true) == "0 judged  0 unscored")
    progress = BatchRun.Progress(summary: BatchSummary(), fraction: 1)
    #expect(ProgressLine.text(progress, elapsed: 60, bar: false) == "100%  0 judged  0 unscored  0.0/min")
  }

  @Test func progressOfAnAuditIsDrawn() {
    let progress = AuditRun.Progress(done: 30, total: 120, calls: 70, unscored: 2)
    #expect(
      AuditProgressLine.text(progress, elapsed: 60, bar: true)
        == "[======                  ]  25%  30 of 120 judged  70 calls  2 unscored  ETA 3:00")
    #expect(
      AuditProgressLine.text(progress, elapsed: 60, bar: false)
        == "25%  30 of 120 judged  70 calls  2 unscored  ETA 3:00")
  }
}
