import CLlama
import Foundation
import JSON

/// What `judges.NAME.options` says in the configuration; README.md has a line for every field.
struct LlamaOptions: Sendable {
  /// How keys and values are kept.
  enum KVType: String, Sendable, CaseIterable { case f16, q8_0, f32 }
  /// Whether attention is computed in one fused step, which on a CPU loses precision: logits are off by 0.005 instead of 0.00001.
  enum FlashAttention: String, Sendable, CaseIterable { case auto, on, off }

  /// How moving pictures are put into a prompt.
  enum Frames: String, Sendable, CaseIterable {
    /// One picture after the other.
    case images
    /// Two frames for one picture, where the model takes them so.
    case pairs
  }

  let model: String
  /// The projector's file; nil: the model reads text alone.
  let mmproj: String?
  /// The least tokens of a picture; nil: as the projector has it.
  let imageMinTokens: Int?
  /// The most tokens of a picture, which larger ones are scaled down to; nil: as the projector has it.
  let imageMaxTokens: Int?
  /// For embeddings of pictures and sound that are kept.
  let mediaCacheBytes: Int
  let frames: Frames
  /// Tokens that a prompt and its reply may have together; nil: as many as the model was trained with, ``usualContext`` at most.
  let context: Int?
  /// Calls computed at once.
  let slots: Int
  /// The most tokens of one step.
  let batch: Int
  let threads: Int
  /// -1: all.
  let gpuLayers: Int
  let kvType: KVType
  let flashAttention: FlashAttention
  /// For prefixes that are kept, beside what calls at work need.
  let cacheBytes: Int
  /// What a call leaves open.
  let temperature: Double
  let topP: Double
  let topK: Int
  let minP: Double
  /// nil: as the context has room.
  let maxTokens: Int?
  /// The most alternatives that are given with a token.
  let maxTopLogprobs: Int
  /// Whether, and after what, answers are held to their form.
  let answers: AnswerOptions
  /// The name of one of llama.cpp's templates, in place of the model's own.
  let template: String?
  /// Calls that wait for a slot, at most.
  let maxWaiting: Int
  /// Each call is computed by itself and from its first token on.
  let isStrict: Bool

  static let fields = [
    "model", "mmproj", "image_min_tokens", "image_max_tokens", "media_cache_bytes", "frames", "context", "slots",
    "batch", "threads", "gpu_layers", "kv_type", "flash_attention", "cache_bytes",
    "temperature", "top_p", "top_k", "min_p", "max_tokens", "logprobs",
    "grammar", "reasoning_end", "template", "max_waiting", "strict",
  ]
  /// Those that say nothing without ``mmproj``.
  static let mediaFields = ["image_min_tokens", "image_max_tokens", "media_cache_bytes", "frames"]
  static let usualContext = 8192

  /// What attention writes in a step of a small judge has to fit into the caches of a processor; a GPU is idle with less than this.
  private static func usualBatch(gpuLayers: Int) -> Int { cllama_offloads() && gpuLayers != 0 ? 512 : 256 }

  /// Reads all fields. What is not known or out of range is an error with its path.
  init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly(Self.fields)
    model = try reader.require("model").string()
    mmproj = try reader["mmproj"].map { (field) throws(JSONError) in try field.string() }
    let tokens = 1...65_536
    imageMinTokens = try reader["image_min_tokens"].map { (field) throws(JSONError) in try field.int(in: tokens) }
    imageMaxTokens = try reader["image_max_tokens"].map { (field) throws(JSONError) in try field.int(in: tokens) }
    mediaCacheBytes = try reader["media_cache_bytes"]?.int(in: 0...1 << 42) ?? 256 << 20
    frames = try reader["frames"]?.choice() ?? .images
    context = try reader["context"].map { (field) throws(JSONError) in try field.int(in: 32...4_194_304) }
    isStrict = try reader["strict"]?.bool() ?? false
    slots = try reader["slots"]?.int(in: 1...64) ?? (isStrict ? 1 : 4)
    threads = try reader["threads"]?.int(in: 1...512) ?? ProcessInfo.processInfo.activeProcessorCount
    gpuLayers = try reader["gpu_layers"]?.int(in: -1...10_000) ?? -1
    batch = try reader["batch"]?.int(in: 32...8192) ?? Self.usualBatch(gpuLayers: gpuLayers)
    kvType = try reader["kv_type"]?.choice() ?? .f16
    flashAttention = try reader["flash_attention"]?.choice() ?? .off
    cacheBytes = try reader["cache_bytes"]?.int(in: 0...1 << 42) ?? (isStrict ? 0 : 256 << 20)
    temperature = try reader["temperature"]?.double(in: 0...10) ?? 1
    topP = try Self.share(reader["top_p"]) ?? 1
    topK = try reader["top_k"]?.int(in: 0...1_000_000) ?? 0
    minP = try reader["min_p"]?.double(in: 0...1) ?? 0
    maxTokens = try reader["max_tokens"].map { (field) throws(JSONError) in try field.int(in: 1...4_194_304) }
    maxTopLogprobs = try reader["logprobs"]?.int(in: 0...100) ?? 20
    answers = try AnswerOptions(reader)
    template = try reader["template"].map { (field) throws(JSONError) in try field.string() }
    maxWaiting = try reader["max_waiting"]?.int(in: 0...100_000) ?? 1024
    if isStrict {
      for (name, value, only) in [("slots", slots, 1), ("cache_bytes", cacheBytes, 0)] where value != only {
        if let field = reader[name] {
          throw field.error("'strict' computes one call at a time and keeps nothing; leave \(name) out")
        }
      }
    }
    try checkMedia(reader)
    if batch < slots, let field = reader["batch"] ?? reader["slots"] {
      throw field.error("a step of \(batch) tokens has no room for one of each of \(slots) slots")
    }
    // A quantised value cache needs the fused attention.
    if kvType == .q8_0, flashAttention == .off, let field = reader["kv_type"] {
      throw field.error("q8_0 needs 'flash_attention: on'")
    }
  }

  private func checkMedia(_ reader: JSONReader) throws(JSONError) {
    for name in Self.mediaFields where mmproj == nil {
      if let field = reader[name] { throw field.error("says nothing without 'mmproj', the model's projector") }
    }
    if let least = imageMinTokens, let most = imageMaxTokens, least > most, let field = reader["image_min_tokens"] {
      throw field.error("\(least) is more than the \(most) of 'image_max_tokens'")
    }
  }

  private static func share(_ field: JSONReader?) throws(JSONError) -> Double? {
    guard let field else { return nil }
    let share = try field.double(in: 0...1)
    guard share > 0 else { throw field.error("0 leaves no token; accepted: above 0 and up to 1") }
    return share
  }
}
