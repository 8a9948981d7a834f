import Glibc
import JSON

/// `bleu: $reference`: `sacrebleu.sentence_bleu` with its defaults (Post 2018): 13a tokens, orders 1 to 4, exponential
/// smoothing, effective order. The value is 0 to 100 as sacrebleu writes it, the score a hundredth of it.
struct BleuCheck: Check {
  static let kind = CheckKind("bleu", options: ["lowercase", SizeLimit.tokens]) { (arguments) throws(JSONError) in
    try BleuCheck(arguments)
  }
  private static let maxOrder = 4

  private let reference: TextSource
  private let lowercase: Bool
  private let limit: SizeLimit

  init(_ arguments: Arguments) throws(JSONError) {
    reference = try TextSource.read(arguments.argument)
    lowercase = try arguments.bool("lowercase", default: false)
    limit = try SizeLimit(arguments, SizeLimit.tokens)
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    var vocabulary = Vocabulary()
    let candidate = try tokens(try subject.responseText(), &vocabulary, of: "the response")
    let wanted = try tokens(try reference.resolve(subject), &vocabulary, of: "the reference")
    let overlaps = NGrams.overlaps(
      candidate: candidate, reference: wanted, vocabulary: vocabulary.count, maxOrder: Self.maxOrder)
    let bleu = Self.bleu(overlaps, candidateLength: candidate.count, referenceLength: wanted.count)
    return Measurement(
      value: bleu, score: min(max(bleu / 100, 0), 1),
      reason: "BLEU \(Reason.number(bleu, digits: 2)), \(candidate.count) tokens against \(wanted.count)")
  }

  private func tokens(
    _ text: Text, _ vocabulary: inout Vocabulary, of what: String
  ) throws(Unscorable) -> [Int32] {
    let text = lowercase ? Text(validBytes: PythonText.lowercased(text)) : text
    return try vocabulary.ids(ofWordsIn: BleuTokenizer.separated(text), limit, of: what)
  }

  /// `BLEU.compute_bleu` of sacrebleu with `smooth_method="exp"` and `effective_order=True`.
  private static func bleu(_ overlaps: [NGramOverlap], candidateLength: Int, referenceLength: Int) -> Double {
    guard overlaps.contains(where: { $0.matches > 0 }) else { return 0 }
    var (smoothing, logSum, order) = (1.0, 0.0, 0)
    for overlap in overlaps where overlap.candidate > 0 {
      order += 1
      if overlap.matches == 0 {
        smoothing *= 2
        logSum += log(100 / (smoothing * Double(overlap.candidate)))
      } else {
        logSum += log(100 * Double(overlap.matches) / Double(overlap.candidate))
      }
    }
    let isShort = candidateLength < referenceLength
    let brevity = isShort ? exp(1 - Double(referenceLength) / Double(candidateLength)) : 1
    return brevity * exp(logSum / Double(order))
  }
}
