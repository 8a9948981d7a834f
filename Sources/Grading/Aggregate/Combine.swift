import Rubrics

extension Rubric.Combine {
  /// One value from several, grouped by the order in which they were obtained; every group holds at least one.
  ///
  /// - mean: the mean of the groups' means, so that an order with more verdicts does not weigh more;
  /// - median: of all values, the mean of the middle two for an even count;
  /// - majority: the most frequent value, the lower of two that are equally frequent.
  func combine(_ groups: [[Double]]) -> Double {
    switch self {
    case .mean: Self.mean(groups.map(Self.mean))
    case .median: Self.median(groups.flatMap { $0 })
    case .majority: Self.mode(groups.flatMap { $0 })
    }
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  private static func mode(_ values: [Double]) -> Double {
    var best = (value: Double.infinity, count: 0)
    for (value, same) in Dictionary(grouping: values, by: { $0 })
    where same.count > best.count || (same.count == best.count && value < best.value) {
      best = (value, same.count)
    }
    return best.value
  }
}
