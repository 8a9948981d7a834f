import Calibration
internal import Glibc

/// McNemar 1947, exact: whether two outcomes of the same items differ, from the items on which they do.
struct McNemar: Sendable, Hashable {
  /// Items on which only the first holds.
  var onlyFirst = 0
  /// Items on which only the second holds.
  var onlySecond = 0

  mutating func add(_ first: Bool, _ second: Bool) {
    onlyFirst += first && !second ? 1 : 0
    onlySecond += second && !first ? 1 : 0
  }

  /// Two-sided, from the binomial distribution; 1 where nothing differs.
  var p: Double { Self.twoSided(onlyFirst, onlySecond) }

  /// 2 P(X ≤ the smaller count), at most 1, for X binomial with n the sum and 1/2.
  static func twoSided(_ left: Int, _ right: Int) -> Double {
    let count = left + right
    guard count > 0 else { return 1 }
    let n = Double(count)
    // Terms relative to the largest of them, which is the last: sums of thousands of tiny numbers keep their digits.
    let last = min(left, right)
    let scale = logChoose(n, Double(last)) - n * log(2)
    let sum = (0...last).reversed().map { exp(logChoose(n, Double($0)) - n * log(2) - scale) }.sum
    return min(1, 2 * exp(scale) * sum)
  }

  private static func logChoose(_ n: Double, _ k: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(n + 1, &sign) - lgamma_r(k + 1, &sign) - lgamma_r(n - k + 1, &sign)
  }
}

/// Holm 1979: p-values of several tests such that the chance of a single false alarm among them stays below the level.
enum Holm {
  /// In the order of `values`.
  static func adjusted(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var adjusted = values
    var highest = 0.0
    for (rank, place) in order.enumerated() {
      highest = max(highest, min(1, Double(values.count - rank) * values[place]))
      adjusted[place] = highest
    }
    return adjusted
  }
}

/// Simes 1986: one p-value for several tests of which any may show an effect. Right for tests that are independent or depend on each
/// other positively, as tests on the same items do, and less blunt than Bonferroni where several show it.
enum Simes {
  /// nil for no tests.
  static func combined(_ values: [Double]) -> Double? {
    let sorted = values.sorted()
    return sorted.enumerated().map { min(1, Double(sorted.count) * $0.element / Double($0.offset + 1)) }.min()
  }
}

/// What an audit of so many items can find.
enum DetectableEffect {
  /// The smallest share of items that has to break, where nothing breaks by chance, for an exact McNemar test at `level` to notice
  /// with probability `power`: the share r with P(Bin(n, r) ≥ k) = power, k the fewest items that are significant.
  static func smallest(items: Int, level: Double = 0.05, power: Double = 0.8) -> Estimate {
    var fewest = 1
    while McNemar.twoSided(fewest, 0) > level { fewest += 1 }
    guard items >= fewest else { return .undefined(.tooFew(of: "items", has: items, needs: fewest)) }
    // The upper end of an exact interval for k - 1 of n is that share.
    guard let below = try? Proportion(fewest - 1, of: items),
      let upper = below.estimate(level: 2 * power - 1, exact: true).interval?.upper
    else { return .undefined(.failed("the power has to be above one half")) }
    return .value(upper)
  }
}
