import Configuration
import Media
import Wire

/// Which media a request may name: bytes of its own, and what the configuration allows besides.
///
/// Looked at before an item is judged or joined to another one that is the same: an address of an upload is a name, which others may
/// know too, and only whoever sent the bytes may use it.
struct WireMedia: Sendable {
  let settings: ServeMediaSettings
  let uploads: UploadStore
  /// The name of the key that asks.
  let caller: String

  /// Nothing but media that come with the request.
  static let ofThemselves = WireMedia()

  private init() {
    var settings = ServeMediaSettings()
    settings.uploads = nil
    (self.settings, uploads, caller) = (settings, UploadStore(), "")
  }

  init(_ engine: Engine, _ caller: Caller) {
    let generation = engine.generation
    settings = generation.settings.media
    uploads = generation.uploads
    self.caller = caller.name
  }

  /// Why an item cannot be judged here: the first of its media that may not be named. nil where all may.
  func obstacle(in item: Item) -> Unscored? {
    guard let reference = item.firstMedia(where: { problem(with: $0.url) != nil }) else { return nil }
    // An upload may have come in between; that of a moment ago counts.
    let found = problem(with: reference.url) ?? UploadStore.missing
    return Unscored(.invalidInput, "\(reference.kind.rawValue) '\(Self.label(reference.url))': \(found)")
  }

  /// The item, or why it cannot be judged here.
  func checked(_ item: Item) -> Result<Item, Unscored> { obstacle(in: item).map { .failure($0) } ?? .success(item) }

  private func problem(with url: String) -> String? {
    if Self.isWithIt(url) { return nil }
    if let digest = UploadStore.digest(url), settings.uploads != nil {
      return uploads.isKept(digest, for: caller) ? nil : UploadStore.missing
    }
    switch Self.scheme(of: url) {
    case "http", "https": if settings.takesAddresses { return nil }
    case "file", nil: if settings.takesFiles { return nil }
    default: break
    }
    var accepted = ["data: URLs"]
    if settings.uploads != nil { accepted.append("cupel: addresses of uploads") }
    if settings.takesFiles { accepted.append("files") }
    if settings.takesAddresses { accepted.append("http: and https: URLs") }
    let last = accepted.removeLast()
    let all = accepted.isEmpty ? last : "\(accepted.joined(separator: ", ")) and \(last)"
    return "only \(all) are taken; send the bytes as data:<type>;base64,…"
  }

  /// Whether a URL is its own content (RFC 2397).
  static func isWithIt(_ url: String) -> Bool { url.utf8.starts(with: "data:".utf8, by: isSame) }

  private static func isSame(_ left: UInt8, _ right: UInt8) -> Bool {
    left == right || left | 0x20 == right && (97...122).contains(right)
  }

  /// In lower case; nil for a path.
  private static func scheme(of url: String) -> String? {
    let head = url.prefix(32).prefix { $0 != ":" && $0 != "/" }
    guard head.endIndex < url.endIndex, url[head.endIndex] == ":" else { return nil }
    return head.lowercased()
  }

  private static func label(_ url: String) -> String {
    let scalars = url.unicodeScalars
    return String(String.UnicodeScalarView(scalars.prefix(80))) + (scalars.count > 80 ? "…" : "")
  }
}

extension Item {
  /// The first of all its media for which `isIt`; most items have none, and nothing is set up to look through those.
  func firstMedia(where isIt: (MediaReference) -> Bool) -> MediaReference? {
    if let found = prompt?.firstMedia(where: isIt) ?? reference?.firstMedia(where: isIt) { return found }
    for response in responses {
      if let found = response.firstMedia(where: isIt) { return found }
    }
    return nil
  }

  /// Whether the same item is the same work another time: what a path or an address leads to may have changed.
  var isFixed: Bool {
    firstMedia { !WireMedia.isWithIt($0.url) && UploadStore.digest($0.url) == nil } == nil
  }
}

extension Content {
  fileprivate func firstMedia(where isIt: (MediaReference) -> Bool) -> MediaReference? {
    for turn in turns {
      for case .media(let reference) in turn.parts where isIt(reference) { return reference }
    }
    return nil
  }
}
