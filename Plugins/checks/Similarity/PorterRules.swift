extension PorterStemmer {
  /// One suffix rule: the ending, what replaces it, and the least measure of what stands before it.
  struct Rule {
    let suffix: [UInt8]
    let replacement: [UInt8]
    let leastMeasure: Int
    /// Letters of the suffix that count for the measure: NLTK's `logi` rule keeps the `l`.
    var measuredExtra = 0
    /// Step 4 removes `ion` only after `s` or `t`.
    var needsSOrT = false

    init(_ suffix: String, _ replacement: String, leastMeasure: Int) {
      self.suffix = Array(suffix.utf8)
      self.replacement = Array(replacement.utf8)
      self.leastMeasure = leastMeasure
    }
  }

  /// NLTK's table of words that the rules would take apart; all are of these lengths.
  static let irregularLengths = 3...8
  static let irregular = [
    "sky": "sky", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news",
    "innings": "inning", "inning": "inning", "outings": "outing", "outing": "outing",
    "cannings": "canning", "canning": "canning", "howe": "howe", "proceed": "proceed", "exceed": "exceed",
    "succeed": "succeed",
  ]

  static let step2: [Rule] = {
    let pairs = [
      ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"),
      ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
      ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
      ("iviti", "ive"), ("biliti", "ble"), ("fulli", "ful"),
    ]
    var logi = Rule("logi", "log", leastMeasure: 1)
    logi.measuredExtra = 1
    return pairs.map { Rule($0.0, $0.1, leastMeasure: 1) } + [logi]
  }()

  static let step3: [Rule] = [
    Rule("icate", "ic", leastMeasure: 1), Rule("ative", "", leastMeasure: 1), Rule("alize", "al", leastMeasure: 1),
    Rule("iciti", "ic", leastMeasure: 1), Rule("ical", "ic", leastMeasure: 1), Rule("ful", "", leastMeasure: 1),
    Rule("ness", "", leastMeasure: 1),
  ]

  static let step4: [Rule] = {
    let suffixes = [
      "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti",
      "ous", "ive", "ize",
    ]
    return suffixes.map { suffix in
      var rule = Rule(suffix, "", leastMeasure: 2)
      rule.needsSOrT = suffix == "ion"
      return rule
    }
  }()
}
