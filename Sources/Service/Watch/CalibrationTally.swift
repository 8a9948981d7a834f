import Calibration
import Wire

/// What became of calibrated judgments, by rubric and judge, and how far the judge has moved since it was fitted.
struct CalibrationTally: Sendable {
  typealias Key = WorkTally.Key

  /// The last values of one number, by their bins.
  private struct Window: Sendable {
    let usual: UsualValues.Histogram
    /// Whether it was said that the values differ.
    var hasDrifted = false
    private var sinceLook = 0
    private var bins: [Int] = []
    private var next = 0
    private var counts: [Int]

    /// Drift is told of the last so many values, and of no fewer than the least.
    static let (most, least) = (1000, 200)

    init(_ usual: UsualValues.Histogram) {
      self.usual = usual
      counts = usual.shares.map { _ in 0 }
    }

    /// Returns the index where it has come to differ, or to differ no more.
    mutating func add(_ value: Double) -> Double? {
      insert(value)
      // Looked at now and then: one value in so many does not move it.
      sinceLook += 1
      guard sinceLook >= Self.stride, let index else { return nil }
      sinceLook = 0
      guard hasDrifted ? index < Self.usualBelow : index > Self.driftedAbove else { return nil }
      hasDrifted.toggle()
      return index
    }

    /// Above the first, values are held to differ; below the second they do no more. Between, it stays as it was said: what wavers around one
    /// limit would be said again and again.
    static let (driftedAbove, usualBelow) = (0.25, 0.2)
    private static let stride = 20

    private mutating func insert(_ value: Double) {
      let bin = usual.bin(of: value)
      counts[bin] += 1
      guard bins.count == Self.most else {
        bins.append(bin)
        return
      }
      counts[bins[next]] -= 1
      bins[next] = bin
      next = (next + 1) % Self.most
    }

    /// Nil as long as too few values have come.
    var index: Double? { bins.count < Self.least ? nil : usual.stabilityIndex(counts) }
  }

  private var outcomes = 0
  private var abstained = 0
  private var calibration = ""
  private var windows: [UsualValues.Number: Window] = [:]

  /// A number of a judge that has left what it was fitted on, or come back to it.
  struct Drift: Sendable, Hashable {
    let number: UsualValues.Number
    let index: Double
    let hasDrifted: Bool
    let calibration: String
  }

  /// Counts a judgment. With another calibration than before, drift begins anew.
  mutating func add(_ calibrated: Calibrated, _ usual: UsualValues) -> [Drift] {
    if calibration != calibrated.calibration {
      calibration = calibrated.calibration
      windows = usual.histograms.mapValues { Window($0) }
    }
    var drifts: [Drift] = []
    for outcome in calibrated.all {
      outcomes += 1
      if outcome.abstains == true { abstained += 1 }
      let given: [(UsualValues.Number, Double?)] = [
        (.verdict, outcome.given.verdict), (.confidence, outcome.given.confidence),
      ]
      for (number, value) in given {
        guard let value, let index = windows[number]?.add(value) else { continue }
        let hasDrifted = windows[number]?.hasDrifted ?? false
        drifts.append(Drift(number: number, index: index, hasDrifted: hasDrifted, calibration: calibration))
      }
    }
    return drifts
  }

  /// Writes all tallies, family by family.
  static func write(_ tallies: [Key: CalibrationTally], to text: inout Exposition) {
    let all = tallies.labelled
    text.family("cupel_calibrated_total", .counter, "Verdicts that were calibrated.")
    for (labels, tally) in all { text.add(tally.outcomes, labels) }
    text.family("cupel_abstained_total", .counter, "Of these, those that are left to people.")
    for (labels, tally) in all { text.add(tally.abstained, labels) }
    text.family(
      "cupel_calibration_drift", .gauge,
      "Population stability index of the last 1000 verdicts and confidences against those that were fitted; above 0.25 they differ."
    )
    for (labels, tally) in all {
      for number in UsualValues.Number.allCases {
        if let index = tally.windows[number]?.index { text.add(index, labels + [("number", number.rawValue)]) }
      }
    }
  }
}
