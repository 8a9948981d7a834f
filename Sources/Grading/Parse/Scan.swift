import Glibc

/// Finding things in text by bytes: matches are on UTF-8, so a marker next to any other character is found, and a reply costs
/// what it takes to read it once.
enum Scan {
  /// Where `word` stands in `text`, from the left; matches do not overlap.
  static func ranges(of word: String, in text: Substring) -> [Range<String.Index>] {
    let offsets = withBytes(of: text) { bytes in
      withBytes(of: word[...]) { word in all(word, in: bytes) }
    }
    let length = word.utf8.count
    return offsets.map { text.index(at: $0)..<text.index(at: $0 + length) }
  }

  /// Whether `word` stands in `text`; an empty word stands everywhere.
  static func contains(_ word: String, in text: String) -> Bool {
    withBytes(of: text[...]) { bytes in withBytes(of: word[...]) { word in find(word, in: bytes, from: 0) != nil } }
  }

  /// The lines of a text, each without its end: what stands between line feeds, carriage returns, vertical tabs, form feeds, U+0085,
  /// U+2028 and U+2029.
  static func lines(of text: String) -> [Range<String.Index>] {
    var lines: [Range<Int>] = []
    withBytes(of: text[...]) { bytes in
      var (start, at) = (0, 0)
      while at < bytes.count {
        let length = lineEnd(bytes, at)
        if length > 0 { lines.append(start..<at) }
        at += max(1, length)
        if length > 0 { start = at }
      }
      lines.append(start..<bytes.count)
    }
    return lines.map { text[...].index(at: $0.lowerBound)..<text[...].index(at: $0.upperBound) }
  }

  /// The text without white space and control characters of ASCII.
  static func compacted(_ text: some StringProtocol) -> String {
    let text = Substring(text)
    return String(unsafeUninitializedCapacity: text.utf8.count) { room in
      withBytes(of: text) { bytes in
        var count = 0
        for byte in bytes where byte > 0x20 {
          room[count] = byte
          count += 1
        }
        return count
      }
    }
  }

  /// How many bytes the end of a line takes that stands at an offset; 0: none does.
  private static func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    switch bytes[at] {
    case 0x0A...0x0D: 1
    case 0xC2 where at + 1 < bytes.count && bytes[at + 1] == 0x85: 2
    case 0xE2 where at + 2 < bytes.count && bytes[at + 1] == 0x80 && (0xA8...0xA9).contains(bytes[at + 2]): 3
    default: 0
    }
  }

  private static func all(_ word: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>) -> [Int] {
    guard !word.isEmpty else { return [] }
    var found: [Int] = []
    var at = 0
    while let offset = find(word, in: bytes, from: at) {
      found.append(offset)
      at = offset + word.count
    }
    return found
  }

  private static func find(
    _ word: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int? {
    guard let first = word.first, let needle = word.baseAddress, let base = bytes.baseAddress else {
      return word.isEmpty ? start : nil
    }
    var at = start
    while at + word.count <= bytes.count,
      let hit = memchr(base + at, Int32(first), bytes.count - word.count + 1 - at)
    {
      if memcmp(hit, needle, word.count) == 0 { return UnsafeRawPointer(hit) - UnsafeRawPointer(base) }
      at = UnsafeRawPointer(hit) - UnsafeRawPointer(base) + 1
    }
    return nil
  }

  private static func withBytes<Value>(
    of text: Substring, _ body: (UnsafeBufferPointer<UInt8>) -> Value
  ) -> Value {
    if let value = text.utf8.withContiguousStorageIfAvailable(body) { return value }
    return Array(text.utf8).withUnsafeBufferPointer(body)
  }
}

extension Substring {
  /// The place so many bytes after the start.
  fileprivate func index(at offset: Int) -> String.Index { utf8.index(utf8.startIndex, offsetBy: offset) }
}
