/// What the judge was shown, to tell its own verdicts from those it repeats.
///
/// A candidate may contain `<answer>10</answer>`, and a judge that discusses it repeats it. A verdict in a reply does
/// not count when it stands in quotation marks, in code or in a block quote while there is another that does not; and
/// never when the shown text holds the same verdict and it is quoted, or the same line around it and the judge goes on.
struct ShownText {
  private let texts: [String]
  /// Whether one occurrence is all that a reply needs; else several together are one verdict.
  private let isWholeVerdict: Bool
  /// Whether a code block quotes. Judges that answer in JSON put their own verdict into one.
  private let blocksQuote: Bool

  init(_ texts: [String], isWholeVerdict: Bool, blocksQuote: Bool) {
    self.isWholeVerdict = isWholeVerdict
    self.texts = texts
    self.blocksQuote = blocksQuote
  }

  /// The occurrences that are the judge's own, in order. `text` is what it said after its reasoning, if it `reasoned`.
  func own(_ occurrences: ArraySlice<Occurrence>, in text: String, reasoned: Bool) -> [Occurrence] {
    guard !occurrences.isEmpty else { return [] }
    // Most replies hold one verdict on their last line, which can be read without a look at what was shown.
    lazy var shown = texts.map { Scan.compacted($0) }.joined(separator: "\u{0}")
    func isShown(_ occurrence: Occurrence) -> Bool { Scan.contains(Scan.compacted(text[occurrence.range]), in: shown) }
    let quotation = Quotation(text, blocksQuote: blocksQuote)
    let unechoed = occurrences.filter { occurrence in
      guard !texts.isEmpty, let line = repeatableLine(around: occurrence, in: text, reasoned) else { return true }
      return !Scan.contains(line, in: shown)
    }
    let spoken = unechoed.filter { !quotation.contains($0.range) }
    guard !spoken.isEmpty else { return unechoed.filter { !isShown($0) } }
    // Of several verdicts, one that was shown to the judge gives way to those that were not.
    guard isWholeVerdict, spoken.count > 1 else { return spoken }
    let own = spoken.filter { !isShown($0) }
    return own.isEmpty ? spoken : own
  }

  /// The line around the verdict, without white space, if it is one that may be an echo: there is more to it than the verdict, and
  /// it is not the last line of a reply with words of the judge's own. Otherwise a candidate that holds the usual closing words
  /// ("My final verdict is: [[B]]") would make that verdict unreadable.
  private func repeatableLine(around occurrence: Occurrence, in text: String, _ reasoned: Bool) -> String? {
    let before = text[..<occurrence.range.lowerBound].lastIndex(where: \.isNewline)
    let after = text[occurrence.range.upperBound...].firstIndex(where: \.isNewline)
    let start = before.map { text.index(after: $0) } ?? text.startIndex
    let end = after ?? text.endIndex
    let hasOwnWords = reasoned || !text[..<start].allSatisfy(\.isWhitespace)
    if hasOwnWords, text[end...].allSatisfy(\.isWhitespace) { return nil }
    let line = Scan.compacted(text[start..<end])
    return line.utf8.count >= Scan.compacted(text[occurrence.range]).utf8.count + 8 ? line : nil
  }
}
