import JSON

/// `contains: text` or `contains: [text, …]` with `mode: all | any | none`. The value is the share of the texts found.
struct ContainsCheck: Check {
  static let kind = CheckKind("contains", options: ["mode", "ignore", "whole_words"]) { (arguments) throws(JSONError) in
    try ContainsCheck(arguments)
  }

  enum Mode: String, Sendable, CaseIterable { case all, any, none }

  /// A text to look for, and how it is shown. What the rubric spells out is made ready once.
  private struct Wanted: Sendable {
    let needle: Needle
    let shown: String

    init(_ text: Text, _ normaliser: Normaliser) {
      needle = Needle(normaliser.apply(text))
      shown = "\"\(text.excerpt(30))\""
    }
  }

  private let sources: [TextSource]
  /// Beside the sources; nil for what is only known with the item.
  private let literals: [Wanted?]
  /// What is said where none of them is found, which is the usual case for words that are not to be there.
  private let allMissing: String?
  private let mode: Mode
  private let normaliser: Normaliser
  private let wholeWords: Bool

  init(_ arguments: Arguments) throws(JSONError) {
    sources = try TextSource.readOneOrMore(arguments.argument)
    mode = try arguments.choice("mode", default: .all)
    let normaliser = try Normaliser.read(arguments["ignore"])
    self.normaliser = normaliser
    literals = sources.map { if case .literal(let text) = $0 { Wanted(text, normaliser) } else { nil } }
    let known = literals.compactMap { $0 }
    allMissing = known.count == sources.count ? Self.describe("missing", known.map(\.shown)) : nil
    wholeWords = try arguments.bool("whole_words", default: false)
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let response = normaliser.apply(try subject.responseText())
    if let allMissing, !literals.contains(where: { $0.map { occurs($0.needle, in: response) } ?? true }) {
      return Measurement(value: 0, score: mode == .none ? 1 : 0, reason: allMissing)
    }
    var (found, missing): ([String], [String]) = ([], [])
    for (source, literal) in zip(sources, literals) {
      let wanted: Wanted
      if let literal { wanted = literal } else { wanted = Wanted(try source.resolve(subject), normaliser) }
      guard !wanted.needle.bytes.isEmpty else { throw Unscorable("the text to look for is empty") }
      if occurs(wanted.needle, in: response) { found.append(wanted.shown) } else { missing.append(wanted.shown) }
    }
    let passed =
      switch mode {
      case .all: missing.isEmpty
      case .any: !found.isEmpty
      case .none: found.isEmpty
      }
    return Measurement(
      value: Double(found.count) / Double(sources.count), score: passed ? 1 : 0,
      reason: [Self.describe("found", found), Self.describe("missing", missing)].compactMap { $0 }.joined(
        separator: "; "))
  }

  private func occurs(_ needle: Needle, in response: [UInt8]) -> Bool {
    var rest = response[...]
    while let at = needle.firstIndex(in: rest) {
      if !wholeWords || (endsWord(response, at: at) && endsWord(response, at: at + needle.bytes.count)) { return true }
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

  private static func describe(_ verb: String, _ texts: [String]) -> String? {
    guard !texts.isEmpty else { return nil }
    let rest = texts.count > 3 ? " and \(texts.count - 3) more" : ""
    return "\(verb) \(texts.prefix(3).joined(separator: ", "))\(rest)"
  }
}
