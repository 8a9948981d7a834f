import JSON

/// `contains: text` or `contains: [text, …]` with `mode: all | any | none`. The value is the share of the texts found.
struct ContainsCheck: Check {
  static let kind = CheckKind("contains", options: ["mode", "ignore", "whole_words"]) { (arguments) throws(JSONError) in
    try ContainsCheck(arguments)
  }

  enum Mode: String, Sendable, CaseIterable { case all, any, none }

  private let wanted: [TextSource]
  private let mode: Mode
  private let normaliser: Normaliser
  private let wholeWords: Bool

  init(_ arguments: Arguments) throws(JSONError) {
    wanted = try TextSource.readOneOrMore(arguments.argument)
    mode = try arguments.choice("mode", default: .all)
    normaliser = try Normaliser.read(arguments["ignore"])
    wholeWords = try arguments.bool("whole_words", default: false)
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let response = normaliser.apply(try subject.responseText())
    var (found, missing): ([String], [String]) = ([], [])
    for source in wanted {
      let text = try source.resolve(subject)
      let needle = normaliser.apply(text)
      guard !needle.isEmpty else { throw Unscorable("the text to look for is empty") }
      if occurs(needle, in: response) { found.append(text.excerpt(30)) } else { missing.append(text.excerpt(30)) }
    }
    let passed =
      switch mode {
      case .all: missing.isEmpty
      case .any: !found.isEmpty
      case .none: found.isEmpty
      }
    return Measurement(
      value: Double(found.count) / Double(wanted.count), score: passed ? 1 : 0,
      reason: [describe("found", found), describe("missing", missing)].compactMap { $0 }.joined(separator: "; "))
  }

  private func occurs(_ needle: [UInt8], in response: [UInt8]) -> Bool {
    var rest = response[...]
    while let at = Bytes.firstIndex(of: needle, in: rest) {
      if !wholeWords || (endsWord(response, at: at) && endsWord(response, at: at + needle.count)) { return true }
      rest = rest[(at + 1)...]
    }
    return false
  }

  /// Whether no word runs across the place `at`.
  private func endsWord(_ bytes: [UInt8], at: Int) -> Bool {
    guard at > 0, at < bytes.count else { return true }
    var before = at - 1
    while before > 0, bytes[before] & 0xC0 == 0x80 { before -= 1 }
    var after = at + 1
    while after < bytes.count, bytes[after] & 0xC0 == 0x80 { after += 1 }
    let left = String(decoding: bytes[before..<at], as: UTF8.self).unicodeScalars.first
    let right = String(decoding: bytes[at..<after], as: UTF8.self).unicodeScalars.first
    return !(left.map(PythonText.isWordCharacter) ?? false) || !(right.map(PythonText.isWordCharacter) ?? false)
  }

  private func describe(_ verb: String, _ texts: [String]) -> String? {
    guard !texts.isEmpty else { return nil }
    let shown = texts.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
    return "\(verb) \(shown)" + (texts.count > 3 ? " and \(texts.count - 3) more" : "")
  }
}
