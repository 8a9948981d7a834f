/// The stretches of a reply that are quotations: code, text in double quotation marks within a line, block quotes, comments.
struct Quotation {
  private var ranges: [Range<String.Index>] = []

  init(_ text: String, blocksQuote: Bool) {
    var fence: (start: String.Index, mark: Substring)?
    for line in Scan.lines(of: text) {
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

  /// What ends a quotation that a scalar opens; nil: it opens none.
  private static func closing(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar {
    case "`", "\"": scalar
    case "“": "”"
    case "«": "»"
    case "「": "」"
    default: nil
    }
  }

  private static func quoted(_ line: Substring) -> [Range<String.Index>] {
    var found: [Range<String.Index>] = []
    var rest = line.unicodeScalars
    while let start = rest.firstIndex(where: { closing($0) != nil }), let closing = closing(rest[start]) {
      rest = rest[rest.index(after: start)...]
      guard let end = rest.firstIndex(of: closing) else { continue }
      rest = rest[rest.index(after: end)...]
      found.append(start..<rest.startIndex)
    }
    return found
  }
}
