import JSON

/// `rouge_1`, `rouge_2` and `rouge_l`: the F-measure of Google's `rouge-score` package (Lin 2004). Options: `stemmer`
/// (Porter, as `use_stemmer=True`) and `measure: f | precision | recall`.
struct RougeCheck: Check {
  static let rouge1 = kind("rouge_1", .ngrams(1))
  static let rouge2 = kind("rouge_2", .ngrams(2))
  static let rougeL = kind("rouge_l", .longestSubsequence)

  enum Statistic: String, Sendable, CaseIterable { case f, precision, recall }
  private enum Variant: Sendable { case ngrams(Int), longestSubsequence }

  private let name: String
  private let variant: Variant
  private let reference: TextSource
  private let stems: Bool
  private let statistic: Statistic
  private let limit: SizeLimit

  private static func kind(_ name: String, _ variant: Variant) -> CheckKind {
    CheckKind(name, options: ["stemmer", "measure", SizeLimit.tokens]) { (arguments) throws(JSONError) in
      let isQuadratic = if case .longestSubsequence = variant { true } else { false }
      return RougeCheck(
        name: name, variant: variant, reference: try TextSource.read(arguments.argument),
        stems: try arguments.bool("stemmer", default: false), statistic: try arguments.choice("measure", default: .f),
        limit: try SizeLimit(arguments, SizeLimit.tokens, default: isQuadratic ? SizeLimit.quadratic : SizeLimit.linear)
      )
    }
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    var vocabulary = Vocabulary()
    let tokenizer = RougeTokenizer(stems: stems, limit: limit.most)
    let candidate = tokenizer.tokens(try subject.responseText(), &vocabulary)
    let wanted = tokenizer.tokens(try reference.resolve(subject), &vocabulary)
    try limit.check(candidate.count, of: "the response")
    try limit.check(wanted.count, of: "the reference")
    let (shared, candidateTotal, wantedTotal): (Int, Int, Int)
    switch variant {
    case .ngrams(let order):
      let overlap = NGrams.overlaps(
        candidate: candidate, reference: wanted, vocabulary: vocabulary.count, maxOrder: order)[order - 1]
      (shared, candidateTotal, wantedTotal) = (overlap.matches, overlap.candidate, overlap.reference)
    case .longestSubsequence:
      shared = CommonSubsequence.length(candidate, wanted, vocabulary: vocabulary.count)
      (candidateTotal, wantedTotal) = (candidate.count, wanted.count)
    }
    let precision = Double(shared) / Double(max(candidateTotal, 1))
    let recall = Double(shared) / Double(max(wantedTotal, 1))
    let f = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
    let value =
      switch statistic {
      case .f: f
      case .precision: precision
      case .recall: recall
      }
    return Measurement(
      value: value, score: value,
      reason: "\(name) precision \(Reason.number(precision)), recall \(Reason.number(recall)), F \(Reason.number(f))")
  }
}
