import LlamaScheduling

/// Where the tokens of a span stand, in the four parts of M-RoPE: time, row, column, and one more.
struct SpanPositions: Sendable, Hashable {
  /// Four for each token, of a span that begins at 0.
  let parts: [Int32]
  /// Which parts are counted from where the span begins.
  let moves: [Bool]

  var tokens: Int { parts.count / 4 }

  /// One part of the position of a token, of a span that begins at `start`.
  func part(_ part: Int, of token: Int, start: Int) -> Int32 {
    parts[4 * token + part] + (moves[part] ? Int32(start) : 0)
  }
}

/// What a projector makes of a picture or sound: what the model takes in place of tokens.
final class Embeddings: Sendable {
  let width: Int
  /// `width` for each token.
  let floats: [Float]
  let positions: SpanPositions
  let isWhole: Bool

  init(width: Int, floats: [Float], positions: SpanPositions, isWhole: Bool) {
    self.width = width
    self.floats = floats
    self.positions = positions
    self.isWhole = isWhole
  }

  var tokens: Int { positions.tokens }
  /// That it takes.
  var bytes: Int { 4 * (floats.count + positions.parts.count) }
}

/// Embeddings that were used last, as many as fit into a number of bytes.
struct EmbeddingCache {
  let limit: Int
  private(set) var bytes = 0
  private var kept: [MediaSpan.Content: (embeddings: Embeddings, lastUsed: UInt64)] = [:]
  private var clock: UInt64 = 0

  init(limit: Int) { self.limit = limit }

  var count: Int { kept.count }

  /// What is kept of a content, which thereby was used last.
  mutating func find(_ content: MediaSpan.Content) -> Embeddings? {
    guard let found = kept[content]?.embeddings else { return nil }
    clock += 1
    kept[content]?.lastUsed = clock
    return found
  }

  /// Keeps embeddings, in place of those that were not used for longest; what is larger than the limit is not kept.
  mutating func keep(_ embeddings: Embeddings, of content: MediaSpan.Content) {
    guard embeddings.bytes <= limit, kept[content] == nil else { return }
    while bytes + embeddings.bytes > limit, let oldest = kept.min(by: { $0.value.lastUsed < $1.value.lastUsed }) {
      bytes -= oldest.value.embeddings.bytes
      kept[oldest.key] = nil
    }
    clock += 1
    kept[content] = (embeddings, clock)
    bytes += embeddings.bytes
  }
}
