import Batch
import Wire

/// Why a budget ended a run.
enum BudgetText {
  /// `currency` is that of the judge's prices.
  static func reached(_ spent: Budget.Spent, currency: String?) -> String {
    let total = amount(spent.paid, spent.limit, currency)
    var text = "the budget is used up: \(total) of \(limit(spent.limit, currency)) are spent"
    if spent.estimatedItems > 0 {
      let items = "\(spent.estimatedItems) \(spent.estimatedItems == 1 ? "item" : "items")"
      text += ", and an estimated \(amount(spent.estimated, spent.limit, currency)) by failed calls of \(items)"
    }
    return text + "; one more item is likely to pass it"
  }

  static func blind(_ limit: Budget.Limit) -> String {
    switch limit {
    case .tokens:
      "--max-tokens: the judge answers without saying how many tokens it read and wrote, so the budget cannot be watched"
    case .money:
      "--max-cost: the judge answers without a count that it has a price for (prompt, completion, or where they are priced "
        + "apart cached, reasoning tokens), so the budget cannot be watched"
    }
  }

  private static func limit(_ limit: Budget.Limit, _ currency: String?) -> String {
    switch limit {
    case .tokens(let count): "\(Number.grouped(count)) tokens"
    case .money(let money): "\(Number.money(money)) \(currency ?? "")"
    }
  }

  private static func amount(_ value: Int128, _ limit: Budget.Limit, _ currency: String?) -> String {
    switch limit {
    case .tokens: Number.grouped(Int(clamping: value))
    case .money: Number.money(Money(units: value))
    }
  }
}
