import Wire

/// The marks around text that is to be judged, so that it cannot speak as the rubric's author.
///
/// The boundary comes from a hash over the seed, the item and everything inside the fences: whoever writes a candidate
/// cannot know it, since the candidate is part of what is hashed, and the same item has the same boundary in every
/// sample and order, so that judges can share the prefix. It is chosen such that it occurs nowhere in the text.
struct Fence: Sendable, Hashable {
  let boundary: String

  init(seed: UInt64, item: String, texts: [String]) {
    let content = Digest.sha256(texts.joined(separator: "\u{0}"))
    var attempt = 0
    var boundary: String
    repeat {
      let mark = String(Digest.seed("fence", String(seed), item, content, String(attempt)), radix: 16)
      boundary = String(repeating: "0", count: 16 - mark.count) + mark
      attempt += 1
    } while texts.contains { Scan.contains(boundary, in: $0) }
    self.boundary = boundary
  }

  /// `parts` between two lines that carry the boundary.
  func around(_ parts: [PromptPart], title: String) -> [PromptPart] {
    [.text("<<<\(title) \(boundary)>>>\n")] + parts + [.text("\n<<<END \(title) \(boundary)>>>")]
  }
}
