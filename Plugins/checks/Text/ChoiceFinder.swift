/// Finds the letter that an answer chooses. In this order, the last occurrence of each:
/// 1. `\boxed{B}` (also `\boxed{\text{(B)}}`);
/// 2. the whole text is the letter: `B`, `(b)`, `B.`, `**B**`;
/// 3. a phrase: `answer is (B)`, `Answer: B`, `option B`, `choice: **B**`;
/// 4. the text begins with the letter and a mark: `B) because`, `B. Paris`, `(B) Paris`, `**B**`;
/// 5. a capital letter in brackets or bold anywhere: `(B)`, `[B]`, `**B**`.
/// A bare letter within a sentence is never taken: `A dog` is not choice A.
struct ChoiceFinder: Sendable {
  /// Capital letters.
  let letters: Set<UInt8>

  func find(_ text: [UInt8]) -> UInt8? {
    let text = Bytes.trimmed(text[...])
    if let boxed = Boxed.last(in: text) {
      return boxed.isEmpty ? nil : lone(Boxed.plain(boxed)[...])
    }
    if let letter = lone(text) { return letter }
    return phrase(in: text) ?? opening(text) ?? marked(in: text)
  }

  /// The letter, if nothing but marks stands around it.
  private func lone(_ text: ArraySlice<UInt8>) -> UInt8? {
    let inner = text.drop { !Bytes.isAlphanumeric($0) && $0 < 0x80 }
    guard let first = inner.first, let letter = choice(first, anyCase: true) else { return nil }
    return inner.dropFirst().allSatisfy { !Bytes.isAlphanumeric($0) && $0 < 0x80 } ? letter : nil
  }

  private static let words = ["answer", "option", "choice", "choose", "select", "pick"].map { Array($0.utf8) }
  private static let links = Set([
    "is", "the", "would", "be", "option", "choice", "answer", "letter", "correct", "text",
  ])

  /// After `answer`, `option` … only linking words and marks may stand before the letter.
  private func phrase(in text: ArraySlice<UInt8>) -> UInt8? {
    let lower = text.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
    let original = Array(text)
    var best: (at: Int, letter: UInt8)?
    for word in Self.words {
      var rest = lower[...]
      while let at = Bytes.firstIndex(of: word, in: rest) {
        let end = at + word.count
        if at == 0 || !Bytes.isLetter(lower[at - 1]), let letter = linked(original, lower, from: end),
          at >= best?.at ?? 0
        {
          best = (at, letter)
        }
        rest = rest[end...]
      }
    }
    return best?.letter
  }

  private func linked(_ text: [UInt8], _ lower: [UInt8], from start: Int) -> UInt8? {
    var at = start
    for _ in 0..<6 {
      var sawMark = false
      while at < text.count, !Bytes.isAlphanumeric(text[at]), text[at] < 0x80 {
        // A sentence that ended before the letter does not speak of it.
        if text[at] == UInt8(ascii: "."), at > start { return nil }
        if "(*:[\"'".utf8.contains(text[at]) { sawMark = true }
        at += 1
      }
      let begin = at
      // No linking word is longer, and a run of a million letters must not be read again for each `answer` before it.
      while at < text.count, at - begin < 8, Bytes.isAlphanumeric(text[at]) { at += 1 }
      guard begin < at else { return nil }
      // `the answer is a dog`: a small letter counts only behind a mark.
      if at - begin == 1, at == text.count || text[at] < 0x80, let letter = choice(text[begin], anyCase: sawMark) {
        return isArticle(text, begin) ? nil : letter
      }
      guard Self.links.contains(String(decoding: lower[begin..<at], as: UTF8.self)) else { return nil }
    }
    return nil
  }

  /// `A` that a word follows is an article: `the answer is A dog`.
  private func isArticle(_ text: [UInt8], _ at: Int) -> Bool {
    guard text[at] | 0x20 == UInt8(ascii: "a"), at + 2 < text.count else { return false }
    return text[at + 1] == 0x20 && Bytes.isLetter(text[at + 2])
      && !text[(at + 2)...].starts(with: "because".utf8) && !text[(at + 2)...].starts(with: "and".utf8)
  }

  private func opening(_ text: ArraySlice<UInt8>) -> UInt8? {
    let inner = text.drop { "(*[".utf8.contains($0) }
    guard let first = inner.first, let letter = choice(first, anyCase: false) else { return nil }
    guard let next = inner.dropFirst().first, ".):]*,".utf8.contains(next) else { return nil }
    // `A.I. systems` and `e.g.` are words.
    if next == UInt8(ascii: "."), let after = inner.dropFirst(2).first, Bytes.isAlphanumeric(after) { return nil }
    return letter
  }

  private func marked(in text: ArraySlice<UInt8>) -> UInt8? {
    var at = text.endIndex - 2
    while at > text.startIndex {
      if let letter = choice(text[at], anyCase: false), isPair(text[at - 1], text[at + 1]) { return letter }
      at -= 1
    }
    return nil
  }

  private func isPair(_ open: UInt8, _ close: UInt8) -> Bool {
    switch open {
    case UInt8(ascii: "("): close == UInt8(ascii: ")")
    case UInt8(ascii: "["): close == UInt8(ascii: "]")
    case UInt8(ascii: "*"): close == UInt8(ascii: "*")
    default: false
    }
  }

  private func choice(_ byte: UInt8, anyCase: Bool) -> UInt8? {
    let letter = anyCase && Bytes.isLetter(byte) ? byte & ~0x20 : byte
    return letters.contains(letter) ? letter : nil
  }
}
