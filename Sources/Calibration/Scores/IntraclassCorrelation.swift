/// The six intraclass correlations of Shrout and Fleiss 1979, for ratings in which every rater rated every item.
public enum IntraclassForm: String, Sendable, CaseIterable {
  /// ICC(1,1): each item has its own raters; one rating.
  case oneWaySingle = "1,1"
  /// ICC(2,1): raters are a sample, and their level counts (absolute agreement); one rating.
  case agreementSingle = "2,1"
  /// ICC(3,1): these raters, whose level does not count (consistency); one rating.
  case consistencySingle = "3,1"
  /// ICC(1,k): the mean of k ratings.
  case oneWayMean = "1,k"
  /// ICC(2,k).
  case agreementMean = "2,k"
  /// ICC(3,k).
  case consistencyMean = "3,k"
}

/// Mean squares of a two-way analysis of variance without replication.
private struct MeanSquares {
  let items, raters, error, withinItems: Double
  let n, k: Double
}

extension Ratings {
  /// An intraclass correlation with the interval of McGraw and Wong 1996.
  public func intraclassCorrelation(_ form: IntraclassForm, level: Double = 0.95) throws(CalibrationError) -> Estimate {
    try requireLevel(level)
    do throws(Undefined) {
      let squares = try meanSquares()
      let estimate = Estimate { () throws(Undefined) in try Self.value(form, squares) }
      return estimate.with(Self.interval(form, squares, level: level))
    } catch {
      return .undefined(error)
    }
  }

  private func meanSquares() throws(Undefined) -> MeanSquares {
    try require(items.count, atLeast: 2, "items")
    try require(raters, atLeast: 2, "raters")
    let table = items.map { $0.compactMap(\.self) }
    guard table.allSatisfy({ $0.count == raters }) else {
      throw .missingRatings("a rating is missing; intraclass correlations need every rater to rate every item")
    }
    let (n, k) = (Double(items.count), Double(raters))
    let grand = table.flatMap(\.self).mean
    let rowMeans = table.map(\.mean)
    let columnMeans = (0..<raters).map { rater in table.map { $0[rater] }.mean }
    let itemSum = k * rowMeans.map { ($0 - grand) * ($0 - grand) }.sum
    let raterSum = n * columnMeans.map { ($0 - grand) * ($0 - grand) }.sum
    let within = zip(table, rowMeans).flatMap { row, mean in row.map { ($0 - mean) * ($0 - mean) } }.sum
    let error = zip(table, rowMeans).flatMap { row, mean in
      zip(row, columnMeans).map { $0 - mean - $1 + grand }.map { $0 * $0 }
    }.sum
    guard itemSum + within > 0 else { throw .constant("the ratings") }
    return MeanSquares(
      items: itemSum / (n - 1), raters: raterSum / (k - 1), error: error / ((n - 1) * (k - 1)),
      withinItems: within / (n * (k - 1)), n: n, k: k)
  }

  private static func value(_ form: IntraclassForm, _ s: MeanSquares) throws(Undefined) -> Double {
    let (above, below) =
      switch form {
      case .oneWaySingle: (s.items - s.withinItems, s.items + (s.k - 1) * s.withinItems)
      case .agreementSingle: (s.items - s.error, s.items + (s.k - 1) * s.error + s.k * (s.raters - s.error) / s.n)
      case .consistencySingle: (s.items - s.error, s.items + (s.k - 1) * s.error)
      case .oneWayMean: (s.items - s.withinItems, s.items)
      case .agreementMean: (s.items - s.error, s.items + (s.raters - s.error) / s.n)
      case .consistencyMean: (s.items - s.error, s.items)
      }
    guard below != 0 else { throw .constant("the means of the items") }
    return above / below
  }

  /// Nil where the items are told apart without any error: F is infinite.
  private static func interval(_ form: IntraclassForm, _ s: MeanSquares, level: Double) -> Interval? {
    let share = 1 - (1 - level) / 2
    let (n, k) = (s.n, s.k)
    guard s.error > 0, s.withinItems > 0 else { return nil }
    func ends(_ lower: Double, _ upper: Double) -> Interval? {
      guard lower.isFinite, upper.isFinite else { return nil }
      return Interval(lower, upper, level: level, method: .fDistribution)
    }
    switch form {
    case .oneWaySingle, .oneWayMean, .consistencySingle, .consistencyMean:
      let isOneWay = form == .oneWaySingle || form == .oneWayMean
      let ratio = s.items / (isOneWay ? s.withinItems : s.error)
      let freedom = isOneWay ? n * (k - 1) : (n - 1) * (k - 1)
      let low = ratio / FDistribution.quantile(share, n - 1, freedom)
      let high = ratio * FDistribution.quantile(share, freedom, n - 1)
      let isSingle = form == .oneWaySingle || form == .consistencySingle
      return isSingle
        ? ends((low - 1) / (low + k - 1), (high - 1) / (high + k - 1)) : ends(1 - 1 / low, 1 - 1 / high)
    case .agreementSingle, .agreementMean:
      let icc = (s.items - s.error) / (s.items + (k - 1) * s.error + k * (s.raters - s.error) / n)
      let ratio = s.raters / s.error
      let weight = n * (1 + (k - 1) * icc) - k * icc
      // Satterthwaite's degrees of freedom.
      let root = k * icc * ratio + weight
      let over = (n - 1) * (k - 1) * root * root
      let freedom = over / ((n - 1) * k * k * icc * icc * ratio * ratio + weight * weight)
      let upperF = FDistribution.quantile(share, n - 1, freedom)
      let lowerF = FDistribution.quantile(share, freedom, n - 1)
      let rest = k * s.raters + (k * n - k - n) * s.error
      let low = n * (s.items - upperF * s.error) / (upperF * rest + n * s.items)
      let high = n * (lowerF * s.items - s.error) / (rest + n * lowerF * s.items)
      return form == .agreementSingle
        ? ends(low, high) : ends(low * k / (1 + low * (k - 1)), high * k / (1 + high * (k - 1)))
    }
  }
}
