import JSON

extension Template {
  /// What is wrong with a template's text.
  public struct Problem: Error, Sendable, Hashable {
    /// One sentence that names the line of the text, the accepted values and what to do.
    public let message: String
  }

  /// Parses a template. Throws for an unknown slot, an open brace and a brace that closes nothing.
  public init(_ text: String) throws(Problem) {
    var paragraphs: [[Segment]] = []
    var lines: [Substring] = []
    var first = 1
    let all = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in zip(1..., all) {
      if line.trimmed.isEmpty {
        if !lines.isEmpty { paragraphs.append(try Self.paragraph(lines, firstLine: first)) }
        lines = []
      } else {
        if lines.isEmpty { first = number }
        lines.append(line)
      }
    }
    if !lines.isEmpty { paragraphs.append(try Self.paragraph(lines, firstLine: first)) }
    self.paragraphs = paragraphs
  }

  private static func paragraph(_ lines: [Substring], firstLine: Int) throws(Problem) -> [Segment] {
    var segments: [Segment] = []
    var text = ""
    for (offset, line) in lines.enumerated() {
      if offset > 0 { text += "\n" }
      var rest = line
      while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
        text += rest[..<brace]
        let after = rest[rest.index(after: brace)...]
        if after.first == rest[brace] {
          text.append(rest[brace])
          rest = after.dropFirst()
          continue
        }
        let place = "line \(firstLine + offset) of the text"
        guard rest[brace] == "{", let close = after.firstIndex(of: "}") else {
          throw Problem(
            message:
              "\(place): '\(rest[brace])' belongs to no slot; write '\(rest[brace])\(rest[brace])' for the character itself"
          )
        }
        let slot = try slot(named: after[..<close], place)
        if !text.isEmpty { segments.append(.text(text)) }
        text = ""
        segments.append(slot)
        rest = after[after.index(after: close)...]
      }
      text += rest
    }
    if !text.isEmpty { segments.append(.text(text)) }
    return segments
  }

  /// `prompt`, `facts`, or `facts: codec, duration`.
  private static func slot(named text: Substring, _ place: String) throws(Problem) -> Segment {
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let slot = Slot(rawValue: String(halves[0])), halves.count == 1 || slot == .facts else {
      let problem = Suggestion.unknown("slot", String(text), among: Slot.allCases.map(\.rawValue))
      throw Problem(message: "\(place): \(problem)")
    }
    guard slot == .facts else { return .slot(slot) }
    let keys =
      halves.count == 1 ? [] : halves[1].split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed }
    guard keys.allSatisfy({ !$0.isEmpty }) else {
      throw Problem(message: "\(place): {\(text)} names no fact; accepted: {facts}, or {facts: codec, duration}")
    }
    return .facts(keys.map(String.init))
  }
}
