/// What a prompt is made of, as the cache sees it: two prompts begin alike as far as their units are the same.
package enum PromptUnit: Sendable, Hashable {
  case token(Int32)
  /// A picture or sound, which takes the place of many tokens and is computed as one.
  case media(MediaSpan)

  /// Cells that it takes in the cache.
  package var tokens: Int {
    switch self {
    case .token: 1
    case .media(let span): span.tokens
    }
  }

  /// By how much it moves on what follows: a picture can take fewer positions than tokens (M-RoPE).
  package var positions: Int {
    switch self {
    case .token: 1
    case .media(let span): span.positions
    }
  }
}

/// A picture, a sound, or a piece of one, where it stands in a prompt. Equal spans have equal content.
package struct MediaSpan: Sendable, Hashable {
  /// What is shown, as half of a SHA-256 digest: nobody can make two that are the same.
  package struct Content: Sendable, Hashable {
    package let high: UInt64
    package let low: UInt64

    /// The first 128 bits of a digest.
    package init(high: UInt64, low: UInt64) {
      self.high = high
      self.low = low
    }
  }

  package let content: Content
  package let tokens: Int
  package let positions: Int

  /// - Precondition: it has a token and a position at least.
  package init(content: Content, tokens: Int, positions: Int) {
    precondition(tokens >= 1 && positions >= 1, "a span has a token and a position at least")
    self.content = content
    self.tokens = tokens
    self.positions = positions
  }
}

/// Units in order, with the tokens and positions before each of them.
package struct UnitList: Sendable, Hashable {
  /// What all media up to and with the one at `index` have beyond one token and one position each.
  private struct Excess: Sendable, Hashable {
    let index: Int
    let tokens: Int
    let positions: Int
  }

  private var units: [PromptUnit]
  private var media: [Excess] = []

  /// A list of text alone.
  package init(_ tokens: some Sequence<Int32> = []) { units = tokens.map { .token($0) } }

  /// How many units.
  package var count: Int { units.count }
  package var isEmpty: Bool { units.isEmpty }
  /// Cells that all of them take.
  package var tokens: Int { tokens(before: count) }
  /// What all text is made of, in order.
  package var textTokens: [Int32] {
    units.compactMap { if case .token(let token) = $0 { token } else { nil } }
  }
  /// All media, in order.
  package var spans: [MediaSpan] {
    media.compactMap { if case .media(let span) = units[$0.index] { span } else { nil } }
  }

  package subscript(index: Int) -> PromptUnit { units[index] }

  /// Cells that the first `index` units take.
  package func tokens(before index: Int) -> Int { index + (excess(before: index)?.tokens ?? 0) }
  /// The position of unit `index`, or of what would follow the last one.
  package func position(of index: Int) -> Int { index + (excess(before: index)?.positions ?? 0) }

  private func excess(before index: Int) -> Excess? { media.last { $0.index < index } }

  package mutating func append(_ unit: PromptUnit) {
    if case .media(let span) = unit {
      media.append(
        Excess(
          index: count, tokens: (media.last?.tokens ?? 0) + span.tokens - 1,
          positions: (media.last?.positions ?? 0) + span.positions - 1))
    }
    units.append(unit)
  }

  package mutating func append(_ tokens: some Sequence<Int32>) {
    units.append(contentsOf: tokens.lazy.map { .token($0) })
  }

  /// Leaves the first `count` units.
  package mutating func cut(to count: Int) {
    units.removeSubrange(count...)
    media.removeAll { $0.index >= count }
  }

  /// The first `count` units.
  package func prefix(_ count: Int) -> UnitList {
    var list = self
    list.cut(to: count)
    return list
  }

  /// Whether all of another list is the beginning of this one.
  package func begins(with other: UnitList) -> Bool { common(with: other, atMost: other.count) == other.count }

  /// How many units both begin with, at most `limit`.
  package func common(with other: UnitList, atMost limit: Int) -> Int {
    let end = min(count, other.count, limit)
    return units.withUnsafeBufferPointer { left in
      other.units.withUnsafeBufferPointer { right in
        var count = 0
        while count < end, left[count] == right[count] { count += 1 }
        return count
      }
    }
  }
}
