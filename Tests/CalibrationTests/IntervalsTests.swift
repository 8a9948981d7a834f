import JSON
import Testing

@testable import Calibration

@Suite struct IntervalsTests {
  @Test func agreeWithReferences() throws {
    try compare("intervals", atLeast: 70) { row in
      let level = try row.options.double("level")
      func share() throws -> Proportion { try Proportion(row.options.int("successes"), of: row.options.int("count")) }
      func ends(_ interval: Interval) -> [Double?] { [interval.lower, interval.upper] }
      func distribution() throws -> [Double] { try row.data.doubles("distribution") }
      switch row.measure {
      case "wilson": return ends(try share().wilson(level: level))
      case "clopper_pearson": return ends(try share().clopperPearson(level: level))
      case "percentile": return ends(Bootstrap.percentile(try distribution(), level: level))
      case "bca":
        return ends(
          Bootstrap.bca(
            try distribution(), observed: try row.data.double("observed"), jackknife: try row.data.doubles("jackknife"),
            level: level))
      default: throw UnknownMeasure(name: row.measure)
      }
    }
  }

  @Test func sharesThatAreNone() throws {
    #expect(try Proportion(0, of: 0).estimate().reason == .tooFew(of: "trials", has: 0, needs: 1))
    #expect(throws: CalibrationError("4 of 3 is no share; accepted: 0 to the number of trials")) {
      try Proportion(4, of: 3)
    }
    #expect(throws: CalibrationError.self) { try Proportion(-1, of: 3) }
    #expect(throws: CalibrationError.self) { try Bootstrap(level: 1) }
    #expect(throws: CalibrationError.self) { try Bootstrap(level: .nan) }
    #expect(throws: CalibrationError.self) { try Bootstrap(resamples: 3) }
  }

  /// Rows of one item that are copies of each other carry no more than one of them: the interval must not shrink.
  @Test func clustersAreDrawnWhole() throws {
    var randomness = Randomness(seed: 3, purpose: "test")
    let values = (0..<60).map { _ in randomness.normal() }
    let copied = values.flatMap { [$0, $0, $0, $0] }
    let bootstrap = try Bootstrap(resamples: 400, isAccelerated: false)
    func mean(_ values: [Double]) -> ([Int]) -> Estimate { { rows in .value(rows.map { values[$0] }.mean) } }
    let once = bootstrap.estimate(groups: (0..<60).map(String.init), mean(values))
    let clustered = bootstrap.estimate(groups: (0..<240).map { String($0 / 4) }, mean(copied))
    let loose = bootstrap.estimate(groups: (0..<240).map(String.init), mean(copied))
    let width = try #require(once.interval?.halfWidth)
    #expect(try abs(#require(clustered.interval?.halfWidth) - width) < 1e-12)
    #expect(try #require(loose.interval?.halfWidth) < 0.6 * width)
    #expect(bootstrap.estimate(groups: (0..<60).map(String.init), mean(values)) == once)
  }

  @Test func noIntervalWhereNoneCanBeTold() throws {
    let bootstrap = try Bootstrap(resamples: 200)
    let one = bootstrap.estimate(groups: ["a", "a"]) { _ in .value(1) }
    #expect(one == .value(1, nil))
    let undefined = bootstrap.estimate(groups: ["a", "b"]) { _ in .undefined(.oneClass("true")) }
    #expect(undefined == .undefined(.oneClass("true")))
    // Half of the drawn sets have no value.
    let rare = bootstrap.estimate(groups: ["a", "b"]) { rows in
      Set(rows).count == 2 ? .value(1) : .undefined(.oneClass("true"))
    }
    #expect(rare == .value(1, nil))
    // A constant measure: the bias is not finite, and the method says that it was not corrected.
    let constant = bootstrap.estimate(groups: ["a", "b", "c"]) { _ in .value(2) }
    #expect(constant.interval?.method == .percentile)
  }

  @Test func asJSON() throws {
    let estimate = try Proportion(5, of: 10).estimate()
    #expect(estimate.json["interval"]?["method"] == "wilson")
    #expect(estimate.json["value"] == 0.5)
    #expect(
      Estimate.undefined(.tooFew(of: "rows", has: 1, needs: 2)).json == [
        "value": nil, "reason": "1 rows, at least 2 needed",
      ])
    #expect(Estimate { .infinity }.reason == .notFinite)
  }
}
