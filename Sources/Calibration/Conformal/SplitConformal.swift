import Glibc

/// Intervals around a judge's scores that cover the human score as often as they say, whatever the judge: split conformal prediction
/// (Papadopoulos et al. 2002; Lei et al. 2018). Holds for items that come from where the calibration items came from, on average over
/// items.
public struct SplitConformal: Sendable, Hashable {
  /// An interval of a human score.
  public struct Band: Sendable, Hashable {
    /// Never above `upper`.
    public let lower: Double
    /// Never below `lower`.
    public let upper: Double
  }

  /// The residual that so many future ones stay within: infinite where there were too few items to say, and every band is then the
  /// whole scale.
  public let radius: Double
  /// The share of items whose band covers, at least.
  public let level: Double

  /// From |judge - human| of calibration items, one row for each item: of n ascending residuals the ⌈(n + 1) · level⌉th.
  public init(_ data: PairedScores, level: Double = 0.9) throws(CalibrationError) {
    try requireLevel(level)
    let residuals = zip(data.judge, data.human).map { abs($0 - $1) }.sorted()
    (self.radius, self.level) = (Self.quantile(residuals, level: level), level)
  }

  init(radius: Double, level: Double) { (self.radius, self.level) = (radius, level) }

  /// The band around `score`, cut to the scale and moved to its steps where it has steps.
  public func band(around score: Double, on scale: HumanScale) -> Band {
    scale.step.map { band(around: score, range: scale.range, step: $0) } ?? band(around: score, range: scale.range)
  }

  /// The least number of items with which a band can be shorter than the scale: 9 for 90 %, 19 for 95 %.
  public static func itemsNeeded(level: Double) -> Int { Int(((1 / (1 - level)) - 1 - 1e-9).rounded(.up)) }

  /// The ⌈(n + 1) · level⌉th of ascending scores, infinite where that is past the last. The product is lowered by 1e-9, so that rounding
  /// cannot take a whole number past the next.
  static func quantile(_ ascending: [Double], level: Double) -> Double {
    let rank = Int((Double(ascending.count + 1) * level - 1e-9).rounded(.up))
    return rank <= ascending.count ? ascending[max(rank, 1) - 1] : .infinity
  }

  /// The band around `score`, cut to the scale.
  public func band(around score: Double, range: ClosedRange<Double>) -> Band {
    Band(lower: (score - radius).clamped(to: range), upper: (score + radius).clamped(to: range))
  }

  /// The band around `score` on a scale of `range.lowerBound` and every `step` after it, its ends moved inwards to the next steps: no human
  /// score lies in what is cut off, so the coverage stays (Sheng et al. 2025, arXiv 2509.18658). A band between two steps, which could
  /// cover nothing, is widened to the step that is nearest to the score.
  public func band(around score: Double, range: ClosedRange<Double>, step: Double) -> Band {
    let band = band(around: score, range: range)
    func place(_ value: Double) -> Double { (value - range.lowerBound) / step }
    // Rounding must not cut off a step that the band ends on.
    let lower = (place(band.lower) - 1e-9).rounded(.up)
    let upper = (place(band.upper) + 1e-9).rounded(.down)
    guard lower <= upper else {
      let nearest = range.lowerBound + place(score.clamped(to: range)).rounded() * step
      return Band(lower: nearest, upper: nearest)
    }
    return Band(lower: range.lowerBound + lower * step, upper: range.lowerBound + upper * step)
  }
}

/// Split conformal bands for each group (rubric, modality) by itself, so that each group is covered as often as promised and none pays
/// for another (Vovk 2012: Mondrian).
public struct GroupedConformal: Sendable, Hashable {
  /// One for each group that was calibrated.
  public let groups: [String: SplitConformal]

  /// `names` has the group of each row.
  public init(_ data: PairedScores, groups names: [String], level: Double = 0.9) throws(CalibrationError) {
    try requireSameCount(data.count, "scores", names.count, "groups")
    var rows: [String: [Int]] = [:]
    for (row, name) in names.enumerated() { rows[name, default: []].append(row) }
    var groups: [String: SplitConformal] = [:]
    for (name, places) in rows { groups[name] = try SplitConformal(data.rows(places), level: level) }
    self.groups = groups
  }

  /// The bands of a group; nil for one without calibration items, of which nothing is known.
  public subscript(group: String) -> SplitConformal? { groups[group] }
}
