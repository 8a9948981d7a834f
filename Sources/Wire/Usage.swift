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

  /// Counts as a judge reports them; what it leaves out stays unknown.
  public init(
    promptTokens: Int? = nil, completionTokens: Int? = nil, reasoningTokens: Int? = nil, cachedTokens: Int? = nil
  ) {
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
    self.reasoningTokens = reasoningTokens
    self.cachedTokens = cachedTokens
  }

  /// Adds count by count; the sum is unknown only where both are. Counts come from judges and are not to be trusted: a
  /// sum beyond `Int` stays at the largest one.
  public static func + (left: Usage, right: Usage) -> Usage {
    func sum(_ field: KeyPath<Usage, Int?>) -> Int? {
      guard left[keyPath: field] != nil || right[keyPath: field] != nil else { return nil }
      let (sum, overflow) = (left[keyPath: field] ?? 0).addingReportingOverflow(right[keyPath: field] ?? 0)
      return overflow ? .max : sum
    }
    return Usage(
      promptTokens: sum(\.promptTokens), completionTokens: sum(\.completionTokens),
      reasoningTokens: sum(\.reasoningTokens), cachedTokens: sum(\.cachedTokens))
  }

  /// `{"prompt_tokens": 812, …}` with the counts that are known.
  public var json: JSONValue {
    var object = JSONObject()
    object["prompt_tokens"] = promptTokens.map { .int(Int64($0)) }
    object["completion_tokens"] = completionTokens.map { .int(Int64($0)) }
    object["reasoning_tokens"] = reasoningTokens.map { .int(Int64($0)) }
    object["cached_tokens"] = cachedTokens.map { .int(Int64($0)) }
    return .object(object)
  }
}
