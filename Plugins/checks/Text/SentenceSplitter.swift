/// Counts sentences: pieces of text with a word character in them, separated by `.`, `!`, `?` or `…` (with closing quotes
/// and brackets) before whitespace, by `。`, `！`, `？`, and by line breaks. In Python:
/// `re.split(r"(?<=[.!?…])[\"'”’)\]»]*\s+|[。！？]|\n+", text)`, pieces with `\w`.
enum SentenceSplitter {
  static func count(_ text: Text) -> Int {
    var counter = Counter()
    if text.isASCII {
      for byte in text.bytes { counter.take(Unicode.Scalar(byte)) }
    } else {
      for scalar in text.string.unicodeScalars { counter.take(scalar) }
    }
    return counter.total
  }

  private struct Counter {
    private var sentences = 0
    private var hasWord = false
    private var sawTerminator = false

    var total: Int { sentences + (hasWord ? 1 : 0) }

    mutating func take(_ scalar: Unicode.Scalar) {
      switch scalar {
      case ".", "!", "?", "…": sawTerminator = true
      case "\"", "'", "”", "’", ")", "]", "»": break
      case "。", "！", "？", "\n": end()
      default:
        if sawTerminator, isSpace(scalar) { return end() }
        sawTerminator = false
        if !hasWord { hasWord = PythonText.isWordCharacter(scalar) }
      }
    }

    private mutating func end() {
      if hasWord { sentences += 1 }
      (hasWord, sawTerminator) = (false, false)
    }

    private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar.value < 0x80 ? Bytes.isSpace(UInt8(scalar.value)) : scalar.properties.isWhitespace
    }
  }
}
