public import JSON

/// What some calls to a judge came to, those that failed included, and how much of it is not known.
///
/// A count that no one reported is never taken for 0: it is left out of the sum, and the sum says so.
public struct Expense: Sendable, Hashable {
  /// A sum of what is known.
  public struct Total: Sendable, Hashable {
    /// Tokens, or units of ``Money``.
    public fileprivate(set) var known: Int128 = 0
    /// Calls that are not in it, because it is not known what they came to.
    public fileprivate(set) var unknown = 0
    /// Of those, the calls that were answered all the same: the judge does not count.
    public fileprivate(set) var unreported = 0

    /// The sum; nil where a part is not known.
    public var complete: Int128? { unknown == 0 ? known : nil }

    /// The sum of both.
    static func + (left: Total, right: Total) -> Total {
      let (sum, overflow) = left.known.addingReportingOverflow(right.known)
      return Total(
        known: overflow ? .max : sum, unknown: left.unknown + right.unknown,
        unreported: left.unreported + right.unreported
      )
    }

    mutating func add(_ amount: Int128?, answered: Bool) {
      guard let amount else {
        unknown += 1
        unreported += answered ? 1 : 0
        return
      }
      let (sum, overflow) = known.addingReportingOverflow(amount)
      known = overflow ? .max : sum
    }
  }

  /// What the calls are paid with; nil: no one said.
  public let prices: Prices?
  /// Calls to the judge.
  public private(set) var calls = 0
  /// Read and written together.
  public private(set) var tokens = Total()
  /// In units of ``Money``; all 0 without prices.
  public private(set) var money = Total()

  /// Nothing yet.
  public init(prices: Prices? = nil) { self.prices = prices }

  /// Counts one call: what its reply, or its failure, consumed.
  public mutating func add(_ usage: Usage, answered: Bool) {
    calls += 1
    tokens.add(usage.totalTokens.map { Int128($0) }, answered: answered)
    if let prices { money.add(prices.cost(of: usage)?.units, answered: answered) }
  }

  /// The calls of both, in one currency: what calls cost whose price no one said, beside some whose price is known, is not known.
  public static func + (left: Expense, right: Expense) -> Expense {
    var sum = Expense(prices: left.prices ?? right.prices)
    sum.calls = left.calls + right.calls
    sum.tokens = left.tokens + right.tokens
    sum.money = left.money + right.money
    if sum.prices != nil {
      for one in [left, right] where one.prices == nil {
        sum.money.unknown += one.calls
        sum.money.unreported += one.calls
      }
    }
    return sum
  }

  /// `{"currency": "USD", "amount": 0.00125}`; where a part is not known the amount is null, and `at_least` says what is known. nil
  /// without prices.
  public var cost: JSONValue? {
    guard let prices else { return nil }
    return Self.cost(prices.currency, Money(units: money.known), unknown: money.unknown, of: "calls")
  }

  /// The same for totals over judgments.
  public static func cost(_ currency: String, _ known: Money, unknown: Int, of what: String) -> JSONValue {
    var object = JSONObject([("currency", .string(currency))])
    object["amount"] = unknown == 0 ? .number(known.number) : .null
    if unknown > 0 {
      object["at_least"] = .number(known.number)
      object["unknown_\(what)"] = .int(Int64(unknown))
    }
    return .object(object)
  }
}

extension Usage {
  /// Read and written together; nil where one of them is not known.
  public var totalTokens: Int? {
    guard let promptTokens, let completionTokens, promptTokens >= 0, completionTokens >= 0 else { return nil }
    let (sum, overflow) = promptTokens.addingReportingOverflow(completionTokens)
    return overflow ? .max : sum
  }
}
