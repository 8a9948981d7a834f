import JSON
import Testing

@testable import Calibration

@Suite struct CorrectionsTests {
  @Test func agreeWithReferences() throws {
    try compare("corrections", atLeast: 30) { row in
      let o = row.options
      let level = try o.double("level")
      if row.measure == "ppi" {
        let labelled = try PairedScores(judge: row.data.doubles("judge"), human: row.data.doubles("human"))
        let data = try PredictionPowered(labelled: labelled, unlabelled: row.data.doubles("unlabelled"))
        let weights: [String: PredictionPowered.Weight] = ["none": .none, "full": .full, "tuned": .tuned]
        let estimate = try data.mean(try #require(weights[try o.text("weight")]), level: level)
        return [estimate.number, estimate.interval?.lower, estimate.interval?.upper]
      }
      let rate = RoganGladen(
        passed: try Proportion(o.int("passed"), of: o.int("n")),
        sensitivity: try Proportion(o.int("right1"), of: o.int("m1")),
        specificity: try Proportion(o.int("right0"), of: o.int("m0")))
      let estimate = try rate.estimate(level: level)
      switch row.measure {
      case "rogan_gladen": return [estimate.number]
      case "rogan_gladen_interval": return [estimate.interval?.lower, estimate.interval?.upper]
      default: throw UnknownMeasure(name: row.measure)
      }
    }
  }

  @Test func aJudgeWithoutInformationIsRefused() throws {
    let guess = RoganGladen(
      passed: try Proportion(50, of: 100), sensitivity: try Proportion(50, of: 100),
      specificity: try Proportion(50, of: 100))
    let estimate = try guess.estimate()
    #expect(estimate.number == nil)
    #expect(
      estimate.reason?.description
        == "sensitivity + specificity - 1 is 0.0, which cannot be told from 0: the judge's verdicts carry no information"
    )
    let unlabelled = RoganGladen(
      passed: try Proportion(50, of: 100), sensitivity: try Proportion(0, of: 0), specificity: try Proportion(5, of: 5))
    #expect(try unlabelled.estimate().reason == .tooFew(of: "passing labels", has: 0, needs: 1))
  }

  @Test func labelsToHalve() throws {
    // Without other items to learn from, four times as many labels halve an interval.
    var randomness = Randomness(seed: 8, purpose: "test")
    let human = (0..<100).map { _ in randomness.normal() }
    let noise = (0..<600).map { _ in randomness.normal() }
    let useless = try PredictionPowered(
      labelled: PairedScores(judge: Array(noise[..<100]), human: human), unlabelled: Array(noise[100...]))
    #expect(try (395...401).contains(useless.labelsToHalve()))
    // A good judge makes other items worth something, but these do not grow with the labels.
    let good = try PredictionPowered(
      labelled: PairedScores(judge: zip(human, noise).map { $0 + 0.3 * $1 }, human: human),
      unlabelled: noise.map { 1.05 * $0 })
    #expect(try good.labelsToHalve() > 401)

    let rate = RoganGladen(
      passed: try Proportion(5000, of: 10_000), sensitivity: try Proportion(80, of: 100),
      specificity: try Proportion(80, of: 100))
    let times = try #require(rate.labelsToHalve())
    #expect(times > 4 && times < 5)
    let few = RoganGladen(
      passed: try Proportion(25, of: 50), sensitivity: try Proportion(950, of: 1000),
      specificity: try Proportion(950, of: 1000))
    #expect(few.labelsToHalve() == nil)
  }

  @Test func tooFewToSay() throws {
    let data = try PredictionPowered(labelled: PairedScores(judge: [1], human: [1]), unlabelled: [1, 2])
    #expect(try data.mean().reason == .tooFew(of: "labelled items", has: 1, needs: 2))
    #expect(throws: CalibrationError.self) {
      try PredictionPowered(labelled: PairedScores(judge: [1], human: [1]), unlabelled: [.nan])
    }
    let same = try PredictionPowered(labelled: PairedScores(judge: [1, 2], human: [3, 3]), unlabelled: [1, 2])
    #expect(throws: Undefined.constant("the human scores, given the judge's,")) { try same.labelsToHalve() }
  }
}
