import JSON
import Testing

@testable import Calibration

@Suite struct RankingTests {
  private func comparisons(_ data: JSONReader, style: Bool = false) throws -> Comparisons {
    let (left, right) = (try data.doubles("left"), try data.doubles("right"))
    let (outcome, contrast) = (try data.doubles("outcome"), try data.doubles("contrast"))
    let rows = left.indices.map { row in
      Comparisons.Row(
        Int(left[row]), Int(right[row]), outcome[row] == 1 ? .left : outcome[row] == 0 ? .right : .tie,
        features: style ? [contrast[row]] : [])
    }
    let systems = (0..<(try data.int("systems"))).map { "s\($0)" }
    return try Comparisons(systems: systems, features: style ? ["length"] : [], rows: rows)
  }

  private func errors(_ estimates: [Estimate]) -> [Double?] {
    estimates.map { $0.interval.map { $0.halfWidth / Normal.quantile(twoSided: 0.95) } }
  }

  @Test func agreesWithReferences() throws {
    try compare("ranking", atLeast: 30) { row in
      switch row.measure {
      case "strengths": return try BradleyTerry(fitting: comparisons(row.data)).strengths.map(\.number)
      case "errors": return errors(try BradleyTerry(fitting: comparisons(row.data)).strengths)
      case "styled":
        let fit = try BradleyTerry(fitting: comparisons(row.data, style: true))
        return fit.strengths.map(\.number) + fit.coefficients.map(\.number) + errors(fit.coefficients)
      case "rao_kupper":
        let fit = try BradleyTerry(fitting: comparisons(row.data), ties: .raoKupper)
        return fit.strengths.map(\.number) + [fit.threshold]
      case "elo": return Elo().ratings(try comparisons(row.data))
      case "accuracy", "calibrated_accuracy":
        let scores = try PairedScores(judge: row.data.doubles("judge"), human: row.data.doubles("human"))
        return [
          row.measure == "accuracy" ? scores.pairwiseAccuracy.number : scores.tieCalibratedAccuracy().accuracy.number
        ]
      case "people":
        let items = try row.data.require("items").array()
        let ratings = try Ratings(items.map { try $0.array().map { $0.value.isNull ? nil : try $0.double() } })
        let compared = try ratings.compare(
          judge: row.data.doubles("judge"), by: row.options.require("by").choice(), Bootstrap(resamples: 100))
        #expect(compared.difference.interval != nil)
        return [compared.humanHuman.number, compared.humanJudge.number, compared.difference.number]
      default: throw UnknownMeasure(name: row.measure)
      }
    }
  }

  private func reasons(_ rows: [Comparisons.Row], ties: BradleyTerry.Ties = .half) throws -> [String?] {
    let data = try Comparisons(systems: ["a", "b", "c"], rows: rows)
    return try BradleyTerry(fitting: data, ties: ties).strengths.map { $0.reason?.description }
  }

  @Test func systemsThatCannotBePlaced() throws {
    let circle: [Comparisons.Row] = [.init(0, 1, .left), .init(1, 2, .left), .init(2, 0, .left)]
    #expect(try reasons(circle) == [nil, nil, nil])
    let always = "c never lost to any of a, b; the best parameters are infinite"
    #expect(
      try reasons([.init(0, 1, .left), .init(0, 1, .right), .init(2, 0, .left)]) == [always, always, always])
    let apart = "b, c never beat any of a; the best parameters are infinite"
    #expect(try reasons([.init(1, 2, .tie)])[0] == apart)
    #expect(try reasons([]) == Array(repeating: "0 comparisons, at least 1 needed", count: 3))
    #expect(try reasons(circle, ties: .raoKupper)[0] == "0 ties, at least 1 needed")
  }

  @Test func refusesWhatIsNoComparison() throws {
    #expect(throws: CalibrationError("rows[0] compares 'a' with itself")) {
      try Comparisons(systems: ["a", "b"], rows: [.init(0, 0, .left)])
    }
    #expect(throws: CalibrationError.self) { try Comparisons(systems: ["a"], rows: [.init(0, 1, .left)]) }
    #expect(throws: CalibrationError.self) {
      try Comparisons(systems: ["a", "b"], features: ["f"], rows: [.init(0, 1, .left)])
    }
    #expect(throws: CalibrationError.self) {
      try Comparisons(systems: ["a", "b"], features: ["f"], rows: [.init(0, 1, .left, features: [.nan])])
    }
  }

  /// The order of comparisons is what Elo is about, and what its mean over shuffles is rid of.
  @Test func eloForgetsTheOrderInTheMean() throws {
    let rows = (0..<40).map { Comparisons.Row(0, 1, $0 < 20 ? .left : .right) }
    let data = try Comparisons(systems: ["a", "b"], rows: rows)
    let last = Elo().ratings(data)
    #expect(last[1] > last[0] + 10)
    let mean = try Elo().meanRatings(data)
    #expect(abs(mean[0] - mean[1]) < abs(last[0] - last[1]) / 5)
    #expect(try Elo().meanRatings(data) == mean)
  }

  @Test func featuresAreStandardised() throws {
    let rows: [Comparisons.Row] = [
      .init(0, 1, .left, features: [1, 5]), .init(0, 1, .right, features: [3, 5]),
    ]
    let data = try Comparisons(systems: ["a", "b"], features: ["f", "same"], rows: rows).standardised()
    #expect(data.rows.map(\.features) == [[-1, 0], [1, 0]])
    #expect(Comparisons.contrast(3, 1) == 0.5)
    #expect(Comparisons.contrast(0, 0) == 0)
  }

  @Test func manyRowsAreNotComparedPairByPair() throws {
    let numbers = (0...PairedScores.mostRowsForTies).map(Double.init)
    let scores = try PairedScores(judge: numbers, human: numbers)
    #expect(scores.pairwiseAccuracy.number == 1)
    #expect(scores.tieCalibratedAccuracy().accuracy.reason == .tooMany(of: "rows", has: 2001, most: 2000))
    #expect(try PairedScores(judge: [1], human: [1]).pairwiseAccuracy.reason == .tooFew(of: "rows", has: 1, needs: 2))
  }
}
