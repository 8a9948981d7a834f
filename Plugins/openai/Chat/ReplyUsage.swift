import JSON
import Wire

/// Reads what an answer has cost. Counts are the server's word; one that no count can be is unknown.
enum ReplyUsage {
  /// From `usage`, in the ways of OpenAI, DeepSeek, Moonshot and SGLang, and from llama.cpp's `timings`.
  static func read(_ answer: JSONValue) -> Usage {
    let usage = answer["usage"]
    let completion = usage?["completion_tokens_details"]
    let cached = [
      usage?["prompt_tokens_details"]?["cached_tokens"], usage?["prompt_cache_hit_tokens"], usage?["cached_tokens"],
      answer["timings"]?["cache_n"],
    ]
    return Usage(
      promptTokens: count(usage?["prompt_tokens"]), completionTokens: count(usage?["completion_tokens"]),
      reasoningTokens: count(completion?["reasoning_tokens"]) ?? count(usage?["reasoning_tokens"]),
      cachedTokens: cached.lazy.compactMap(count).first)
  }

  private static func count(_ value: JSONValue?) -> Int? { value?.int.flatMap { $0 >= 0 ? $0 : nil } }
}
