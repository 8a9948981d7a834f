import JSON

/// `repetition: true` or `repetition: {max: 0.2}`: the share of word n-grams (option `n`, default 3) that occurred before,
/// `1 - len(set(ngrams)) / len(ngrams)` over `text.lower().split()`. Without bounds the score is 1 minus the share.
struct RepetitionCheck: Check {
  static let kind = CheckKind("repetition", options: ["n", SizeLimit.tokens]) { (arguments) throws(JSONError) in
    RepetitionCheck(
      bounds: try Bounds.read(arguments.argument), n: try arguments.int("n", default: 3, in: 1...32),
      limit: try SizeLimit(arguments, SizeLimit.tokens))
  }

  private let bounds: Bounds
  private let n: Int
  private let limit: SizeLimit

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let lower = PythonText.lowercased(try subject.responseText())
    var words = Vocabulary()
    let ids = try words.ids(ofWordsIn: lower, limit, of: "the response")
    let total = max(ids.count - n + 1, 0)
    let repeated = total == 0 ? 0 : total - NGrams.distinctCount(ids, n: n)
    let share = total == 0 ? 0 : Double(repeated) / Double(total)
    let reason = "\(repeated) of \(Reason.count(total, "\(n)-gram")) repeated"
    if bounds.areGiven { return bounds.measure(share, reason) }
    return Measurement(value: share, score: 1 - share, reason: reason)
  }
}
