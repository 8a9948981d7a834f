import Media

/// What is known of the files that are shown, each under the name that it has in the prompt: `VIDEO 1: codec h264, duration 2.000000`.
/// Files say what they like, so this is fenced as they are.
struct MediaFacts {
  private let files: [(name: String, facts: [Media.Fact])]
  /// nil: none stands around anything.
  private let fence: Fence?

  /// `media` in the order in which they are shown.
  init(of media: [PromptPart], fence: Fence?) {
    var counts: [String: Int] = [:]
    self.fence = fence
    files = media.compactMap { part in
      guard let noun = part.noun else { return nil }
      counts[noun, default: 0] += 1
      return ("\(noun) \(counts[noun, default: 0])", part.facts)
    }
  }

  /// Those of `keys`, in that order, or all where none is named; nothing where none is known.
  func parts(_ keys: [String]) -> [PromptPart] {
    let lines = files.compactMap { file -> String? in
      let known = keys.isEmpty ? file.facts : keys.compactMap { key in file.facts.first { $0.key == key } }
      guard !known.isEmpty else { return nil }
      return "\(file.name): " + known.map { "\(Self.line($0.key)) \(Self.line($0.value))" }.joined(separator: ", ")
    }
    guard !lines.isEmpty else { return [] }
    let parts = [PromptPart.text(lines.joined(separator: "\n"))]
    return fence?.around(parts, title: "FACTS") ?? [.text("FACTS:\n")] + parts
  }

  /// On one line.
  private static func line(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
