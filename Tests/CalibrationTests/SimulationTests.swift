import Glibc
import Testing

@testable import Calibration

/// Promises about repetitions, kept over repetitions with fixed seeds. The bands around each promise are four standard errors wide.
@Suite struct SimulationTests {
  private func share(_ runs: Int, _ seed: UInt64, _ run: (inout Randomness) throws -> Bool) rethrows -> Double {
    var randomness = Randomness(seed: seed, purpose: "simulation")
    var hits = 0
    for _ in 0..<runs where try run(&randomness) { hits += 1 }
    return Double(hits) / Double(runs)
  }

  private func slack(_ level: Double, _ runs: Int) -> Double { 4 * (level * (1 - level) / Double(runs)).squareRoot() }

  /// Coverage is at least the level, and above it by 1 / (n + 1) at most (no ties).
  @Test(arguments: [(30, 0.8), (99, 0.9)])
  func conformalBandsCover(items: Int, level: Double) throws {
    let runs = 3000
    let covered = try share(runs, 1) { randomness in
      let human = (0...items).map { _ in 5 * randomness.uniform() }
      // Biased, and noisier where the score is high.
      let judge = human.map { $0 + 0.5 + 0.3 * $0 * randomness.normal() }
      let data = try PairedScores(judge: Array(judge.dropLast()), human: Array(human.dropLast()))
      let band = try SplitConformal(data, level: level).band(around: judge[items], range: -100...100)
      return band.lower <= human[items] && human[items] <= band.upper
    }
    #expect(covered >= level - slack(level, runs))
    #expect(covered <= level + 1 / Double(items + 1) + slack(level, runs))
  }

  @Test func ordinalBandsCoverAsOften() throws {
    let runs = 2000
    let covered = try share(runs, 2) { randomness in
      let human = (0...60).map { _ in Double(1 + randomness.index(below: 5)) }
      let judge = human.map { ($0 + 0.8 * randomness.normal()).clamped(to: 1...5) }
      let data = try PairedScores(judge: Array(judge.dropLast()), human: Array(human.dropLast()))
      let band = try SplitConformal(data, level: 0.85).band(around: judge[60], range: 1...5, step: 1)
      return band.lower <= human[60] && human[60] <= band.upper
    }
    #expect(covered >= 0.85 - slack(0.85, runs))
  }

  @Test func predictionSetsHoldTheAnswer() throws {
    let runs = 2000
    let held = try share(runs, 3) { randomness in
      let rows = (0...50).map { _ in
        // Over-confident: the truth is drawn from flatter probabilities than the judge gives.
        let logits = (0..<3).map { _ in 2 * randomness.normal() }
        let given = logits.map { exp($0) / logits.map { exp($0) }.sum }
        let true0 = logits.map { exp($0 / 3) / logits.map { exp($0 / 3) }.sum }
        let draw = randomness.uniform()
        return (given, draw < true0[0] ? 0 : draw < true0[0] + true0[1] ? 1 : 2)
      }
      let sets = try PredictionSets(rows.dropLast().map(\.0), answers: rows.dropLast().map(\.1), level: 0.9)
      return sets.set(rows[50].0).contains(rows[50].1)
    }
    #expect(held >= 0.9 - slack(0.9, runs))
    #expect(held <= 0.9 + 1 / 51.0 + slack(0.9, runs))
  }

  /// The true risk above the threshold is known here: wrong with probability 0.5 (1 - c) at confidence c, so above t it is (1 - t) / 4.
  @Test func selectiveRiskIsBoundedInThePromisedShareOfRuns() throws {
    let runs = 500
    var found = 0
    let broken = try share(runs, 4) { randomness in
      let confidences = (0..<400).map { _ in randomness.uniform() }
      let data = try Predictions(confidences, confidences.map { randomness.uniform() >= 0.5 * (1 - $0) })
      guard let chosen = try SelectiveThreshold.find(data, risk: 0.15, error: 0.1) else { return false }
      found += 1
      return (1 - chosen.threshold) / 4 > 0.15
    }
    #expect(broken <= 0.1 + slack(0.1, runs))
    // Nothing is promised about how often a threshold is found; but a promise kept by never deciding would be worth nothing.
    #expect(found > runs / 2)
  }

  /// The cheap judge is right at half its confidence and better, the strong one at 0.7 and better; the true risk is measured on many items.
  @Test func cascadesKeepTheSamePromise() throws {
    func items(_ count: Int, _ randomness: inout Randomness) -> [[Cascade.Verdict?]] {
      [0.5, 0.3].map { worst in
        (0..<count).map { _ in
          let confidence = randomness.uniform()
          let isRight = randomness.uniform() >= worst * (1 - confidence)
          // Now and then a judge fails, and the next one is asked.
          return randomness.uniform() < 0.05 ? nil : Cascade.Verdict(confidence: confidence, isRight: isRight)
        }
      }
    }
    var fresh = Randomness(seed: 50, purpose: "simulation")
    let many = items(40_000, &fresh)
    var risks: [Double: Double] = [:]
    let runs = 200
    let broken = try share(runs, 5) { randomness in
      guard let cascade = try Cascade.find(items(300, &randomness), risk: 0.12) else { return false }
      let threshold = cascade.selection.threshold
      if risks[threshold] == nil {
        let decided = (0..<40_000).compactMap { row in
          cascade.decider(many.map { $0[row]?.confidence }).flatMap { many[$0][row]?.isRight }
        }
        risks[threshold] = Double(decided.count { !$0 }) / Double(decided.count)
      }
      return (risks[threshold] ?? 1) > 0.12
    }
    #expect(broken <= 0.1 + slack(0.1, runs))
  }

  /// Human scores have variance 1 and the judge's 1.25, with covariance 1; of 100 labels and 300 others the variance of the mean is
  /// (1 - 2λ + 1.25 λ²) / 100 + 1.25 λ² / 300: 0.00667 for λ = 1 and 0.004 for the best λ, 0.6, against 0.01 without the judge.
  @Test(arguments: [(PredictionPowered.Weight.full, 0.8165), (.tuned, 0.6325)])
  func predictionPoweredIntervalsCover(weight: PredictionPowered.Weight, length: Double) throws {
    let runs = 1500
    var (powered, plain) = (0.0, 0.0)
    let covered = try share(runs, 6) { randomness in
      let human = (0..<400).map { _ in 3 + randomness.normal() }
      let judge = human.map { $0 + 0.7 + 0.5 * randomness.normal() }
      let labelled = try PairedScores(judge: Array(judge[..<100]), human: Array(human[..<100]))
      let data = try PredictionPowered(labelled: labelled, unlabelled: Array(judge[100...]))
      let interval = try #require(try data.mean(weight, level: 0.9).interval)
      powered += interval.halfWidth
      plain += try #require(try data.mean(.none, level: 0.9).interval).halfWidth
      return interval.lower <= 3 && 3 <= interval.upper
    }
    #expect(abs(covered - 0.9) <= slack(0.9, runs) + 0.01)
    #expect(abs(powered / plain - length) < 0.015)
  }

  @Test(arguments: [0.1, 0.5, 0.85])
  func roganGladenIntervalsCover(truth: Double) throws {
    let runs = 1500
    let covered = try share(runs, 7) { randomness in
      func draws(_ count: Int, _ rate: Double, _ randomness: inout Randomness) throws -> Proportion {
        try Proportion((0..<count).count { _ in randomness.uniform() < rate }, of: count)
      }
      let (sensitivity, specificity) = (0.9, 0.8)
      let rate = truth * sensitivity + (1 - truth) * (1 - specificity)
      let estimate = try RoganGladen(
        passed: draws(500, rate, &randomness), sensitivity: draws(80, sensitivity, &randomness),
        specificity: draws(80, specificity, &randomness)
      ).estimate()
      let interval = try #require(estimate.interval)
      return interval.lower <= truth && truth <= interval.upper
    }
    #expect(covered >= 0.95 - slack(0.95, runs) - 0.01)
  }

  @Test func isotonicNeverFalls() throws {
    var randomness = Randomness(seed: 8, purpose: "simulation")
    for size in [1, 2, 3, 10, 200] {
      for _ in 0..<20 {
        let rows = (0..<size).map { _ in (x: Double(randomness.index(below: 30)), y: randomness.normal()) }
        let knots = Knots(fitting: rows)
        #expect(knots.x.isStrictlyAscending && knots.y.isAscending)
        #expect(abs(rows.map { knots($0.x) }.mean - rows.map(\.y).mean) < 1e-9)
      }
    }
  }
}
