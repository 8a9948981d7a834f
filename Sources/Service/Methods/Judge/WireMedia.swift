import Wire

/// Over the wire, media come with the request: nothing is fetched, and no file of the server is named.
enum WireMedia {
  /// Why an item cannot be judged here: the first of its media that is not a `data:` URL. nil where all are.
  static func obstacle(in item: Item) -> Unscored? {
    let media = [item.prompt, item.reference].compactMap { $0 }.flatMap(\.media) + item.responses.flatMap(\.media)
    guard let other = media.first(where: { !isWithIt($0.url) }) else { return nil }
    return Unscored(
      .invalidInput,
      "\(other.kind.rawValue) '\(label(other.url))': only data: URLs are taken; send the bytes as data:<type>;base64,…")
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
