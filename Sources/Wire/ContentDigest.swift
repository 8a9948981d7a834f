import Crypto

/// Whether two things are the same, told by the SHA-256 of their fields: for looking up in memory, not for writing down.
package struct ContentDigest: Sendable, Hashable {
  private let words: SIMD4<UInt64>

  /// The fields, one after the other. Each is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
  package struct Fields {
    private var hash = SHA256()

    /// None yet.
    package init() {}

    /// Adds a text.
    package mutating func add(_ text: String) {
      add(text.utf8.count)
      var text = text
      text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }

    /// Adds a text, or that there is none.
    package mutating func add(_ text: String?) {
      add(text == nil ? 0 : 1)
      if let text { add(text) }
    }

    /// Adds a number.
    package mutating func add(_ number: Int) {
      withUnsafeBytes(of: number.littleEndian) { hash.update(bufferPointer: $0) }
    }

    /// Adds what is known by its digest.
    package mutating func add(_ digest: ContentDigest) {
      withUnsafeBytes(of: digest.words) { hash.update(bufferPointer: $0) }
    }

    /// The digest of all that was added.
    package var digest: ContentDigest {
      ContentDigest(words: hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) })
    }
  }
}

extension ContentDigest.Fields {
  /// Adds everything there is of an item. Media are known by the text of their reference.
  package mutating func add(_ item: Item) {
    add(item.id)
    add(item.prompt)
    add(item.responses.count)
    for response in item.responses { add(response) }
    add(item.reference)
    add(item.group)
  }

  private mutating func add(_ content: Content?) {
    guard let content else { return add(-1) }
    add(content.turns.count)
    for turn in content.turns {
      add(turn.role)
      add(turn.parts.count)
      for part in turn.parts {
        switch part {
        case .text(let text):
          add(0)
          add(text)
        case .media(let reference):
          add(1)
          add(reference.kind.rawValue)
          add(reference.url)
        }
      }
    }
  }
}
