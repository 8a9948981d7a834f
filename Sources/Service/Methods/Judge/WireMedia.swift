import Wire

/// Over the wire, media come with the request: nothing is fetched, and no file of the server is named.
enum WireMedia {
  /// Why an item cannot be judged here: the first of its media that is not a `data:` URL. nil where all are.
  static func obstacle(in item: Item) -> Unscored? {
    let found =
      item.prompt.flatMap(other) ?? item.reference.flatMap(other) ?? item.responses.lazy.compactMap(other).first
    guard let other = found else { return nil }
    return Unscored(
      .invalidInput,
      "\(other.kind.rawValue) '\(label(other.url))': only data: URLs are taken; send the bytes as data:<type>;base64,…")
  }

  /// The first that does not come with the request.
  private static func other(in content: Content) -> MediaReference? {
    for turn in content.turns {
      for case .media(let reference) in turn.parts where !isWithIt(reference.url) { return reference }
    }
    return nil
  }

  /// The item, or why it cannot be judged here.
  static func checked(_ item: Item) -> Result<Item, Unscored> {
    obstacle(in: item).map { .failure($0) } ?? .success(item)
  }

  /// Whether a URL is its own content (RFC 2397).
  static func isWithIt(_ url: String) -> Bool { url.utf8.starts(with: "data:".utf8, by: isSame) }

  private static func isSame(_ left: UInt8, _ right: UInt8) -> Bool {
    left == right || left | 0x20 == right && (97...122).contains(right)
  }

  private static func label(_ url: String) -> String {
    let scalars = url.unicodeScalars
    return String(String.UnicodeScalarView(scalars.prefix(80))) + (scalars.count > 80 ? "…" : "")
  }
}
