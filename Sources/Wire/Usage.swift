public import JSON

/// What a judge consumed. A count that a judge does not report is nil, and a sum in which one is unknown counts what is
/// known.
public struct Usage: Sendable, Hashable {
  /// Tokens read, of all messages and media.
  public var promptTokens: Int?
  /// Tokens written, reasoning included.
  public var completionTokens: Int?
  /// Part of `completionTokens`.
  public var reasoningTokens: Int?
  /// Part of `promptTokens`.
  public var cachedTokens: Int?
  /// Requests that were made to a model server, those that failed included; nil for a judge that makes none.
  public var requests: Int?

  /// Counts as a judge reports them; what it leaves out stays unknown.
  public init(
    promptTokens: Int? = nil, completionTokens: Int? = nil, reasoningTokens: Int? = nil, cachedTokens: Int? = nil,
    requests: Int? = nil
  ) {
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
    self.reasoningTokens = reasoningTokens
    self.cachedTokens = cachedTokens
    self.requests = requests
  }

  /// Adds count by count; the sum is unknown only where both are. Counts come from judges and are not to be trusted: a
  /// sum beyond `Int` stays at the largest one.
  public static func + (left: Usage, right: Usage) -> Usage {
    func sum(_ left: Int?, _ right: Int?) -> Int? {
      guard left != nil || right != nil else { return nil }
      let (sum, overflow) = (left ?? 0).addingReportingOverflow(right ?? 0)
      return overflow ? .max : sum
    }
    return Usage(
      promptTokens: sum(left.promptTokens, right.promptTokens),
      completionTokens: sum(left.completionTokens, right.completionTokens),
      reasoningTokens: sum(left.reasoningTokens, right.reasoningTokens),
      cachedTokens: sum(left.cachedTokens, right.cachedTokens), requests: sum(left.requests, right.requests))
  }

  /// Beside these counts: 0 of each that is known.
  package var nothingMore: Usage {
    Usage(
      promptTokens: promptTokens.map { _ in 0 }, completionTokens: completionTokens.map { _ in 0 },
      reasoningTokens: reasoningTokens.map { _ in 0 }, cachedTokens: cachedTokens.map { _ in 0 },
      requests: requests.map { _ in 0 })
  }

  /// `{"prompt_tokens": 812, …}` with the counts that are known.
  public var json: JSONValue {
    var object = JSONObject()
    object["prompt_tokens"] = promptTokens.map { .int(Int64($0)) }
    object["completion_tokens"] = completionTokens.map { .int(Int64($0)) }
    object["reasoning_tokens"] = reasoningTokens.map { .int(Int64($0)) }
    object["cached_tokens"] = cachedTokens.map { .int(Int64($0)) }
    object["requests"] = requests.map { .int(Int64($0)) }
    return .object(object)
  }

  /// Reads what ``json`` writes.
  public init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly("prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens", "requests")
    self.init(
      promptTokens: try reader["prompt_tokens"]?.int(in: 0...Int.max),
      completionTokens: try reader["completion_tokens"]?.int(in: 0...Int.max),
      reasoningTokens: try reader["reasoning_tokens"]?.int(in: 0...Int.max),
      cachedTokens: try reader["cached_tokens"]?.int(in: 0...Int.max),
      requests: try reader["requests"]?.int(in: 0...Int.max))
  }
}
