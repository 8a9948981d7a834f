import JSON
import Testing

@testable import Calibration

@Suite struct ScoresTests {
  @Test func agreeWithReferences() throws {
    try compare("scores", atLeast: 140) { row in
      let data = try PairedScores(judge: row.data.doubles("judge"), human: row.data.doubles("human"))
      func level() throws -> Double { try row.options.double("level") }
      func ends(_ estimate: Estimate) -> [Double?] { [estimate.interval?.lower, estimate.interval?.upper] }
      switch row.measure {
      case "pearson": return [try data.pearson().number]
      case "spearman": return [try data.spearman().number]
      case "kendall": return [try data.kendall().number]
      case "pearson_interval": return ends(try data.pearson(level: level()))
      case "spearman_interval": return ends(try data.spearman(level: level()))
      case "kendall_interval": return ends(try data.kendall(level: level()))
      case "quadratic_kappa": return [data.quadraticKappa.number]
      case "mae": return [data.meanAbsoluteError.number]
      case "rmse": return [data.rootMeanSquareError.number]
      case "difference": return [data.meanDifference.number]
      case "kappa":
        let weights = try row.options.require("weights").choice(AgreementWeights.self)
        return [try data.kappa(weights, categories: row.options["categories"]?.doubles()).number]
      default: throw UnknownMeasure(name: row.measure)
      }
    }
  }

  @Test func undefinedSaysWhy() throws {
    let constant = try PairedScores(judge: [2, 2, 2], human: [1, 2, 3])
    #expect(try constant.pearson().reason == .constant("the judge's scores"))
    #expect(try constant.kendall().reason == .constant("the judge's scores"))
    #expect(try PairedScores(judge: [1], human: [1]).spearman().reason == .tooFew(of: "rows", has: 1, needs: 2))
    #expect(try PairedScores(judge: [3, 3], human: [3, 3]).kappa().reason == .agreementCertain)
    #expect(try PairedScores(judge: [], human: []).meanAbsoluteError.reason == .tooFew(of: "rows", has: 0, needs: 1))
  }

  @Test func refusesWhatIsNoScore() throws {
    #expect(throws: CalibrationError("human[1] is inf; accepted: finite numbers")) {
      try PairedScores(judge: [1, 2], human: [1, .infinity])
    }
    #expect(throws: CalibrationError.self) { try PairedScores(judge: [1], human: [1, 2]) }
    let data = try PairedScores(judge: [1, 2], human: [1, 7])
    #expect(throws: CalibrationError("row 1 has 2.0 and 7.0; accepted: the categories [1.0, 2.0]")) {
      try data.kappa(categories: [1, 2])
    }
    #expect(throws: CalibrationError.self) { try data.kappa(categories: [1, 1, 2, 7]) }
    #expect(throws: CalibrationError.self) { try data.pearson(level: 0) }
  }
}
