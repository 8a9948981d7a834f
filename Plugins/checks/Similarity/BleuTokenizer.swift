/// The `13a` tokeniser of sacrebleu (the one of mteval-v13a.pl): entities are resolved, ASCII punctuation becomes words of
/// its own, except full stops and commas between digits. The four passes are those of the regular expressions in
/// `tokenizer_re.py`, on bytes: none of them looks inside a character beyond ASCII.
enum BleuTokenizer {
  /// The text with white space between all tokens.
  static func separated(_ text: Text) -> [UInt8] {
    var line = trimmingEnd(text.bytes)
    replace("<skipped>", "", in: &line)
    replace("-\n", "", in: &line)
    replace("\n", " ", in: &line)
    if line.contains(UInt8(ascii: "&")) {
      replace("&quot;", "\"", in: &line)
      replace("&amp;", "&", in: &line)
      replace("&lt;", "<", in: &line)
      replace("&gt;", ">", in: &line)
    }
    line = [0x20] + line + [0x20]
    line = separatingPunctuation(line)
    line = separating(line, .second) { isDotOrComma($1) && !Bytes.isDigit($0) }
    line = separating(line, .first) { isDotOrComma($0) && !Bytes.isDigit($1) }
    return separating(line, .second) { $1 == UInt8(ascii: "-") && Bytes.isDigit($0) }
  }

  /// `[\{-\~\[-\` -\&\(-\+\:-\@\/]`: all ASCII punctuation but apostrophe, comma, hyphen and full stop.
  private static func separatingPunctuation(_ line: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(line.count * 5 / 4)
    for byte in line {
      switch byte {
      case 0x7B...0x7E, 0x5B...0x60, 0x20...0x26, 0x28...0x2B, 0x3A...0x40, 0x2F:
        result.append(0x20)
        result.append(byte)
        result.append(0x20)
      default: result.append(byte)
      }
    }
    return result
  }

  private enum Neighbour { case first, second }

  /// Puts spaces around one of two neighbours that `matches`, as `re.sub` does: from the left, without overlap.
  private static func separating(
    _ line: [UInt8], _ separated: Neighbour, _ matches: (UInt8, UInt8) -> Bool
  ) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(line.count + line.count / 8 + 8)
    var at = 0
    while at < line.count {
      if at + 1 < line.count, matches(line[at], line[at + 1]) {
        if separated == .first { result.append(0x20) }
        result.append(line[at])
        result.append(0x20)
        result.append(line[at + 1])
        if separated == .second { result.append(0x20) }
        at += 2
      } else {
        result.append(line[at])
        at += 1
      }
    }
    return result
  }

  private static func isDotOrComma(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") }

  private static func trimmingEnd(_ bytes: [UInt8]) -> [UInt8] {
    var end = 0
    PythonText.forEachWord(bytes) { end = $0.upperBound }
    return Array(bytes[..<end])
  }

  private static func replace(_ old: StaticString, _ new: StaticString, in line: inout [UInt8]) {
    let needle = Array(old.description.utf8)
    guard var at = Bytes.firstIndex(of: needle, in: line[...]) else { return }
    var result: [UInt8] = []
    var done = 0
    while true {
      result.append(contentsOf: line[done..<at])
      result.append(contentsOf: new.description.utf8)
      done = at + needle.count
      guard let next = Bytes.firstIndex(of: needle, in: line[done...]) else { break }
      at = next
    }
    result.append(contentsOf: line[done...])
    line = result
  }
}
