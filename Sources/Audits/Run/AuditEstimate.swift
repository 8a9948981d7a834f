public import JSON
import Judging
public import Wire

/// What a plan will cost, roughly: said where the judge has prices. What a model reads and writes is known when it has.
public struct AuditEstimate: Sendable, Hashable {
  /// What the judge's prices are in.
  public let currency: String
  /// Tokens that the judge will read, at four bytes each; pictures, frames and sound, and what conversations grow by, are not counted.
  public internal(set) var promptTokens = 0
  /// Tokens that the judge will write at most; nil where nobody limits a reply (`sampling.max_tokens`).
  public internal(set) var mostCompletionTokens: Int?
  /// What that costs; nil where the tokens that are written are not limited, and cost something.
  public private(set) var mostCost: Money?
  /// Calls to other models, which are in none of these.
  public internal(set) var otherCalls = 0

  static let bytesPerToken = 4

  init(_ prices: Prices, judgeCalls: Int, promptBytes: Int, otherCalls: Int, maxReplyTokens: Int?) {
    currency = prices.currency
    promptTokens = (promptBytes + Self.bytesPerToken - 1) / Self.bytesPerToken
    self.otherCalls = otherCalls
    mostCompletionTokens = maxReplyTokens.map { judgeCalls.multipliedReportingOverflow(by: $0) }.flatMap {
      $0.overflow ? nil : $0.partialValue
    }
    let dearest = max(prices.completion, prices.reasoning)
    guard dearest == .zero || mostCompletionTokens != nil else { return }
    mostCost = promptTokens * prices.prompt + (mostCompletionTokens ?? 0) * dearest + judgeCalls * prices.request
  }

  /// `{"currency": …, "prompt_tokens": …, "most_completion_tokens": …, "most_cost": …}`.
  public var json: JSONValue {
    [
      "currency": .string(currency), "prompt_tokens": .int(Int64(promptTokens)),
      "most_completion_tokens": mostCompletionTokens.map { .int(Int64($0)) } ?? .null,
      "most_cost": mostCost.map { .number($0.number) } ?? .null, "other_calls": .int(Int64(otherCalls)),
    ]
  }
}
