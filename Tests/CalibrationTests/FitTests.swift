import JSON
import Testing
import Wire

@testable import Calibration

@Suite struct FitTests {
  private func scale() throws -> HumanScale { try HumanScale(1, 5, step: 1) }

  private func data(_ items: Int, seed: UInt64) throws -> LabelledJudgments {
    let made = Judged.overconfident(items, seed: seed)
    return try Judged.data(made.labels, made.judgments, .score(within: 0.5, scale: scale()), scale: scale())
  }

  private func fit(_ change: (inout Fit) -> Void = { _ in }) -> Fit {
    var fit = Fit()
    fit.resamples = 100
    change(&fit)
    return fit
  }

  /// New items of the same judge: what was promised holds.
  @Test func whatIsPromisedHoldsForNewItems() throws {
    let calibration = try fit {
      $0.risk = 0.4
      $0.source = .samples
    }.calibration(data(800, seed: 1))
    let new = Judged.overconfident(1500, seed: 2, from: 5000)
    var (given, confidences, right): ([Double], [Double], [Bool]) = ([], [], [])
    var (covered, decided, wrong) = (0, 0, 0)
    for (label, judgment) in zip(new.labels, new.judgments) {
      let human = try #require(label["score"]?.double)
      let evidence = try #require(try JudgmentReader(calibration.rules).evidence(JSONReader(judgment)).first)
      guard
        case .responses(let list) = try calibration.calibrated(JSONReader(judgment), responses: 1, digest: "d").outcomes,
        let outcome = list.first.flatMap(\.self), let confidence = outcome.confidence
      else {
        Issue.record("not calibrated")
        return
      }
      given.append(try #require(evidence.confidences[.samples]))
      confidences.append(confidence)
      right.append(calibration.rules.agrees(evidence.verdict, with: human))
      if outcome.interval?.contains(human) == true { covered += 1 }
      if outcome.abstains == false {
        decided += 1
        if right.last == false { wrong += 1 }
      }
    }
    let before = try #require(try Predictions(given, right).calibrationError(.equalWidth(10)).number)
    let after = try #require(try Predictions(confidences, right).calibrationError(.equalWidth(10)).number)
    let upper = try #require(calibration.promise["ece"]?["interval"]?["upper"]?.double)
    #expect(before > 0.25)
    #expect(after <= upper && after < 0.06)
    // 0.9 less four standard errors of both the 400 items of the promise and the 1500 new ones.
    #expect(Double(covered) / 1500 > 0.9 - 4 * (0.09 / 400 + 0.09 / 1500).squareRoot())
    #expect(decided > 100 && Double(wrong) / Double(decided) < 0.4)
  }

  /// Pairs of which people find the first, the second or neither better, and a judge whose seven votes are surer than it is right.
  private func pairs(_ count: Int, seed: UInt64, from first: Int = 0) -> (labels: [JSONValue], judgments: [JSONValue]) {
    var randomness = Randomness(seed: seed, purpose: "pairs")
    var (labels, judgments): ([JSONValue], [JSONValue]) = ([], [])
    for item in first..<(first + count) {
      let answer = randomness.index(below: 5) == 0 ? -1 : randomness.index(below: 2)
      let isHard = randomness.uniform() < 0.4
      let seen = isHard && randomness.uniform() < 0.5 ? [0, 1, -1][randomness.index(below: 3)] : answer
      let votes = (0..<7).map { _ in randomness.uniform() < 0.8 ? seen : [0, 1, -1][randomness.index(below: 3)] }
      func winner(_ answer: Int) -> JSONValue { answer < 0 ? nil : .int(Int64(answer)) }
      let shares = [0, 1, -1].map { answer in (answer, votes.count { $0 == answer }) }.sorted { $0.1 > $1.1 }
      labels.append(Judged.label("p\(item)", .winner, winner(answer)))
      judgments.append([
        "id": .string("p\(item)"), "status": "ok", "format": "pairwise", "winner": winner(shares[0].0),
        "preference": [0.5, 0.5], "provenance": Judged.provenance,
        "samples": .array(votes.map { ["order": [0, 1], "status": "ok", "winner": winner($0)] }),
      ])
    }
    return (labels, judgments)
  }

  /// The sets of new pairs hold the answer of people as often as they say, and are shorter than all answers.
  @Test func setsOfAnswersHoldForNewPairs() throws {
    let made = pairs(800, seed: 31)
    let calibration = try fit { $0.source = .samples }.calibration(
      try Judged.data(made.labels, made.judgments, .winner))
    let sets = try #require(calibration.sets)
    #expect(sets.level == 0.9 && sets.items == 400 && sets.threshold > 0)
    let again = try JudgeCalibration(JSONReader(try JSONParser.parse(try JSONWriter.pretty(calibration.json))))
    #expect(again == calibration)
    #expect(
      try calibration.summary().contains {
        $0.hasPrefix("answers: sets of 90 % hold those of a probability of at least ")
      })
    let new = pairs(2000, seed: 32, from: 5000)
    var (held, size) = (0, 0)
    for (label, judgment) in zip(new.labels, new.judgments) {
      let calibrated = try calibration.calibrated(JSONReader(judgment), responses: 2, digest: "d")
      guard case .comparison(let outcome?) = calibrated.outcomes, let answers = outcome.answers else {
        Issue.record("no set")
        return
      }
      held += answers.contains(label["winner"]?.int) ? 1 : 0
      size += answers.count
      #expect(calibrated.json["answers"]?.array?.count == answers.count)
    }
    // 0.9 less four standard errors of both the 400 pairs of the promise and the 2000 new ones.
    #expect(Double(held) / 2000 > 0.9 - 4 * (0.09 / 400 + 0.09 / 2000).squareRoot())
    #expect(Double(size) / 2000 < 2.5)
  }

  /// Where judgments do not tell how likely their answers are, or people named a response that is not there, there are no sets.
  @Test func setsNeedProbabilities() throws {
    let made = pairs(120, seed: 33)
    func sets(_ change: (Int, inout JSONObject) -> Void, label: (Int) -> JSONValue? = { _ in nil }) throws
      -> AnswerSets?
    {
      let judgments = made.judgments.enumerated().map { place, judgment in
        var object = judgment.object ?? JSONObject()
        change(place, &object)
        return JSONValue.object(object)
      }
      let labels = made.labels.enumerated().map { place, given in label(place) ?? given }
      return try fit { $0.source = .stated }.calibration(try Judged.data(labels, judgments, .winner)).sets
    }
    func state(_ place: Int, _ object: inout JSONObject, samples count: Int) {
      let samples = Array(object["samples"]?.array?.prefix(count) ?? [])
      object["samples"] = .array(
        samples.map { sample in
          var sample = sample.object ?? JSONObject()
          sample["text"] = .string("confidence: \(50 + place % 50)%")
          return .object(sample)
        })
    }
    #expect(try sets { state($0, &$1, samples: 7) } != nil)
    #expect(try sets { state($0, &$1, samples: 1) } == nil)
    // Some people name a third response of a pair.
    #expect(
      try sets {
        state($0, &$1, samples: 7)
      } label: {
        $0 % 3 == 0 ? Judged.label("p\($0)", .winner, 2) : .none
      } == nil)
    var members = try #require(try fit().calibration(data(120, seed: 4)).json.object)
    members["sets"] = ["level": 0.9, "threshold": 0.1, "items": 3]
    #expect(throws: JSONError.self) { try JudgeCalibration(JSONReader(.object(members))) }
  }

  @Test func survivesItsFile() throws {
    for change: (inout Fit) -> Void in [
      { $0.risk = 0.3 }, { $0.hasConfidence = false }, { $0.methods = [.isotonic] }, { $0.risk = 0.001 },
    ] {
      let calibration = try fit(change).calibration(data(120, seed: 4))
      let text = try JSONWriter.pretty(calibration.json)
      let again = try JudgeCalibration(JSONReader(try JSONParser.parse(text)))
      #expect(again == calibration)
      #expect(try again.digest() == calibration.digest())
    }
  }

  /// A file could not hold it, and two such would be told apart by nothing.
  @Test func whatCannotBeWrittenHasNoDigest() throws {
    let sound = try fit().calibration(data(120, seed: 4))
    let broken = JudgeCalibration(
      judge: sound.judge, rules: sound.rules, source: sound.source, combination: sound.combination,
      confidence: sound.confidence, score: sound.score, bands: sound.bands, abstention: sound.abstention,
      usual: sound.usual, promise: ["ece": .number(.nan)], warnings: [])
    #expect(throws: JSONError.self) { try broken.digest() }
  }

  private func reading(_ change: (inout JSONObject) -> Void) throws -> String? {
    var members = try #require(try fit().calibration(data(120, seed: 4)).json.object)
    change(&members)
    do {
      _ = try JudgeCalibration(JSONReader(.object(members)))
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func refusesFilesThatAreNone() throws {
    #expect(
      try reading { $0["cupel_calibration"] = 2 } == "cupel_calibration: the layout 2 is not known; accepted: 1")
    #expect(try reading { $0["cupel_calibration"] = nil } == "'cupel_calibration' is missing")
    #expect(try reading { $0["bands"] = nil } == "'score' and 'bands' belong to labels that are scores")
    #expect(try reading { $0["source"] = nil }?.hasPrefix("'source', 'confidence'") == true)
    #expect(
      try reading { $0["source"] = "panel" } == "'panel' is no source for live judgments: they are of one judge")
    #expect(try reading { $0["extra"] = 1 }?.contains("unknown field 'extra'") == true)
    #expect(
      try reading { $0["confidence"] = ["kind": "temperature", "temperature": -1] }
        == "confidence.temperature: -1.0 is out of range; accepted: numbers above 0")
  }

  @Test func anotherJudgeIsNotCalibrated() throws {
    let calibration = try fit().calibration(data(120, seed: 4))
    func mismatch(_ key: String, _ value: JSONValue) throws -> String? {
      var provenance = try #require(Judged.provenance.object)
      provenance[key] = value
      let judgment = Judged.scores("a", [3], with: ["provenance": .object(provenance)])
      return calibration.mismatch(try JudgeIdentity(JSONReader(judgment)))
    }
    #expect(try mismatch("judge", "renamed") == nil)
    #expect(try mismatch("fingerprint", "f2") == "fingerprint is f2, not f1")
    #expect(try mismatch("rubric", "r@sha256:11") == "rubric is r@sha256:11, not r@sha256:00")
    #expect(try mismatch("sampling", ["samples": 3]) == #"sampling is {"samples":3}, not {"samples":5}"#)
  }

  private func refusal(_ labels: [JSONValue], _ judgments: [JSONValue], _ rules: EvidenceRules, _ fit: Fit) -> String? {
    do {
      _ = try fit.calibration(try Judged.data(labels, judgments, rules))
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func whatCannotBeFitted() throws {
    let few = Judged.overconfident(39, seed: 5)
    let rules = EvidenceRules.score(within: 0.5, scale: try scale())
    #expect(
      refusal(few.labels, few.judgments, rules, fit())
        == "39 labelled items; a fit needs at least 40: half to fit, half to promise")
    let many = Judged.overconfident(60, seed: 5)
    let always = many.judgments.map { judgment in Judged.label(judgment["id"]?.string ?? "", .pass, true) }
    #expect(
      refusal(
        always, many.judgments.map { Judged.scores($0["id"]?.string ?? "", [5, 5, 4]) }, .pass(least: 3, scale: nil),
        fit())
        == "no calibration can be fitted: every outcome is true")
    let single = many.judgments.map { Judged.scores($0["id"]?.string ?? "", [3]) }
    #expect(
      refusal(many.labels, single, rules, fit())
        == "no calibration can be fitted: no source of confidence is in every judgment; take several samples, both orders, or "
        + "log-probabilities")
    #expect(
      refusal(many.labels, single, rules, fit { $0.hasConfidence = false })
        == "no calibration can be fitted: the judge's scores do not vary")
    #expect(
      refusal(many.labels, many.judgments, rules, fit { $0.source = .tokens })
        == "no calibration can be fitted: 30 of 30 judgments do not have the source 'tokens'; those that all have: samples"
    )
    #expect(
      refusal(many.labels, many.judgments, rules, fit { $0.source = .panel })?.contains("when one judge is served")
        == true)
    #expect(
      refusal(many.labels, many.judgments, rules, fit { $0.source = .combined })
        == "no calibration can be fitted: 1 sources to combine, at least 2 needed")
  }

  /// Confidences that tell right from wrong without an error, and such that do not vary.
  @Test func separationAndConstants() throws {
    let ids = (0..<80).map { "q\($0)" }
    let labels = ids.enumerated().map { Judged.label($0.element, .pass, .bool($0.offset % 2 == 0)) }
    let perfect = ids.enumerated().map { place, id in
      Judged.scores(id, place % 2 == 0 ? [5, 5, 5, 5, 5] : [5, 5, 5, 1, 1])
    }
    let rules = EvidenceRules.pass(least: 3, scale: nil)
    let calibration = try fit().calibration(try Judged.data(labels, perfect, rules))
    // Two confidences do not make a curve of three parameters; simpler methods do, and none is sure of what it cannot know.
    let methods = try #require(calibration.promise["methods"])
    #expect(methods["beta"]?["value"]?.isNull == true)
    #expect(methods["beta"]?["reason"]?.string == "beta calibration did not converge")
    let found = try #require(calibration.confidence)
    #expect(found(1) > 0.9 && found(1) < 1 && found(0.6) < 0.2)

    let constant = ids.map { Judged.scores($0, [5, 5, 5, 5, 1]) }
    let flat = try fit().calibration(try Judged.data(labels, constant, rules))
    let confidence = try #require(flat.confidence)
    #expect(abs(confidence(0.8) - 0.5) < 0.2)
  }

  @Test func liveValuesThatHaveMoved() throws {
    let usual = try fit().calibration(data(400, seed: 7)).usual
    let histogram = try #require(usual.histograms[.verdict])
    func index(_ values: [Double]) -> Double {
      var counts = histogram.shares.map { _ in 0 }
      for value in values { counts[histogram.bin(of: value)] += 1 }
      return histogram.stabilityIndex(counts)
    }
    #expect(index(try data(400, seed: 8).rows.map(\.evidence.verdict)) < 0.1)
    #expect(index(try data(400, seed: 8).rows.map { min(5, $0.evidence.verdict + 1.5) }) > 0.25)
  }
}
