import JSON

/// `chrf: $reference`: `sacrebleu.sentence_chrf` with its defaults (Popović 2015): character n-grams to order 6 without
/// whitespace, beta 2, effective order. `word_order: 2` makes it chrF++. The value is 0 to 100, the score a hundredth.
struct ChrFCheck: Check {
  static let kind = CheckKind("chrf", options: ["word_order", "lowercase", SizeLimit.characters]) {
    (arguments) throws(JSONError) in try ChrFCheck(arguments)
  }
  private static let characterOrder = 6
  private static let betaSquared = 4.0

  private let reference: TextSource
  private let wordOrder: Int
  private let lowercase: Bool
  private let limit: SizeLimit

  init(_ arguments: Arguments) throws(JSONError) {
    reference = try TextSource.read(arguments.argument)
    wordOrder = try arguments.int("word_order", default: 0, in: 0...4)
    lowercase = try arguments.bool("lowercase", default: false)
    limit = try SizeLimit(arguments, SizeLimit.characters)
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    var (response, wanted) = (try subject.responseText(), try reference.resolve(subject))
    try limit.check(response.codePointCount, of: "the response")
    try limit.check(wanted.codePointCount, of: "the reference")
    if lowercase {
      response = Text(validBytes: PythonText.lowercased(response))
      wanted = Text(validBytes: PythonText.lowercased(wanted))
    }
    let characters = CharacterIDs(
      candidate: PythonText.removingSpace(response), reference: PythonText.removingSpace(wanted),
      areASCII: response.isASCII && wanted.isASCII)
    var overlaps = NGrams.overlaps(
      candidate: characters.candidate, reference: characters.reference, vocabulary: characters.vocabulary,
      maxOrder: Self.characterOrder)
    if wordOrder > 0 { overlaps += wordOverlaps(response, wanted) }
    let value = 100 * Self.score(overlaps)
    return Measurement(value: value, score: value / 100, reason: "chrF \(Reason.number(value, digits: 2))")
  }

  private func wordOverlaps(_ response: Text, _ wanted: Text) -> [NGramOverlap] {
    var vocabulary = Vocabulary()
    let candidate = Self.words(response.bytes).map { vocabulary.id(of: $0) }
    let reference = Self.words(wanted.bytes).map { vocabulary.id(of: $0) }
    return NGrams.overlaps(
      candidate: candidate, reference: reference, vocabulary: vocabulary.count, maxOrder: wordOrder)
  }

  /// Words with one punctuation mark cut off their end, or else their beginning: `CHRF._remove_punctuation`.
  private static func words(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    PythonText.words(bytes).flatMap { word -> [ArraySlice<UInt8>] in
      guard let first = word.first, let last = word.last, word.count > 1 else { return [word] }
      if Bytes.isPunctuation(last) { return [word.dropLast(), word.suffix(1)] }
      if Bytes.isPunctuation(first) { return [word.prefix(1), word.dropFirst()] }
      return [word]
    }
  }

  /// `CHRF._compute_f_score` without epsilon smoothing, as a share of 1.
  private static func score(_ overlaps: [NGramOverlap]) -> Double {
    var (precision, recall, orders) = (0.0, 0.0, 0)
    for overlap in overlaps where overlap.candidate > 0 && overlap.reference > 0 {
      precision += Double(overlap.matches) / Double(overlap.candidate)
      recall += Double(overlap.matches) / Double(overlap.reference)
      orders += 1
    }
    guard orders > 0, precision + recall > 0 else { return 0 }
    precision /= Double(orders)
    recall /= Double(orders)
    return (1 + betaSquared) * precision * recall / (betaSquared * precision + recall)
  }
}
