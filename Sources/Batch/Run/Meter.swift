import Wire

/// What is spent of one limit, and what another item is likely to cost.
struct Meter: Sendable {
  let limit: Budget.Limit
  /// Of items whose whole expense is known.
  private var known: Int128 = 0
  private var knownItems = 0
  /// Of items of which a part is not known.
  private var partial: Int128 = 0
  private var partialItems = 0

  init(limit: Budget.Limit) { self.limit = limit }

  /// Items that made no call say nothing about what the next one costs.
  mutating func add(_ expense: Expense) {
    guard expense.calls > 0 else { return }
    let total = total(of: expense)
    if let complete = total.complete {
      known = known.adding(complete)
      knownItems += 1
    } else {
      partial = partial.adding(total.known)
      partialItems += 1
    }
  }

  /// Whether the judge answered without saying what is metered here.
  func isBlind(to expense: Expense) -> Bool { total(of: expense).unreported > 0 }

  /// Whether `items` more can be paid for.
  func affords(_ items: Int) -> Bool {
    guard let mean else { return items == 1 && spent.total < most }
    return spent.total.adding(mean.times(items)) <= most
  }

  /// So far.
  var spent: Budget.Spent {
    let paid = known.adding(partial)
    // An item of which a part is not known is likely to have cost what the others did.
    let likely = (mean ?? 0).times(partialItems)
    return Budget.Spent(limit: limit, paid: paid, estimated: max(0, likely - partial), estimatedItems: partialItems)
  }

  /// Of one item, rounded up; nil before the first one.
  private var mean: Int128? {
    knownItems == 0 ? nil : known / Int128(knownItems) + (known % Int128(knownItems) == 0 ? 0 : 1)
  }

  private var most: Int128 {
    switch limit {
    case .tokens(let count): Int128(count)
    case .money(let money): money.units
    }
  }

  private func total(of expense: Expense) -> Expense.Total {
    switch limit {
    case .tokens: expense.tokens
    case .money: expense.money
    }
  }
}

extension Budget {
  /// What a run has spent of one limit: tokens, or units of ``Money``.
  public struct Spent: Sendable, Hashable {
    /// The limit.
    public let limit: Limit
    /// As the judge reported it.
    public let paid: Int128
    /// What calls are likely to have come to that failed without a word of it.
    public let estimated: Int128
    /// Items with such calls.
    public let estimatedItems: Int

    var total: Int128 { paid.adding(estimated) }
  }
}

extension Int128 {
  fileprivate func adding(_ other: Int128) -> Int128 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }

  fileprivate func times(_ count: Int) -> Int128 {
    let (product, overflow) = multipliedReportingOverflow(by: Int128(count))
    return overflow ? .max : product
  }
}
