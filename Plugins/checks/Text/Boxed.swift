/// The LaTeX `\boxed{…}` in which models give final answers.
enum Boxed {
  /// What stands in the last `\boxed{…}` (or `\fbox{…}`), braces balanced; nil when there is none that is closed.
  static func last(in text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let starts = commands.compactMap { command in Bytes.lastIndex(of: command, in: text).map { $0 + command.count } }
    guard let start = starts.max() else { return nil }
    var depth = 1
    var at = start
    while at < text.endIndex {
      if text[at] == UInt8(ascii: "{") { depth += 1 }
      if text[at] == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 { return text[start..<at] }
      at += 1
    }
    return nil
  }

  /// Without `\text`, `\mathrm`, `\mathbf` … and braces.
  static func plain(_ latex: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var at = latex.startIndex
    while at < latex.endIndex {
      if latex[at] == UInt8(ascii: "\\") {
        at += 1
        while at < latex.endIndex, Bytes.isLetter(latex[at]) { at += 1 }
      } else {
        if latex[at] != UInt8(ascii: "{"), latex[at] != UInt8(ascii: "}") { result.append(latex[at]) }
        at += 1
      }
    }
    return result
  }

  private static let commands = ["\\boxed{", "\\fbox{"].map { Array($0.utf8) }
}
