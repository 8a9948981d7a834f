/// So many of so many, such as the items on which a judge agreed with a person.
public struct Proportion: Sendable, Hashable {
  /// From 0 to `count`.
  public let successes: Int
  /// Independent trials.
  public let count: Int

  /// Refuses negative counts and more successes than trials.
  public init(_ successes: Int, of count: Int) throws(CalibrationError) {
    guard successes >= 0, successes <= count else {
      throw CalibrationError("\(successes) of \(count) is no share; accepted: 0 to the number of trials")
    }
    (self.successes, self.count) = (successes, count)
  }

  /// The share, with an interval of `method`, which is `wilson` or `clopperPearson`.
  public func estimate(level: Double = 0.95, exact: Bool = false) -> Estimate {
    guard count > 0 else { return .undefined(.tooFew(of: "trials", has: 0, needs: 1)) }
    return .value(Double(successes) / Double(count), exact ? clopperPearson(level: level) : wilson(level: level))
  }

  /// Wilson 1927: the shares that a z test of the observed one does not reject.
  func wilson(level: Double) -> Interval {
    let n = Double(count)
    let z = Normal.quantile(twoSided: level)
    let share = Double(successes) / n
    let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    // At the ends the formula gives exactly 0 and 1, up to rounding.
    let lower = successes == 0 ? 0 : centre - half
    let upper = successes == count ? 1 : centre + half
    return Interval(lower, upper, level: level, method: .wilson)
  }

  /// Clopper and Pearson 1934: the shares that neither one-sided exact binomial test rejects.
  func clopperPearson(level: Double) -> Interval {
    let tail = (1 - level) / 2
    return Interval(lowerBound(error: tail), upperBound(error: tail), level: level, method: .clopperPearson)
  }

  /// Exceeds the true share with a probability of at most `error`.
  func lowerBound(error: Double) -> Double {
    successes == 0 ? 0 : IncompleteBeta.inverse(error, Double(successes), Double(count - successes + 1))
  }

  /// Falls below the true share with a probability of at most `error`; 1 for no trials.
  func upperBound(error: Double) -> Double {
    successes == count ? 1 : 1 - IncompleteBeta.inverse(error, Double(count - successes), Double(successes + 1))
  }
}
