/// A URI reference cut into its parts, and what it means seen from a base (RFC 3986 §5).
struct URIReference: Hashable, Sendable {
  var scheme: String?
  var authority: String?
  var path: String
  var query: String?
  var fragment: String?

  init(_ text: String) {
    var rest = text[...]
    if let at = rest.firstIndex(of: "#") {
      fragment = String(rest[rest.index(after: at)...])
      rest = rest[..<at]
    }
    if let at = rest.firstIndex(of: "?") {
      query = String(rest[rest.index(after: at)...])
      rest = rest[..<at]
    }
    if let at = rest.firstIndex(where: { ":/".contains($0) }), rest[at] == ":", at > rest.startIndex {
      scheme = rest[..<at].lowercased()
      rest = rest[rest.index(after: at)...]
    }
    if rest.hasPrefix("//") {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: "/") ?? rest.endIndex
      authority = String(rest[..<end])
      rest = rest[end...]
    }
    path = String(rest)
  }

  func resolved(against base: URIReference) -> URIReference {
    var target = self
    if scheme == nil {
      target.scheme = base.scheme
      if authority == nil {
        target.authority = base.authority
        if path.isEmpty {
          target.path = base.path
          target.query = query ?? base.query
        } else if !path.hasPrefix("/") {
          let isHostOnly = base.authority != nil && base.path.isEmpty
          let folder = base.path.lastIndex(of: "/").map { String(base.path[...$0]) } ?? ""
          target.path = (isHostOnly ? "/" : folder) + path
        }
      }
    }
    target.path = Self.removingDots(target.path)
    return target
  }

  /// Without the fragment: what names a schema resource.
  var resource: String {
    (scheme.map { "\($0):" } ?? "") + (authority.map { "//\($0)" } ?? "") + path + (query.map { "?\($0)" } ?? "")
  }

  /// The fragment with `%25` and the like decoded; nil when what they stand for is not UTF-8.
  var decodedFragment: String? {
    var bytes: [UInt8] = []
    var rest = Array((fragment ?? "").utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      else {
        bytes.append(byte)
        continue
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func removingDots(_ path: String) -> String {
    guard path.contains("/.") || path.hasPrefix(".") else { return path }
    var kept: [Substring] = []
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    for (at, segment) in segments.enumerated() {
      let isLast = at == segments.count - 1
      switch segment {
      case ".": if isLast { kept.append("") }
      case "..":
        if kept.count > 1 { kept.removeLast() }
        if isLast { kept.append("") }
      default: kept.append(segment)
      }
    }
    return kept.joined(separator: "/")
  }
}
