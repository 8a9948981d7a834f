import Glibc

/// Searching in bytes. UTF-8 makes this the same as searching in characters: no character's bytes begin inside another's.
enum Bytes {
  /// The first place of `needle` at or after the start of `bytes`, in linear time whatever the texts (Knuth, Morris and
  /// Pratt 1977; `memchr` finds the places where a match can begin).
  static func firstIndex(of needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard let first = needle.first else { return bytes.startIndex }
    let borders = needle.count > 1 ? borders(needle) : [0]
    let offset = bytes.withUnsafeBufferPointer { text -> Int? in
      guard let base = text.baseAddress else { return nil }
      var (at, matched) = (0, 0)
      while at < text.count {
        if matched == 0 {
          guard let hit = memchr(base + at, Int32(first), text.count - at) else { return nil }
          at = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
        }
        while matched > 0, needle[matched] != text[at] { matched = borders[matched - 1] }
        if needle[matched] == text[at] { matched += 1 }
        at += 1
        if matched == needle.count { return at - matched }
      }
      return nil
    }
    return offset.map { bytes.startIndex + $0 }
  }

  /// For each length of a prefix the longest shorter prefix that it also ends in.
  private static func borders(_ needle: [UInt8]) -> [Int] {
    var borders = [Int](repeating: 0, count: needle.count)
    for at in 1..<needle.count {
      var length = borders[at - 1]
      while length > 0, needle[length] != needle[at] { length = borders[length - 1] }
      borders[at] = needle[length] == needle[at] ? length + 1 : 0
    }
    return borders
  }

  /// The last place of `needle` in `bytes`. For short needles (tags, commands): the time is the product of both lengths.
  static func lastIndex(of needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard let first = needle.first, bytes.count >= needle.count else { return nil }
    var at = bytes.endIndex - needle.count
    while at >= bytes.startIndex {
      if bytes[at] == first, bytes[at..<(at + needle.count)].elementsEqual(needle) { return at }
      at -= 1
    }
    return nil
  }

  /// How often `needle` occurs without overlapping itself.
  static func count(of needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int {
    guard !needle.isEmpty else { return 0 }
    var (found, rest) = (0, bytes)
    while let at = firstIndex(of: needle, in: rest) {
      found += 1
      rest = rest[(at + needle.count)...]
    }
    return found
  }

  /// Without the ASCII white space at both ends.
  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes.drop(while: isSpace)
    while let last = rest.last, isSpace(last) { rest = rest.dropLast() }
    return rest
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

  /// Python's ASCII whitespace: `str.split` takes the separators 0x1C to 0x1F too.
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte &- 0x09 < 5 || byte &- 0x1C < 4
  }

  /// Python's `string.punctuation`.
  static func isPunctuation(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && !isAlphanumeric(byte)
  }
}
