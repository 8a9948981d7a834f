/// What the numbers of a rating mean.
public enum MeasurementLevel: String, Sendable, CaseIterable {
  /// Names: equal or not.
  case nominal
  /// Ranks: how many ratings lie between.
  case ordinal
  /// Differences.
  case interval
  /// Differences in relation to the sum; no rating may be negative.
  case ratio
}

extension Ratings {
  /// Krippendorff's alpha, 1 - observed / expected disagreement, over all pairs of ratings of one item against all pairs of ratings
  /// (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability). Items with fewer than two ratings say nothing and are left out.
  /// Refuses negative ratings at `ratio`.
  public func krippendorffAlpha(_ level: MeasurementLevel) throws(CalibrationError) -> Estimate {
    if level == .ratio, let least = categories.first, least < 0 {
      throw CalibrationError("a rating is \(least); accepted at the level 'ratio': 0 and more")
    }
    return Estimate { () throws(Undefined) in
      let paired = items.filter { $0.count { $0 != nil } >= 2 }
      try require(paired.count, atLeast: 1, "items with two ratings")
      let values = Set(paired.flatMap { $0.compactMap(\.self) }).sorted()
      guard values.count > 1 else { throw .agreementCertain }
      let counts = rows(items.indices.filter { items[$0].count { $0 != nil } >= 2 }).counts(values)
      let totals = values.indices.map { place in counts.map { $0[place] }.sum }
      let difference = Self.differences(level, values, totals)
      let observed = counts.map { row in Self.disagreement(row, difference) / (row.sum - 1) }.sum
      let n = totals.sum
      let expected = Self.disagreement(totals, difference) / (n - 1)
      return 1 - observed / expected
    }
  }

  /// Σ over pairs of categories of their counts and their squared difference.
  private static func disagreement(_ counts: [Double], _ difference: (Int, Int) -> Double) -> Double {
    let used = counts.indices.filter { counts[$0] > 0 }
    return used.flatMap { left in used.map { counts[left] * counts[$0] * difference(left, $0) } }.sum
  }

  /// The squared difference of two categories, by their places.
  private static func differences(
    _ level: MeasurementLevel, _ values: [Double], _ totals: [Double]
  ) -> (Int, Int) -> Double {
    // Ratings below the middle of each category: between two of them lie the ranks in between.
    var below = 0.0
    let ranks = totals.map { total in
      defer { below += total }
      return below + total / 2
    }
    return { left, right in
      let distance =
        switch level {
        case .nominal: left == right ? 0.0 : 1.0
        case .ordinal: ranks[left] - ranks[right]
        case .interval: values[left] - values[right]
        case .ratio: left == right ? 0.0 : (values[left] - values[right]) / (values[left] + values[right])
        }
      return distance * distance
    }
  }
}
