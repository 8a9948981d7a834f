import JSON
import Testing

@testable import Calibration

@Suite struct CalibratorsTests {
  @Test func agreeWithReferences() throws {
    try compare("calibrators", atLeast: 60) { row in
      if row.measure == "combined" {
        let rows = try zip(row.data.doubles("first"), row.data.doubles("second")).map { [$0, $1] }
        let outcomes = try row.data.require("outcomes").array().map { try $0.bool() }
        let fit = try CombinedConfidence([.tokens, .samples], fitting: rows, outcomes)
        return fit.weights + [fit.intercept]
      }
      let places = try row.options.doubles("places")
      func values(_ map: ((Double) -> Double)?) -> [Double?] { places.map { map?($0) } }
      if let method = CalibrationMethod(rawValue: row.measure), row.data["judge"] == nil {
        let data = try row.data.predictions()
        return values((try? method.fit(data)).map { fit in { fit($0) } })
      }
      let data = try PairedScores(judge: row.data.doubles("judge"), human: row.data.doubles("human"))
      let fit =
        switch row.measure {
        case "affine": try? ScoreCalibrator.affine(data, range: 1...5)
        case "isotonic_scores": try? ScoreCalibrator.isotonic(data, range: 1...5)
        case "ordinal": try? ScoreCalibrator.ordinal(data, range: 1...5)
        default: throw UnknownMeasure(name: row.measure)
        }
      return values(fit.map { fit in { fit($0) } })
    }
  }

  private func sample() throws -> Predictions {
    var randomness = Randomness(seed: 9, purpose: "test")
    let probabilities = (0..<400).map { _ in randomness.uniform() }
    return try Predictions(probabilities, probabilities.map { randomness.uniform() < 0.3 + 0.4 * $0 })
  }

  @Test(arguments: CalibrationMethod.allCases)
  func isMonotoneAndSurvivesJSON(method: CalibrationMethod) throws {
    let fit = try method.fit(try sample())
    let values = (0...1000).map { fit(Double($0) / 1000) }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(values.allSatisfy { (0...1).contains($0) })
    let text = try JSONWriter.compact(fit.json)
    #expect(try ProbabilityCalibrator(JSONReader(try JSONParser.parse(text))) == fit)
  }

  @Test func undefinedSaysWhy() throws {
    let one = try Predictions([0.2, 0.7], [true, true])
    for method in CalibrationMethod.allCases {
      #expect(throws: Undefined.oneClass("true")) { try method.fit(one) }
    }
    let constant = try Predictions([0.7, 0.7], [true, false])
    #expect(throws: Undefined.constant("the probabilities")) { try CalibrationMethod.platt.fit(constant) }
    let half = try Predictions([0.5, 0.5], [true, false])
    #expect(throws: Undefined.constant("the probabilities, all one half,")) {
      try CalibrationMethod.temperature.fit(half)
    }
    let inverted = try Predictions([0.1, 0.2, 0.8, 0.9], [true, true, false, true])
    #expect(throws: Undefined.inverted("outcomes")) { try CalibrationMethod.temperature.fit(inverted) }
    let separated = try Predictions([0.1, 0.2, 0.8, 0.9], [false, false, true, true])
    #expect(throws: Undefined.self) { try CalibrationMethod.temperature.fit(separated) }
    #expect(throws: Undefined.self) { try CalibrationMethod.beta.fit(separated) }
    #expect(try CalibrationMethod.platt.fit(separated)(0.9) < 0.9)
  }

  @Test func filesThatAreNoCalibration() throws {
    let cases: [(String, String)] = [
      (#"{"kind": "plat"}"#, "kind: "),
      (#"{"kind": "platt", "slope": -1, "intercept": 0}"#, "slope: -1.0 is out of range; accepted: numbers above 0"),
      (#"{"kind": "temperature", "temperature": 0}"#, "temperature: 0.0 is out of range"),
      (#"{"kind": "temperature"}"#, "'temperature' is missing"),
      (#"{"kind": "beta", "a": 0, "b": 0, "c": 1}"#, "'a' and 'b' are both 0"),
      (#"{"kind": "isotonic", "x": [0, 1], "y": [1, 0]}"#, "'x' must ascend strictly and 'y' must never fall"),
      (#"{"kind": "isotonic", "x": [], "y": []}"#, "'x' and 'y' must have equally many numbers, at least one"),
      (#"{"kind": "isotonic", "x": [0, 1], "y": [0, 2]}"#, "out of range"),
      (#"{"kind": "histogram", "edges": [0.5], "values": [0.1]}"#, "1 edges need 2 values, not 1"),
      (#"{"kind": "identity", "slope": 2}"#, "slope: "),
    ]
    for (text, message) in cases {
      let error = try #require(throws: JSONError.self) {
        try ProbabilityCalibrator(JSONReader(try JSONParser.parse(text)))
      }
      #expect(error.description.hasPrefix(message), "\(error)")
    }
  }

  @Test func scoresSurviveJSONAndKeepTheirRange() throws {
    var randomness = Randomness(seed: 4, purpose: "test")
    let judge = (0..<200).map { _ in 10 * randomness.uniform() }
    let human = judge.map { (($0 / 2.5).rounded() + (randomness.uniform() < 0.3 ? 1 : 0)).clamped(to: 1...5) }
    let data = try PairedScores(judge: judge, human: human)
    for fit in [
      try ScoreCalibrator.affine(data, range: 1...5), try .isotonic(data, range: 1...5),
      try .ordinal(data, range: 1...5),
    ] {
      let values = stride(from: -5, through: 15, by: 0.05).map { fit($0) }
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 + 1e-12 })
      #expect(values.allSatisfy { (1...5).contains($0) })
      let text = try JSONWriter.compact(fit.json)
      #expect(try ScoreCalibrator(JSONReader(try JSONParser.parse(text))) == fit)
    }
    for text in [
      #"{"kind": "affine", "min": 5, "max": 1, "slope": 1, "intercept": 0}"#,
      #"{"kind": "line", "min": 1, "max": 5}"#,
      #"{"kind": "ordinal", "min": 1, "max": 5, "slope": 1, "levels": [1, 2], "thresholds": [1, 2]}"#,
      #"{"kind": "ordinal", "min": 1, "max": 5, "slope": 1, "levels": [2, 1], "thresholds": [1]}"#,
      #"{"kind": "isotonic", "min": 1, "max": 5, "x": [1], "y": [7]}"#,
    ] {
      #expect(throws: JSONError.self) { try ScoreCalibrator(JSONReader(try JSONParser.parse(text))) }
    }
  }

  @Test func proportionalOddsAddUpToOne() throws {
    let data = try PairedScores(judge: [1, 2, 3, 4, 5, 6, 2, 5, 3], human: [1, 2, 1, 3, 2, 3, 1, 2, 3])
    guard case .ordinal(let odds) = try ScoreCalibrator.ordinal(data, range: 1...3).kind else {
      Issue.record("not ordinal")
      return
    }
    let separated = try PairedScores(judge: [1, 2, 3, 4, 2], human: [1, 1, 2, 2, 2])
    #expect(throws: Undefined.separated("proportional odds: the data are told apart without an error")) {
      try ScoreCalibrator.ordinal(separated, range: 1...2)
    }
    for score in stride(from: -10.0, through: 20, by: 1) {
      #expect(abs(odds.probabilities(score).sum - 1) < 1e-12)
      #expect(odds.probabilities(score).allSatisfy { $0 >= 0 })
    }
  }
}
