import Wire

/// What one side said, as it stands in a templated text.
struct TemplateTurn: Sendable, Hashable {
  let role: String
  /// Without the marks and the white space around it.
  let text: String
  /// Whether a mark ends it. An assistant's last turn that none ends is one that the model goes on with.
  let isClosed: Bool

  /// As a judge is shown it.
  var turn: Turn { Turn(role: role, parts: [.text(text)]) }

  /// The turns of a text that is written in one of the templates; nil where it is in none. Turns without text are left out,
  /// except for the last.
  static func all(in text: String, _ special: SpecialTokens) -> [TemplateTurn]? {
    let bytes = Array(text.utf8)
    let found = ChatTemplate.all.compactMap { template in
      template.header(in: bytes, from: 0).map { (template: template, first: $0) }
    }
    guard let (template, first) = found.min(by: { $0.first.range.lowerBound < $1.first.range.lowerBound }) else {
      return nil
    }
    var turns = template.turns(template.preface, bytes[..<first.range.lowerBound], special)
    var next: ChatTemplate.Header? = first
    while let header = next {
      next = template.header(in: bytes, from: header.range.upperBound)
      turns += template.turns(
        header.role, bytes[header.range.upperBound..<(next?.range.lowerBound ?? bytes.count)], special)
    }
    return turns.enumerated().filter { !$0.element.text.isEmpty || $0.offset == turns.count - 1 }.map(\.element)
  }
}

extension ChatTemplate {
  fileprivate func turns(_ role: String, _ bytes: ArraySlice<UInt8>, _ special: SpecialTokens) -> [TemplateTurn] {
    let raw = String(decoding: bytes, as: UTF8.self).trimmed
    let isClosed = ends.contains { raw.hasSuffix($0) }
    func turn(_ role: String, _ text: some StringProtocol) -> TemplateTurn {
      TemplateTurn(role: role, text: special.stripped(String(text)).trimmed, isClosed: isClosed)
    }
    // Llama 2 writes the system's words into the user's first turn.
    if role == "user", raw.hasPrefix(Self.systemStart), let end = raw.firstRange(of: Self.systemEnd) {
      let words = raw[..<end.lowerBound].dropFirst(Self.systemStart.count)
      return [turn("system", words), turn(role, raw[end.upperBound...])]
    }
    return [turn(role, raw)]
  }

  private static let systemStart = "<<SYS>>"
  private static let systemEnd = "<</SYS>>"
}
