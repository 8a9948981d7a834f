import JSON
import Synchronization
import Wire

/// What the judgments of one request came to. Those of the cache, and those that another request paid for, cost this one nothing.
final class Totals: Sendable {
  private struct Sum {
    var usage = Usage()
    var unknownCalls = 0
    var cost: [String: (known: Money, unknown: Int)] = [:]
    var origins: [Judged.Origin: Int] = [:]
  }

  private let state = Mutex(Sum())

  /// Counts a judgment, here and in the account of the request.
  func add(_ judged: Judged, _ account: Account) {
    let judgment = judged.judgment
    let isPaidHere = judged.origin == .judged
    state.withLock { sum in
      sum.origins[judged.origin, default: 0] += 1
      guard isPaidHere else { return }
      let expense = judgment.totalExpense
      sum.usage = sum.usage + judgment.totalUsage
      sum.unknownCalls += expense.tokens.unknown
      guard let prices = expense.prices else { return }
      let cost = sum.cost[prices.currency] ?? (.zero, 0)
      let money = expense.money
      sum.cost[prices.currency] = (cost.known + Money(units: money.known), cost.unknown + money.unknown)
    }
    account.note { entries in
      entries.items += 1
      for unscored in judgment.unscored { entries.unscored[unscored.unscored.reason, default: 0] += 1 }
      let scores = judgment.scores.count { $0 != nil }
      entries.scored += scores == 0 && judgment.comparison != nil ? 1 : scores
      entries.add(judged)
    }
  }

  /// `usage`, `cost` where the judge has prices, and how many were not judged for this request.
  var json: JSONObject {
    let sum = state.withLock { $0 }
    var usage = sum.usage.json.object ?? JSONObject()
    if sum.unknownCalls > 0 { usage["unknown_calls"] = .int(Int64(sum.unknownCalls)) }
    var object = JSONObject([("usage", .object(usage))])
    // One session has one currency, also where several judges are asked in turn.
    if let (currency, cost) = sum.cost.first {
      object["cost"] = Expense.cost(currency, cost.known, unknown: cost.unknown, of: "calls")
    }
    for origin in [Judged.Origin.joined, .cached] {
      object[origin.rawValue] = sum.origins[origin].map { .int(Int64($0)) }
    }
    return object
  }
}
