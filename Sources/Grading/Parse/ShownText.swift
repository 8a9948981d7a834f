/// What the judge was shown, to tell its own verdicts from those it repeats.
///
/// A candidate may contain `<answer>10</answer>`, and a judge that discusses it repeats it. A verdict in a reply does
/// not count when it stands in quotation marks, in code or in a block quote while there is another that does not; and
/// never when the shown text holds the same verdict and it is quoted, or the same line around it and the judge goes on.
struct ShownText {
  private let compact: String

  /// Whether one occurrence is all that a reply needs; else several together are one verdict.
  private let isWholeVerdict: Bool
  /// Whether a code block quotes. Judges that answer in JSON put their own verdict into one.
  private let blocksQuote: Bool

  init(_ texts: [String], isWholeVerdict: Bool, blocksQuote: Bool) {
    self.isWholeVerdict = isWholeVerdict
    compact = texts.map(Self.compacted).joined(separator: "\u{0}")
    self.blocksQuote = blocksQuote
  }

  /// The occurrences that are the judge's own, in order. `text` is what it said after its reasoning, if it `reasoned`.
  func own(_ occurrences: ArraySlice<Occurrence>, in text: String, reasoned: Bool) -> [Occurrence] {
    guard !occurrences.isEmpty else { return [] }
    let quotation = Quotation(text, blocksQuote: blocksQuote)
    let unechoed = occurrences.filter { !repeatsLine($0, in: text, reasoned) }
    let spoken = unechoed.filter { !quotation.contains($0.range) }
    if !spoken.isEmpty { return isWholeVerdict ? unshown(spoken, in: text) : spoken }
    return unechoed.filter { !isShown(text[$0.range]) }
  }

  /// Of several verdicts, one that was shown to the judge gives way to those that were not.
  private func unshown(_ spoken: [Occurrence], in text: String) -> [Occurrence] {
    guard spoken.count > 1 else { return spoken }
    let own = spoken.filter { !isShown(text[$0.range]) }
    return own.isEmpty ? spoken : own
  }

  private func isShown(_ piece: Substring) -> Bool {
    !compact.isEmpty && compact.contains(Self.compacted(String(piece)))
  }

  /// Whether the whole line around the verdict, and more than the verdict, was shown to the judge. Not so for the last line
  /// of a reply with words of the judge's own: otherwise a candidate that holds the usual closing words ("My final verdict
  /// is: [[B]]") would make that verdict unreadable.
  private func repeatsLine(_ occurrence: Occurrence, in text: String, _ reasoned: Bool) -> Bool {
    guard !compact.isEmpty else { return false }
    let before = text[..<occurrence.range.lowerBound].lastIndex(where: \.isNewline)
    let after = text[occurrence.range.upperBound...].firstIndex(where: \.isNewline)
    let start = before.map { text.index(after: $0) } ?? text.startIndex
    let end = after ?? text.endIndex
    let hasOwnWords = reasoned || !text[..<start].allSatisfy(\.isWhitespace)
    if hasOwnWords, text[end...].allSatisfy(\.isWhitespace) { return false }
    let line = text[start..<end]
    let letters = Self.compacted(String(line))
    let own = Self.compacted(String(text[occurrence.range]))
    return letters.utf8.count >= own.utf8.count + 8 && compact.contains(letters)
  }

  /// Without white space, so that a judge that lays a quotation out anew still quotes.
  private static func compacted(_ text: String) -> String {
    String(decoding: text.utf8.filter { $0 > 0x20 }, as: UTF8.self)
  }
}

/// The stretches of a reply that are quotations: code, text in double quotation marks within a line, block quotes, comments.
struct Quotation {
  private var ranges: [Range<String.Index>] = []

  init(_ text: String, blocksQuote: Bool) {
    var fence: (start: String.Index, mark: Substring)?
    for line in Self.lines(text) {
      let content = text[line].drop(while: \.isWhitespace)
      let mark = Self.fenceMark(content)
      if let open = fence {
        // CommonMark: the same character, at least as often.
        guard let mark, mark.first == open.mark.first, mark.count >= open.mark.count else { continue }
        if blocksQuote { ranges.append(open.start..<line.upperBound) }
        fence = nil
      } else if let mark {
        fence = (line.lowerBound, mark)
      } else {
        if content.hasPrefix(">") { ranges.append(line) }
        ranges += Self.quoted(text[line])
      }
    }
    ranges += Self.comments(text)
    // A fence that is never closed quotes nothing: the rest is the judge's own text.
  }

  private static func fenceMark(_ content: Substring) -> Substring? {
    guard let first = content.first, first == "`" || first == "~" else { return nil }
    let mark = content.prefix { $0 == first }
    return mark.count >= 3 ? mark : nil
  }

  /// HTML comments, which a reader of the reply never sees.
  private static func comments(_ text: String) -> [Range<String.Index>] {
    let ends = Scan.ranges(of: "-->", in: text[...])
    return Scan.ranges(of: "<!--", in: text[...]).suffix(64).compactMap { start in
      ends.first { $0.lowerBound >= start.upperBound }.map { start.lowerBound..<$0.upperBound }
    }
  }

  func contains(_ range: Range<String.Index>) -> Bool {
    ranges.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
  }

  private static func lines(_ text: String) -> [Range<String.Index>] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { $0.startIndex..<$0.endIndex }
  }

  private static let pairs: [Character: Character] = ["`": "`", "\"": "\"", "“": "”", "«": "»", "「": "」"]

  private static func quoted(_ line: Substring) -> [Range<String.Index>] {
    var found: [Range<String.Index>] = []
    var rest = line
    while let start = rest.firstIndex(where: { pairs[$0] != nil }), let closing = pairs[rest[start]] {
      let inside = rest[rest.index(after: start)...]
      guard let end = inside.firstIndex(of: closing) else {
        rest = inside
        continue
      }
      found.append(start..<rest.index(after: end))
      rest = rest[rest.index(after: end)...]
    }
    return found
  }
}

/// Openings of a reply in which a model declines. Only looked at when the reply holds no verdict.
enum Refusal {
  private static let openings = [
    "i'm sorry", "i’m sorry", "i am sorry", "sorry, but", "i can't", "i can’t", "i cannot", "i won't", "i won’t",
    "i will not", "i'm unable", "i’m unable", "i am unable", "i'm not able", "i’m not able", "i am not able",
    "i must decline", "i have to decline",
    "as an ai", "unfortunately, i can", "i apologize, but", "i apologise, but",
  ]

  static func opens(_ text: String) -> Bool {
    let start = text.drop(while: \.isWhitespace).prefix(40).lowercased()
    return openings.contains { start.hasPrefix($0) }
  }
}
