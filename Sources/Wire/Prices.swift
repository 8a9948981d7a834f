public import JSON

/// What a judge charges.
public struct Prices: Sendable, Hashable {
  /// As a bill would say it: `USD`, `EUR`, `GPU-seconds`.
  public let currency: String
  /// For a token that the judge reads.
  public let prompt: Money
  /// For a token that it had read before, in place of ``prompt``.
  public let cached: Money
  /// For a token that the judge writes.
  public let completion: Money
  /// For a token that it writes before its answer, in place of ``completion``.
  public let reasoning: Money
  /// For each request, whatever came of it.
  public let request: Money

  /// Prices for one token each, and for one request; what has no price of its own costs as much as what it is a part of.
  public init(
    currency: String, prompt: Money = .zero, cached: Money? = nil, completion: Money = .zero, reasoning: Money? = nil,
    request: Money = .zero
  ) {
    self.currency = currency
    self.prompt = prompt
    self.cached = cached ?? prompt
    self.completion = completion
    self.reasoning = reasoning ?? completion
    self.request = request
  }

  /// What `usage` costs; nil where a count that has a price is not known, or where a part is larger than its whole.
  ///
  /// Cached tokens are part of the prompt's and reasoning tokens part of the completion's: each token is paid once.
  public func cost(of usage: Usage) -> Money? {
    guard let read = Self.cost(usage.promptTokens, prompt, part: usage.cachedTokens, cached),
      let written = Self.cost(usage.completionTokens, completion, part: usage.reasoningTokens, reasoning),
      let asked = Self.cost(usage.requests, request)
    else { return nil }
    return read + written + asked
  }

  /// `count` at `price`, those of `part` among them at theirs.
  private static func cost(_ count: Int?, _ price: Money, part: Int?, _ partPrice: Money) -> Money? {
    guard price != partPrice else { return cost(count, price) }
    guard let count, let part, (0...max(0, count)).contains(part) else { return nil }
    return (count - part) * price + part * partPrice
  }

  private static func cost(_ count: Int?, _ price: Money) -> Money? {
    guard price != .zero else { return .zero }
    guard let count, count >= 0 else { return nil }
    return count * price
  }

  /// As the configuration says them.
  public var json: JSONValue {
    func perMillion(_ price: Money) -> JSONValue { .number((1_000_000 * price).number) }
    var tokens = JSONObject([("prompt", perMillion(prompt))])
    if cached != prompt { tokens["cached"] = perMillion(cached) }
    tokens["completion"] = perMillion(completion)
    if reasoning != completion { tokens["reasoning"] = perMillion(reasoning) }
    var object = JSONObject([("currency", .string(currency)), ("per_million", .object(tokens))])
    if request != .zero { object["per_request"] = .number(request.number) }
    return .object(object)
  }
}
