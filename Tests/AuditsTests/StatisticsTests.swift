import Calibration
import Glibc
import JSON
import Testing

@testable import Audits

/// The tests and intervals beside those of statsmodels and scipy; generate.py wrote the table.
@Suite struct StatisticsTests {
  private func rows(_ family: String) throws -> [JSONReader] { try Self.rows(family) }

  static func rows(_ family: String) throws -> [JSONReader] {
    let path = String(#filePath.dropLast("StatisticsTests.swift".count)) + "Fixtures/statistics.json"
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    let rows = try JSONReader(try JSONParser.parse(bytes)).require(family).array()
    try #require(!rows.isEmpty)
    return rows
  }

  private func numbers(_ row: JSONReader, _ key: String) throws -> [Double] {
    try row.require(key).array().map { try $0.double() }
  }

  private func isClose(_ got: Double, _ wanted: Double, _ tolerance: Double = 1e-9) -> Bool {
    abs(got - wanted) <= tolerance * max(abs(wanted), 1e-12)
  }

  @Test func mcNemar() throws {
    for row in try rows("mcnemar") {
      let test = McNemar(
        onlyFirst: try row.require("only_first").int(), onlySecond: try row.require("only_second").int())
      #expect(isClose(test.p, try row.require("p").double(), 1e-8), "\(test)")
    }
  }

  @Test func holm() throws {
    for row in try rows("holm") {
      let wanted = try numbers(row, "adjusted")
      for (got, wanted) in zip(Holm.adjusted(try numbers(row, "p")), wanted) { #expect(isClose(got, wanted)) }
    }
    #expect(Holm.adjusted([]).isEmpty)
  }

  static let simes: [(values: [Double], combined: Double)] = [
    ([0.04], 0.04), ([0.01, 0.02, 0.03], 0.03), ([0.01, 0.9], 0.02), ([1, 1], 1), ([0.06, 0.06, 0.06], 0.06),
  ]

  @Test(arguments: simes)
  func severalTestsBecomeOne(values: [Double], combined: Double) throws {
    #expect(isClose(try #require(Simes.combined(values)), combined))
  }

  @Test func wilson() throws {
    for row in try rows("wilson") {
      let (k, n) = (try row.require("successes").int(), try row.require("of").int())
      var shares = Shares()
      for trial in 0..<n { shares.add(trial < k, group: trial) }
      let interval = try #require(shares.estimate(level: try row.require("level").double()).interval)
      #expect(abs(interval.lower - (try row.require("lower").double())) < 1e-9, "\(k) of \(n)")
      #expect(abs(interval.upper - (try row.require("upper").double())) < 1e-9, "\(k) of \(n)")
    }
  }

  @Test func trialsOfOneItemCountAsOne() throws {
    var (alone, several) = (Shares(), Shares())
    for item in 0..<20 {
      alone.add(item < 5, group: item)
      for _ in 0..<4 { several.add(item < 5, group: item) }
    }
    #expect(alone.estimate(level: 0.95) == several.estimate(level: 0.95))
  }

  @Test func newcombe() throws {
    func estimate(_ pair: [Double]) throws -> Estimate {
      try Proportion(Int(pair[0]), of: Int(pair[1])).estimate(level: 0.95)
    }
    for row in try rows("newcombe") {
      let difference = Newcombe.difference(try estimate(numbers(row, "first")), try estimate(numbers(row, "second")))
      let interval = try #require(difference.interval)
      #expect(abs(interval.lower - (try row.require("lower").double())) < 1e-9)
      #expect(abs(interval.upper - (try row.require("upper").double())) < 1e-9)
    }
  }

  @Test func detectableEffect() throws {
    for row in try rows("detectable") {
      let share = DetectableEffect.smallest(
        items: try row.require("items").int(), level: try row.require("level").double(),
        power: try row.require("power").double())
      #expect(isClose(try #require(share.number), try row.require("share").double(), 1e-8))
    }
    #expect(DetectableEffect.smallest(items: 5).reason == .tooFew(of: "items", has: 5, needs: 6))
  }

  @Test func bootstrap() throws {
    var setting = AuditSetting()
    setting.resamples = 20_000
    for row in try rows("bootstrap") {
      var mean = ClusteredMean()
      for (group, cluster) in try row.require("clusters").array().enumerated() {
        for value in try cluster.array() { mean.add(try value.double(), group: group) }
      }
      let estimate = mean.estimate(setting, "test")
      #expect(isClose(try #require(estimate.number), try row.require("mean").double()))
      let interval = try #require(estimate.interval)
      let error = try row.require("error").double()
      #expect(abs(interval.lower - (try row.require("lower").double())) < 0.15 * error)
      #expect(abs(interval.upper - (try row.require("upper").double())) < 0.15 * error)
      #expect(mean.estimate(setting, "test") == estimate)
    }
  }

  @Test func logistic() throws {
    for row in try rows("logistic") {
      let trials = zip(try numbers(row, "x"), try numbers(row, "y")).map { (x: $0, happened: $1 == 1) }
      let fit = LogisticFit(trials, level: try row.require("level").double())
      let interval = try #require(fit.slope.interval)
      let found = [
        try #require(fit.intercept.number), try #require(fit.slope.number), interval.lower, interval.upper,
        try #require(fit.p),
      ]
      for (found, name) in zip(found, ["intercept", "slope", "lower", "upper", "p"]) {
        #expect(abs(found - (try row.require(name).double())) < 1e-6, "\(name) of \(trials.count)")
      }
    }
  }

  static let unfit: [(trials: [(x: Double, happened: Bool)], reason: String)] = [
    ([], "0 trials, at least 2 needed"), ([(0.5, true), (0.6, true)], "every outcome is yes"),
    ([(0.5, true), (0.5, false)], "the numbers do not vary"),
    ([(0.5, true), (0.9, false)], "the best parameters are infinite"),
    ([(0.5, true), (0.5, false), (0.9, false)], "the best parameters are infinite"),
  ]

  @Test(arguments: unfit) func withoutAFitThereIsNoSlope(trials: [(x: Double, happened: Bool)], reason: String) {
    let fit = LogisticFit(trials, level: 0.95)
    #expect(fit.slope.number == nil && fit.p == nil)
    #expect(fit.slope.reason?.description.contains(reason) == true, "\(fit.slope)")
  }

  @Test func nothingIsNoNumber() {
    #expect(Shares().estimate(level: 0.95).number == nil)
    #expect(ClusteredMean().estimate(AuditSetting(), "").number == nil)
  }
}
