import JSON
import Testing

@testable import Calibration

@Suite struct ConformalTests {
  @Test func agreesWithReferences() throws {
    try compare("conformal", atLeast: 45) { row in
      let o = row.options
      func scores() throws -> SplitConformal {
        let data = try PairedScores(judge: row.data.doubles("judge"), human: row.data.doubles("human"))
        return try SplitConformal(data, level: try o.double("level"))
      }
      switch row.measure {
      case "bands":
        let conformal = try scores()
        return try o.doubles("places").map { conformal.band(around: $0, range: 1...5) }.flatMap {
          [$0.lower, $0.upper]
        }
      case "ordinal_bands":
        let conformal = try scores()
        return try o.doubles("places").map { conformal.band(around: $0, range: 1...5, step: 1) }.flatMap {
          [$0.lower, $0.upper]
        }
      case "sets":
        func lists(_ key: String) throws -> [[Double]] { try row.data.require(key).array().map { try $0.doubles() } }
        let answers = try row.data.require("answers").array().map { try $0.int() }
        let sets = try PredictionSets(try lists("probabilities"), answers: answers, level: try o.double("level"))
        return try lists("fresh").flatMap { given in (0..<3).map { sets.set(given).contains($0) ? 1 : 0 } }
      case "threshold":
        let found = try SelectiveThreshold.find(
          row.data.predictions(), risk: try o.double("risk"), error: try o.double("error"))
        return [found?.threshold, found?.coverage, found.flatMap { $0.wrong.estimate().number }, found?.bound]
      default: throw UnknownMeasure(name: row.measure)
      }
    }
  }

  @Test func tooFewItemsMeanTheWholeScale() throws {
    let none = try SplitConformal(try PairedScores(judge: [], human: []))
    #expect(none.radius == .infinity)
    #expect(none.band(around: 3, range: 1...5) == .init(lower: 1, upper: 5))
    #expect(none.band(around: 3, range: 1...5, step: 1) == .init(lower: 1, upper: 5))
    #expect(SplitConformal.itemsNeeded(level: 0.9) == 9)
    #expect(SplitConformal.itemsNeeded(level: 0.95) == 19)
    #expect(try PredictionSets([], answers: []).set([0.9, 0.1]) == [0, 1])
  }

  @Test func aBandBetweenTwoStepsHoldsTheNearest() throws {
    let exact = try SplitConformal(
      PairedScores(judge: Array(repeating: 2, count: 20), human: Array(repeating: 2, count: 20)))
    #expect(exact.radius == 0)
    #expect(exact.band(around: 2.4, range: 1...5, step: 1) == .init(lower: 2, upper: 2))
    let tenths = exact.band(around: 0.6, range: 0...1, step: 0.1)
    #expect(abs(tenths.lower - 0.6) < 1e-12 && tenths.lower == tenths.upper)
  }

  @Test func groupsAreCalibratedByThemselves() throws {
    let data = try PairedScores(judge: [Double](repeating: 0, count: 40), human: (0..<40).map { $0 < 20 ? 0.1 : 2 })
    let groups = try GroupedConformal(data, groups: (0..<40).map { $0 < 20 ? "text" : "image" })
    #expect(groups["text"]?.radius == 0.1)
    #expect(groups["image"]?.radius == 2)
    #expect(groups["video"] == nil)
  }

  @Test func refused() throws {
    #expect(throws: CalibrationError("answers[0] is 2; accepted: 0 to 1")) {
      try PredictionSets([[0.5, 0.5]], answers: [2])
    }
    #expect(throws: CalibrationError("probabilities[0] add up to 0.9; accepted: 1")) {
      try PredictionSets([[0.5, 0.4]], answers: [0])
    }
    #expect(throws: CalibrationError.self) { try SplitConformal(PairedScores(judge: [], human: []), level: 1) }
    let data = try Predictions([0.5], [true])
    #expect(throws: CalibrationError.self) { try SelectiveThreshold.find(data, risk: 0) }
    #expect(throws: CalibrationError("the thresholds must fall strictly, so that they are tried from the highest down"))
    {
      try SelectiveThreshold.find(data, risk: 0.1, thresholds: [0.1, 0.2])
    }
    #expect(try SelectiveThreshold.find(try Predictions([], []), risk: 0.1) == nil)
    #expect(SelectiveThreshold.itemsNeeded(risk: 0.1, error: 0.1) == 22)
    // Of 38, one may be wrong; with fewer items at hand, none.
    for (items, begin) in [(1000, 38), (38, 38), (37, 22), (22, 22), (5, 22), (0, 22)] {
      #expect(try SelectiveThreshold.itemsToBegin(of: items, risk: 0.1, error: 0.1) == begin, "\(items)")
    }
    #expect(SelectiveThreshold.itemsNeeded(risk: 0.05, error: 0.05) == 59)
  }
}
