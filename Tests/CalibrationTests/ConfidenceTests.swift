import JSON
import Testing

@testable import Calibration

extension JSONReader {
  func predictions() throws -> Predictions {
    try Predictions(doubles("probabilities"), try require("outcomes").array().map { try $0.bool() })
  }
  func binning() throws -> Binning {
    try text("kind") == "mass" ? .equalMass(try int("bins")) : .equalWidth(try int("bins"))
  }
}

@Suite struct ConfidenceTests {
  @Test func agreesWithReferences() throws {
    try compare("confidence", atLeast: 170) { row in
      let data = try row.data.predictions()
      switch row.measure {
      case "accuracy": return [data.accuracy.number]
      case "auroc": return [data.areaUnderROC.number]
      case "brier": return [data.brierScore.number]
      case "log_loss": return [data.logLoss.number]
      case "ece": return [try data.calibrationError(try row.options.binning()).number]
      case "mce": return [try data.maximumCalibrationError(try row.options.binning()).number]
      case "debiased_ece": return [try data.debiasedCalibrationError(try row.options.binning()).number]
      case "brier_parts":
        let parts = try #require(try data.brierParts(try row.options.binning()))
        return [parts.reliability, parts.resolution, parts.uncertainty, parts.withinBins]
      case "risk_coverage":
        let curve = try #require(data.riskCoverage)
        return [curve.area, curve.excessArea]
      default: throw UnknownMeasure(name: row.measure)
      }
    }
  }

  @Test func undefinedSaysWhy() throws {
    let right = try Predictions([0.2, 0.9], [true, true])
    #expect(right.areaUnderROC.reason == .oneClass("true"))
    #expect(try Predictions([], []).brierScore.reason == .tooFew(of: "rows", has: 0, needs: 1))
    #expect(try Predictions([0, 1, 0.5], [true, false, true]).logLoss.reason == .certainAndWrong(count: 2))
    #expect(try Predictions([], []).riskCoverage == nil)
    #expect(try Predictions([], []).brierParts(.equalWidth(10)) == nil)
  }

  @Test func refusesWhatIsNoProbability() {
    let cases: [([Double], [Bool], String)] = [
      ([0.5, .nan], [true, true], "probabilities[1] is nan; accepted: 0.0 to 1.0"),
      ([1.5], [true], "probabilities[0] is 1.5; accepted: 0.0 to 1.0"),
      ([0.5], [], "probabilities has 1 values and outcomes has 0; one for each item is needed"),
    ]
    for (probabilities, outcomes, message) in cases {
      #expect(throws: CalibrationError(message)) { try Predictions(probabilities, outcomes) }
    }
    #expect(throws: CalibrationError.self) { try Predictions([0.5], [true]).calibrationError(.equalWidth(0)) }
  }

  @Test func edgesBelongToTheBinAbove() throws {
    let edges = try Predictions([0, 0.1, 0.5, 1], [false, true, true, true]).reliability(.equalWidth(10))
    #expect(edges.map(\.confidence) == [0, 0.1, 0.5, 1])
    let two = try Predictions([0.49, 0.5, 1], [false, true, true]).reliability(.equalWidth(2))
    #expect(two.map(\.count) == [1, 2])
    // Equal values are not torn apart.
    let tied = try Predictions([0.3, 0.3, 0.3, 0.9], [false, true, true, true]).reliability(.equalMass(4))
    #expect(tied.map(\.count) == [3, 1])
  }

  @Test func riskCoverageHasAPointForEachConfidence() throws {
    let curve = try #require(try Predictions([0.9, 0.9, 0.4], [true, false, false]).riskCoverage)
    #expect(curve.points.map(\.threshold) == [0.9, 0.4])
    #expect(curve.points.map(\.risk) == [0.5, 2.0 / 3])
    #expect(curve.points.last?.coverage == 1)
  }

  @Test func partsAddUpToTheScore() throws {
    var randomness = Randomness(seed: 2, purpose: "test")
    let probabilities = (0..<500).map { _ in randomness.uniform() }
    let data = try Predictions(probabilities, probabilities.map { randomness.uniform() < $0 })
    let parts = try #require(try data.brierParts(.equalWidth(7)))
    let score = try #require(data.brierScore.number)
    #expect(abs(parts.reliability - parts.resolution + parts.uncertainty + parts.withinBins - score) < 1e-14)
  }
}
