/// Case, whitespace and word characters as Python's `str` and `re` see them, so that values agree with the Python
/// implementations also beyond ASCII.
enum PythonText {
  /// `str.lower()`, with the rule for a final sigma.
  static func lowercased(_ text: Text) -> [UInt8] {
    if text.isASCII { return lowercased(ascii: text.bytes) }
    let scalars = Array(text.string.unicodeScalars)
    var lower: [UInt8] = []
    lower.reserveCapacity(text.bytes.count)
    for (at, scalar) in scalars.enumerated() {
      if scalar.value < 0x80 {
        let byte = UInt8(scalar.value)
        lower.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
      } else if scalar == "Σ" {
        lower.append(contentsOf: (isFinalSigma(scalars, at) ? "ς" : "σ").utf8)
      } else {
        lower.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      }
    }
    return lower
  }

  private static func lowercased(ascii bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: bytes.count) { room, count in
      bytes.withUnsafeBufferPointer { bytes in
        for at in 0..<bytes.count { room[at] = bytes[at] | (bytes[at] &- 0x41 < 26 ? 0x20 : 0) }
      }
      count = bytes.count
    }
  }

  /// Unicode's Final_Sigma: a cased letter before, none after, looking past case-ignorable characters.
  private static func isFinalSigma(_ scalars: [Unicode.Scalar], _ at: Int) -> Bool {
    let before = scalars[..<at].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(at + 1)...].first { !$0.properties.isCaseIgnorable }
    return before?.properties.isCased == true && after?.properties.isCased != true
  }

  /// The words that `str.split()` gives.
  static func words(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var words: [ArraySlice<UInt8>] = []
    forEachWord(bytes) { words.append(bytes[$0]) }
    return words
  }

  /// How many words `str.split()` gives.
  static func wordCount(_ text: Text) -> Int {
    var count = 0
    guard text.isASCII else {
      forEachWord(text.bytes) { _ in count += 1 }
      return count
    }
    text.bytes.withUnsafeBufferPointer { bytes in
      // A word begins wherever white space ends. Without a branch: this is what most of the time goes into.
      var before: UInt8 = 1
      for byte in bytes {
        let isSpace: UInt8 = Bytes.isSpace(byte) ? 1 : 0
        count &+= Int(before & ~isSpace)
        before = isSpace
      }
    }
    return count
  }

  /// Calls `body` with the range of every word that `str.split()` gives.
  static func forEachWord(_ bytes: [UInt8], _ body: (Range<Int>) -> Void) {
    bytes.withUnsafeBufferPointer { buffer in
      var (at, start) = (0, 0)
      while at < buffer.count {
        let length = spaceLength(buffer, at)
        if length > 0 {
          if start < at { body(start..<at) }
          at += length
          start = at
        } else {
          at += 1
        }
      }
      if start < buffer.count { body(start..<buffer.count) }
    }
  }

  /// The length in bytes of the whitespace character (`str.isspace`) at `at`; 0 for anything else.
  static func spaceLength(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    let first = bytes[at]
    if first < 0x80 { return Bytes.isSpace(first) ? 1 : 0 }
    if first == 0xC2, at + 1 < bytes.count {
      return bytes[at + 1] == 0x85 || bytes[at + 1] == 0xA0 ? 2 : 0
    }
    guard first >= 0xE1, first <= 0xE3, at + 2 < bytes.count else { return 0 }
    let scalar = UInt32(first & 0x0F) << 12 | UInt32(bytes[at + 1] & 0x3F) << 6 | UInt32(bytes[at + 2] & 0x3F)
    switch scalar {
    case 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: return 3
    default: return 0
    }
  }

  /// The bytes without whitespace: `"".join(text.split())`.
  static func removingSpace(_ text: Text) -> [UInt8] {
    var rest: [UInt8] = []
    rest.reserveCapacity(text.bytes.count)
    forEachWord(text.bytes) { rest.append(contentsOf: text.bytes[$0]) }
    return rest
  }

  /// `\w` of Python's `re`: `str.isalnum` or an underscore.
  static func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return Bytes.isAlphanumeric(UInt8(scalar.value)) || scalar == "_" }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      return true
    default:
      // Characters such as 一 are letters; a few symbols have a numeric value all the same.
      return scalar.properties.numericType != nil
    }
  }
}
