internal import Glibc
package import Wire

/// Where the relative media references of one input are looked for: beside the input first, then in each further root.
///
/// This only names files. What may be read is decided by the loader.
package struct MediaPaths: Sendable {
  /// Folders, in the order they are tried; those that are not absolute start in the working folder.
  let roots: [String]

  /// Folders in the order they are to be tried.
  package init(roots: [String]) { self.roots = roots }

  /// The item with every relative reference replaced by the path it stands for, seen from the working folder.
  package func resolve(_ item: Item) -> Item {
    let contents = item.responses + [item.prompt, item.reference].compactMap { $0 }
    guard contents.contains(where: { !$0.media.isEmpty }) else { return item }
    return Item(
      id: item.id, prompt: item.prompt.map(resolve), responses: item.responses.map(resolve),
      reference: item.reference.map(resolve))
  }

  private func resolve(_ content: Content) -> Content {
    Content(turns: content.turns.map { Turn(role: $0.role, parts: $0.parts.map(resolve)) })
  }

  private func resolve(_ part: Part) -> Part {
    guard case .media(let reference) = part, Self.isRelative(reference.url) else { return part }
    let places = roots.map { Self.join($0, reference.url) }
    let found = places.first { access($0, F_OK) == 0 } ?? places.first ?? reference.url
    return .media(MediaReference(kind: reference.kind, url: found))
  }

  private static func join(_ folder: String, _ path: String) -> String {
    folder == "." ? path : folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
  }

  /// Neither absolute nor a URL with a scheme (RFC 3986 §3.1).
  static func isRelative(_ url: String) -> Bool {
    guard let first = url.utf8.first, first != 0x2F else { return false }
    let scheme = url.prefix { $0 != ":" && $0 != "/" }
    guard scheme.endIndex < url.endIndex, url[scheme.endIndex] == ":" else { return true }
    return !(scheme.first?.isLetter ?? false) || !scheme.allSatisfy { $0.isLetter || $0.isNumber || "+-.".contains($0) }
  }
}
