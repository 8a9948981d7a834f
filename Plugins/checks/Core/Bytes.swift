import Glibc

/// Searching in bytes. UTF-8 makes this the same as searching in characters: no character's bytes begin inside another's.
enum Bytes {
  /// The first place of `needle` at or after the start of `bytes`; see ``Needle``.
  static func firstIndex(of needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    Needle(needle).firstIndex(in: bytes)
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
