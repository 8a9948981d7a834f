/// Porter's stemmer (Porter 1980, "An algorithm for suffix stripping") with NLTK's extensions, the default mode of
/// `nltk.stem.porter.PorterStemmer`, which `rouge-score` uses. Works on one word of `a-z` and `0-9`.
struct PorterStemmer {
  private var word: [UInt8]

  init(_ word: some Sequence<UInt8>) { self.word = Array(word) }

  mutating func stem() -> [UInt8] {
    if Self.irregularLengths.contains(word.count),
      let irregular = Self.irregular[String(decoding: word, as: UTF8.self)]
    {
      return Array(irregular.utf8)
    }
    guard word.count > 2 else { return word }
    plurals()
    pastAndProgressive()
    finalY()
    if endsAlliAfterMeasure { cut(2) }
    apply(Self.step2)
    apply(Self.step3)
    apply(Self.step4)
    finalE()
    if ends("ll"), measure(word.count - 1) > 1 { cut(1) }
    return word
  }

  /// Step 1a: `caresses` to `caress`, `ponies` to `poni`, `ties` to `tie`, `cats` to `cat`.
  private mutating func plurals() {
    if ends("ies") {
      cut(word.count == 4 ? 1 : 2)
    } else if ends("sses") {
      cut(2)
    } else if ends("s"), !ends("ss") {
      cut(1)
    }
  }

  /// Step 1b: `agreed` to `agree`, `plastered` to `plaster`, `motoring` to `motor`, then the endings that this uncovers.
  private mutating func pastAndProgressive() {
    if ends("ied") { return cut(word.count == 4 ? 1 : 2) }
    if ends("eed") {
      if measure(word.count - 3) > 0 { cut(1) }
      return
    }
    let suffix = ends("ed") ? 2 : ends("ing") ? 3 : 0
    guard suffix > 0, containsVowel(word.count - suffix) else { return }
    cut(suffix)
    if ends("at") || ends("bl") || ends("iz") {
      word.append(UInt8(ascii: "e"))
    } else if endsDoubleConsonant {
      if let last = word.last, !"lsz".utf8.contains(last) { cut(1) }
    } else if measure(word.count) == 1, endsConsonantVowelConsonant(word.count) {
      word.append(UInt8(ascii: "e"))
    }
  }

  /// Step 1c: `happy` to `happi`, but `enjoy` stays.
  private mutating func finalY() {
    if ends("y"), word.count > 2, isConsonant(word.count - 2) { word[word.count - 1] = UInt8(ascii: "i") }
  }

  /// NLTK turns `alli` into `al` before it tries the rules of step 2.
  private var endsAlliAfterMeasure: Bool { ends("alli") && measure(word.count - 4) > 0 }

  /// Step 5a: `probate` to `probat`, `cease` to `ceas`, but `rate` stays.
  private mutating func finalE() {
    guard ends("e") else { return }
    let measure = measure(word.count - 1)
    if measure > 1 || (measure == 1 && !endsConsonantVowelConsonant(word.count - 1)) { cut(1) }
  }

  /// Only the first rule whose suffix fits is tried, whether its condition holds or not.
  private mutating func apply(_ rules: [Rule]) {
    guard let rule = rules.first(where: { ends($0.suffix) }) else { return }
    let stem = word.count - rule.suffix.count
    guard measure(stem + rule.measuredExtra) >= rule.leastMeasure else { return }
    if rule.needsSOrT, stem == 0 || !"st".utf8.contains(word[stem - 1]) { return }
    cut(rule.suffix.count)
    word.append(contentsOf: rule.replacement)
  }

  private mutating func cut(_ count: Int) { word.removeLast(count) }

  private func ends(_ suffix: StaticString) -> Bool {
    ends(UnsafeBufferPointer(start: suffix.utf8Start, count: suffix.utf8CodeUnitCount))
  }

  private func ends(_ suffix: some RandomAccessCollection<UInt8>) -> Bool {
    var at = word.count - suffix.count
    guard at >= 0 else { return false }
    for byte in suffix {
      if word[at] != byte { return false }
      at += 1
    }
    return true
  }

  /// Porter's m of the first `length` letters: how often a consonant follows a vowel.
  private func measure(_ length: Int) -> Int {
    var (count, previous) = (0, true)
    for at in 0..<length {
      let consonant = isConsonant(at, after: previous)
      if consonant, !previous { count += 1 }
      previous = consonant
    }
    return count
  }

  private func containsVowel(_ length: Int) -> Bool {
    var previous = false
    for at in 0..<length {
      previous = isConsonant(at, after: previous)
      if !previous { return true }
    }
    return false
  }

  /// A letter other than a vowel, and other than a `y` that follows a consonant; `after` says what the letter before is.
  private func isConsonant(_ at: Int, after previousIsConsonant: Bool) -> Bool {
    switch word[at] {
    case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): false
    case UInt8(ascii: "y"): at == 0 || !previousIsConsonant
    default: true
    }
  }

  private func isConsonant(_ at: Int) -> Bool {
    var first = at
    while first > 0, word[first] == UInt8(ascii: "y") { first -= 1 }
    var consonant = isConsonant(first, after: false)
    while first < at {
      first += 1
      consonant = isConsonant(first, after: consonant)
    }
    return consonant
  }

  private var endsDoubleConsonant: Bool {
    word.count >= 2 && word[word.count - 1] == word[word.count - 2] && isConsonant(word.count - 1)
  }

  /// Porter's *o of the first `length` letters (`wil`, `hop`); NLTK adds vowel and consonant in a word of two letters.
  private func endsConsonantVowelConsonant(_ length: Int) -> Bool {
    if length == 2 { return !isConsonant(0) && isConsonant(1) }
    return length >= 3 && isConsonant(length - 3) && !isConsonant(length - 2) && isConsonant(length - 1)
      && !"wxy".utf8.contains(word[length - 1])
  }
}
