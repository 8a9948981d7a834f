import JSON
import Testing
import Wire

@testable import Calibration

@Suite struct CascadeTests {
  private func verdicts(_ confidences: [Double?], _ right: [Bool]) -> [Cascade.Verdict?] {
    zip(confidences, right).map { confidence, isRight in
      confidence.map { Cascade.Verdict(confidence: $0, isRight: isRight) }
    }
  }

  @Test func ofOneIsTheJudgeItself() throws {
    var randomness = Randomness(seed: 5, purpose: "test")
    let confidences = (0..<500).map { _ in randomness.uniform() }
    let judge = try Predictions(confidences, confidences.map { randomness.uniform() < 0.5 + $0 / 2 })
    let alone = try #require(try SelectiveThreshold.find(judge, risk: 0.2))
    let cascade = try #require(try Cascade.find([verdicts(confidences, judge.outcomes)], risk: 0.2))
    #expect(cascade.selection == alone)
    #expect(cascade.decided == [alone.coverage])
    #expect(cascade.decider([alone.threshold]) == 0)
    #expect(cascade.decider([alone.threshold - 0.001]) == nil)
  }

  /// Who has no verdict decides nothing, not even at a threshold of 0.
  @Test func whatHasNoVerdictGoesOn() throws {
    let none = [Double?](repeating: nil, count: 60)
    let right = [Bool](repeating: true, count: 60)
    let cascade = try #require(
      try Cascade.find([verdicts(none, right), verdicts(none.map { _ in 0.4 }, right)], risk: 0.1))
    #expect(cascade.decided == [0, 1])
    #expect(cascade.decider([nil, 0.9]) == 1)
    #expect(cascade.decider([nil, nil]) == nil)
    #expect(try Cascade.find([verdicts(none, right)], risk: 0.1) == nil)
  }

  @Test func columnsThatDoNotFit() {
    #expect(throws: CalibrationError("a cascade of no judges; accepted: one and more")) {
      try Cascade.find([], risk: 0.1)
    }
    #expect(throws: CalibrationError.self) {
      try Cascade.find([verdicts([0.5], [true]), verdicts([0.5, 0.5], [true, true])], risk: 0.1)
    }
    #expect(throws: CalibrationError("confidences[0] is 1.5; accepted: 0.0 to 1.0")) {
      try Cascade.find([verdicts([1.5], [true])], risk: 0.1)
    }
  }

  // MARK: From labelled judgments

  /// A person's pass or fail of each item, and two judges with five votes each: the second is right more often.
  private func made(_ items: Int, seed: UInt64, from first: Int = 0) -> (labels: [JSONValue], judges: [[JSONValue]]) {
    var randomness = Randomness(seed: seed, purpose: "cascade")
    var (labels, judges): ([JSONValue], [[JSONValue]]) = ([], [[], []])
    for item in first..<(first + items) {
      let passes = randomness.uniform() < 0.5
      labels.append(Judged.label("q\(item)", .pass, .bool(passes)))
      for (place, skill) in [0.72, 0.9].enumerated() {
        let ease = randomness.uniform() < 0.5 ? skill + 0.09 : skill - 0.15
        let votes = (0..<5).map { _ in (randomness.uniform() < ease) == passes ? 5.0 : 1.0 }
        var provenance = Judged.provenance.object ?? JSONObject()
        provenance["judge"] = .string("judge \(place)")
        provenance["fingerprint"] = .string("f\(place)")
        judges[place].append(Judged.scores("q\(item)", votes, with: ["provenance": .object(provenance)]))
      }
    }
    return (labels, judges)
  }

  private let rules = EvidenceRules.pass(least: 3, scale: nil)

  private func fit(_ change: (inout Fit) -> Void = { _ in }) -> Fit {
    var fit = Fit()
    (fit.resamples, fit.risk) = (100, 0.1)
    change(&fit)
    return fit
  }

  private func cascade(_ items: Int, seed: UInt64) throws -> CascadeCalibration {
    let made = made(items, seed: seed)
    return try fit().cascade(made.judges.map { try Judged.data(made.labels, $0, rules) })
  }

  /// Whoever decides, new items are decided as well as promised; and together the judges decide more than the cheap one alone.
  @Test func thePromiseHoldsForNewItems() throws {
    let cascade = try cascade(1200, seed: 1)
    let alone = try fit().calibration(
      try Judged.data(made(1200, seed: 1).labels, made(1200, seed: 1).judges[0], rules))
    let new = made(3000, seed: 2, from: 10_000)
    var (decided, wrong) = ([0, 0], 0)
    for row in new.labels.indices {
      for (place, step) in cascade.steps.enumerated() {
        let calibrated = try step.calibrated(JSONReader(new.judges[place][row]), responses: 1, digest: "d")
        guard let outcome = calibrated.all.first, outcome.abstains == false else { continue }
        decided[place] += 1
        if (outcome.given.verdict == 1) != new.labels[row]["pass"]?.bool { wrong += 1 }
        break
      }
    }
    let coverage = cascade.steps.compactMap { $0.abstention?.coverage }
    #expect(Double(wrong) / Double(decided[0] + decided[1]) < 0.1)
    for (place, share) in coverage.enumerated() {
      let difference: Double = Double(decided[place]) / 3000 - share
      let deviation: Double = (0.25 / 600 + 0.25 / 3000).squareRoot()
      #expect(abs(difference) < 4 * deviation)
    }
    #expect(decided[0] > 100 && decided[1] > 100)
    #expect(coverage.sum > (alone.abstention?.coverage ?? 0) + 0.1)
  }

  @Test func readsWhatItWrites() throws {
    let cascade = try cascade(200, seed: 3)
    #expect(try CascadeCalibration(JSONReader(try JSONParser.parse(try JSONWriter.pretty(cascade.json)))) == cascade)
    let lines = try cascade.summary()
    #expect(lines.last?.hasPrefix("together, above a confidence of ") == true)
    #expect(lines.contains { $0.hasSuffix("which the others leave to it") })
    // The second is held against what reaches it, the first against everything.
    let usual = cascade.steps.map { $0.usual.histograms[.confidence]?.shares.count }
    #expect(usual.allSatisfy { $0 != nil })
  }

  @Test func filesThatAreNoCascade() throws {
    let cascade = try cascade(200, seed: 3)
    func reading(_ change: (inout [JSONValue]) -> Void) throws -> String? {
      var steps = cascade.steps.map(\.json)
      change(&steps)
      do {
        _ = try CascadeCalibration(JSONReader(["cupel_cascade": 1, "steps": .array(steps)]))
        return nil
      } catch {
        return "\(error)"
      }
    }
    func changed(_ value: JSONValue, _ key: String, _ change: (inout JSONObject) -> Void) -> JSONValue {
      var object = value.object ?? JSONObject()
      var inner = object[key]?.object ?? JSONObject()
      change(&inner)
      object[key] = .object(inner)
      return .object(object)
    }
    #expect(try reading { _ in } == nil)
    #expect(try reading { $0.removeLast() } == "steps: a cascade needs two judges or more")
    #expect(
      try reading { $0[1] = changed($0[1], "abstention") { $0["threshold"] = 0.123 } }
        == "steps: steps[1] has another threshold, or promise, than steps[0]; they share one")
    #expect(
      try reading { $0[1] = changed($0[1], "judge") { $0["rubric"] = "other@sha256:1" } }
        == "steps: steps[1] is for other@sha256:1, pointwise, and steps[0] for r@sha256:00, pointwise; a cascade has one "
        + "rubric, and judges in one format")
    #expect(
      try reading { steps in
        var object = steps[0].object ?? JSONObject()
        object["abstention"] = nil
        steps[0] = .object(object)
      } == "steps: steps[0] has no 'abstention': it never hands an item on")
  }

  @Test func whatIsNoCascade() throws {
    let made = made(60, seed: 4)
    let data = try made.judges.map { try Judged.data(made.labels, $0, rules) }
    func refusal(_ judges: [LabelledJudgments], _ fit: Fit) -> String? {
      do {
        _ = try fit.cascade(judges)
        return nil
      } catch {
        return error.message
      }
    }
    #expect(refusal([data[0]], fit()) == "a cascade needs two judges or more")
    #expect(refusal(data, fit { $0.risk = nil }) == "a cascade needs the risk that is accepted")
    #expect(refusal(data, fit { $0.hasConfidence = false }) == "a cascade needs the judges' confidences")
    let few = try Judged.data(made.labels, Array(made.judges[1].prefix(39)), rules)
    #expect(
      refusal([data[0], few], fit())?.hasSuffix(
        "39 labelled items; a fit needs at least 40: half to fit, half to promise") == true)
  }

  /// Each response counts: an item is only as sure as the response that the judge is least sure of, and wrong if one of them is.
  @Test func anItemIsDecidedAsAWhole() throws {
    var (labels, judgments): ([JSONValue], [JSONValue]) = ([], [])
    for item in 0..<80 {
      let isOdd = item % 2 == 1
      labels.append(Judged.label("q\(item)", .pass, true, ["response": 0]))
      labels.append(Judged.label("q\(item)", .pass, .bool(item % 4 == 0), ["response": 1]))
      let votes: [[Double]] = [[5, 5, 5], isOdd ? [5, 5, 1] : [5, 5, 5]]
      var samples: [JSONValue] = []
      for (response, own) in votes.enumerated() {
        for vote in own {
          samples.append([
            "order": [.int(Int64(response))], "response": .int(Int64(response)), "status": "ok",
            "scores": [.number(vote)],
          ])
        }
      }
      judgments.append([
        "id": .string("q\(item)"), "status": "ok", "format": "pointwise",
        "scores": .array(votes.map { .number($0.mean) }),
        "samples": .array(samples), "provenance": Judged.provenance,
      ])
    }
    let data = try Judged.data(labels, judgments, rules)
    let verdicts = try fit().fitted(data, Halves([data], seed: 0)).verdicts()
    #expect(verdicts.count == 80)
    let even = try #require(verdicts["q0"]), wrong = try #require(verdicts["q2"]), odd = try #require(verdicts["q1"])
    #expect(even.isRight && !wrong.isRight && !odd.isRight)
    #expect(even.confidence == wrong.confidence && odd.confidence < even.confidence)
  }
}
