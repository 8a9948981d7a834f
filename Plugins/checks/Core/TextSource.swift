import JSON

/// Where the text comes from that a response is compared with.
enum TextSource: Sendable, Hashable {
  case literal(Text)
  case reference
  case prompt

  static func read(_ reader: JSONReader) throws(JSONError) -> TextSource {
    let text = try reader.string()
    switch text {
    case "$reference": return .reference
    case "$prompt": return .prompt
    default:
      if let name = text.first == "$" ? text.dropFirst() : nil, !name.isEmpty, name.allSatisfy(\.isLetter),
        let near = Suggestion.nearest(to: text, in: ["$reference", "$prompt"])
      {
        throw reader.error("'\(text)' is not a variable; did you mean '\(near)'?")
      }
      return .literal(Text(text))
    }
  }

  /// One text or a list of them, any of which will do.
  static func readOneOrMore(_ reader: JSONReader) throws(JSONError) -> [TextSource] {
    guard reader.value.array != nil else { return [try read(reader)] }
    var sources: [TextSource] = []
    for element in try reader.array() { sources.append(try read(element)) }
    guard !sources.isEmpty else { throw reader.error("the list is empty; give at least one text") }
    return sources
  }

  func resolve(_ subject: Subject) throws(Unscorable) -> Text {
    switch self {
    case .literal(let text): return text
    case .prompt: return subject.prompt
    case .reference:
      guard let reference = subject.reference else { throw Unscorable("the item has no reference text") }
      return reference
    }
  }
}
