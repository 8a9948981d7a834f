/// The tokens of `rouge-score`: lower case, runs of `a-z` and `0-9`; with stemming, words of more than three letters
/// through Porter's stemmer.
struct RougeTokenizer {
  let stems: Bool
  /// After one token more than this the rest is not read: the text is too long anyway.
  let limit: Int

  func tokens(_ text: Text, _ vocabulary: inout Vocabulary) -> [Int32] {
    let lower = Self.lowercased(text)
    var tokens: [Int32] = []
    tokens.reserveCapacity(min(lower.count / 5, limit))
    var at = 0
    while at < lower.count, tokens.count <= limit {
      while at < lower.count, !Bytes.isAlphanumeric(lower[at]) { at += 1 }
      let start = at
      while at < lower.count, Bytes.isAlphanumeric(lower[at]) { at += 1 }
      guard start < at else { break }
      if stems, at - start > 3 {
        var stemmer = PorterStemmer(lower[start..<at])
        tokens.append(vocabulary.id(of: stemmer.stem()[...]))
      } else {
        tokens.append(vocabulary.id(of: lower[start..<at]))
      }
    }
    return tokens
  }

  /// Only two characters beyond ASCII have a lower case with ASCII letters in it: the Kelvin sign gives `k`, and the
  /// dotted İ gives `i` and a combining dot. All others only separate tokens.
  private static func lowercased(_ text: Text) -> [UInt8] {
    guard !text.isASCII else { return PythonText.lowercased(text) }
    var lower: [UInt8] = []
    lower.reserveCapacity(text.bytes.count)
    for scalar in text.string.unicodeScalars {
      switch scalar {
      case "\u{212A}": lower.append(UInt8(ascii: "k"))
      case "\u{130}": lower.append(contentsOf: "i ".utf8)
      default:
        let byte = scalar.value < 0x80 ? UInt8(scalar.value) : 0x20
        lower.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
      }
    }
    return lower
  }
}
