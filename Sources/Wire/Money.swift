/// An amount in some currency, exact: a whole number of 10⁻¹² of its unit.
///
/// Prices per million tokens with up to six decimals are whole numbers of these per token, so that adding up has no rounding, and
/// the order in which amounts are added makes no difference. Sums that do not fit stay at the largest amount.
public struct Money: Sendable, Hashable, Comparable {
  /// Of 10⁻¹² of the currency's unit; never negative.
  public let units: Int128

  /// How many ``units`` make one of the currency.
  static let unitsPerOne: Int128 = 1_000_000_000_000
  static let decimals = 12

  /// No money.
  public static let zero = Money(units: 0)

  /// So many 10⁻¹² of a unit.
  package init(units: Int128) { self.units = units }

  /// Reads a decimal number such as `5`, `0.25` or `2.5e-07`, exactly; nil for anything else, for negative numbers, and for more
  /// than twelve decimals or fifteen digits before them.
  public init?(decimal text: String) {
    guard let parts = text.wholeMatch(of: /([0-9]{1,36})(?:\.([0-9]{1,36}))?(?:[eE]([-+]?[0-9]{1,2}))?/)?.output,
      var units = Int128(parts.1 + (parts.2 ?? "")), let exponent = Int(parts.3 ?? "0")
    else { return nil }
    // units × 10^shift are to be the amount.
    let shift = Self.decimals - (parts.2?.utf8.count ?? 0) + exponent
    for _ in 0..<abs(shift) where units != 0 {
      let (moved, isLossy) = shift > 0 ? units.multipliedReportingOverflow(by: 10) : (units / 10, units % 10 != 0)
      guard !isLossy else { return nil }
      units = moved
    }
    guard units < 1_000_000_000_000_000 * Self.unitsPerOne else { return nil }
    self.units = units
  }

  /// The smaller of two amounts comes first.
  public static func < (left: Money, right: Money) -> Bool { left.units < right.units }

  /// Both together.
  public static func + (left: Money, right: Money) -> Money {
    let (sum, overflow) = left.units.addingReportingOverflow(right.units)
    return Money(units: overflow ? .max : sum)
  }

  /// So many times.
  public static func * (count: Int, price: Money) -> Money {
    let (product, overflow) = price.units.multipliedReportingOverflow(by: Int128(count))
    return Money(units: overflow ? .max : product)
  }

  /// A millionth of it; nil where that is no whole number of ``units``.
  public var dividedByMillion: Money? {
    let (quotient, rest) = units.quotientAndRemainder(dividingBy: 1_000_000)
    return rest == 0 ? Money(units: quotient) : nil
  }

  /// To so many decimals (0 to 12), halves away from zero.
  public func rounded(decimals: Int) -> Money {
    var step: Int128 = 1
    for _ in decimals..<Self.decimals { step *= 10 }
    let below = units - units % step
    let isUp = units % step >= step - units % step && step > 1
    return isUp ? Money(units: below) + Money(units: step) : Money(units: below)
  }

  /// With all its decimals, and no zeros after the last: `0.000745`, `12`.
  public var decimal: String {
    let fraction = String(units % Self.unitsPerOne)
    let padded = String(repeating: "0", count: Self.decimals - fraction.count) + fraction
    let cut = padded.reversed().drop { $0 == "0" }.reversed()
    return String(units / Self.unitsPerOne) + (cut.isEmpty ? "" : "." + String(cut))
  }

  /// The nearest number that JSON readers will hold.
  public var number: Double { Double(decimal) ?? .infinity }
}
