import JSON

/// What a comparison looks past. With all four this is `normalize_answer` of the SQuAD evaluation script.
struct Normaliser: Sendable {
  enum Step: String, Sendable, CaseIterable { case `case`, punctuation, articles, whitespace }

  private let steps: Set<Step>

  init(_ steps: Set<Step>) { self.steps = steps }

  static let squad = Normaliser(Set(Step.allCases))

  /// The option `ignore`: a list of steps.
  static func read(_ reader: JSONReader?) throws(JSONError) -> Normaliser {
    var steps: Set<Step> = []
    for element in try reader?.array() ?? [] { steps.insert(try element.choice()) }
    return Normaliser(steps)
  }

  /// Lower case, then without ASCII punctuation, then without `a`, `an`, `the` as whole words, then with single spaces
  /// and none at the ends: the order of the SQuAD script.
  func apply(_ text: Text) -> [UInt8] {
    var bytes = steps.contains(.case) ? PythonText.lowercased(text) : text.bytes
    if steps.contains(.punctuation) { bytes.removeAll(where: Bytes.isPunctuation) }
    if steps.contains(.articles) { bytes = Self.removingArticles(bytes, isASCII: text.isASCII) }
    if steps.contains(.whitespace) { bytes = Self.collapsingSpace(bytes) }
    return bytes
  }

  private static func collapsingSpace(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    PythonText.forEachWord(bytes) { range in
      if !result.isEmpty { result.append(0x20) }
      result.append(contentsOf: bytes[range])
    }
    return result
  }

  /// Each article becomes a space, as `re.sub(r"\b(a|an|the)\b", " ", text)` does.
  private static func removingArticles(_ bytes: [UInt8], isASCII: Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    forEachRun(bytes, isASCII: isASCII) { range, isWord in
      if isWord, isArticle(bytes[range]) { result.append(0x20) } else { result.append(contentsOf: bytes[range]) }
    }
    return result
  }

  private static func isArticle(_ word: ArraySlice<UInt8>) -> Bool {
    switch word.count {
    case 1: word.first == UInt8(ascii: "a")
    case 2: word.elementsEqual("an".utf8)
    case 3: word.elementsEqual("the".utf8)
    default: false
    }
  }

  /// Cuts the text into runs of word characters (`\w+`) and runs of others.
  private static func forEachRun(_ bytes: [UInt8], isASCII: Bool, _ body: (Range<Int>, _ isWord: Bool) -> Void) {
    var (start, at, inWord) = (0, 0, false)
    func take(_ length: Int, isWord: Bool) {
      if isWord != inWord {
        if start < at { body(start..<at, inWord) }
        (start, inWord) = (at, isWord)
      }
      at += length
    }
    if isASCII {
      for byte in bytes { take(1, isWord: Bytes.isAlphanumeric(byte) || byte == UInt8(ascii: "_")) }
    } else {
      for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
        take(UTF8.width(scalar), isWord: PythonText.isWordCharacter(scalar))
      }
    }
    if start < at { body(start..<at, inWord) }
  }
}
