import Wire

/// Where a reference says its bytes are.
enum MediaSource {
  case data(DataURL)
  /// An absolute path, not yet checked against the roots.
  case file(path: String)
  /// Sent before; by its digest.
  case upload(digest: String)
  case web(url: String)

  static let uploadScheme = "cupel"

  /// Reads a reference as text; touches no file.
  init(_ url: String, relativeTo base: String?) throws(Unscored) {
    guard !url.utf8.contains(0) else { throw Unscored(.invalidInput, "the reference holds a NUL character") }
    guard let scheme = Self.scheme(of: url) else {
      self = .file(path: try Self.absolute(url, relativeTo: base))
      return
    }
    let rest = url.utf8.dropFirst(scheme.utf8.count + 1)
    switch scheme.lowercased() {
    case "data": self = .data(try DataURL(rest))
    case "file": self = .file(path: try Self.absolute(try Self.filePath(Substring(rest)), relativeTo: base))
    case "http", "https": self = .web(url: url)
    case Self.uploadScheme: self = .upload(digest: try Self.digest(Substring(rest)))
    default:
      throw Unscored(
        .invalidInput,
        "has the scheme '\(scheme):'; accepted: data: and file: URLs and paths "
          + "(for a file named so write './\(scheme):…')"
      )
    }
  }

  /// `sha256:` and 64 hexadecimal digits in lower case, as uploads are answered.
  private static func digest(_ rest: Substring) throws(Unscored) -> String {
    let digits = rest.utf8.dropFirst("sha256:".utf8.count)
    let isDigest = digits.count == 64 && digits.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    guard rest.hasPrefix("sha256:"), isDigest else {
      throw Unscored(.invalidInput, "is no address of an upload; accepted: cupel:sha256: and 64 digits from 0 to f")
    }
    return String(rest)
  }

  /// The bytes, at most `limits.maxInputBytes` of them, at least one.
  func read(
    files: MediaFiles, _ sources: MediaSources, _ limits: MediaLimits
  ) async throws(Unscored) -> [UInt8] {
    let bytes =
      switch self {
      case .data(let url): try url.decode(maxBytes: limits.maxInputBytes)
      case .file(let path): try files.read(path, maxBytes: limits.maxInputBytes)
      case .upload(let digest): try Self.upload(digest, sources.uploads)
      case .web(let url): try await Self.fetch(url, sources.fetcher, limits)
      }
    guard !bytes.isEmpty else { throw Unscored(.invalidInput, "is empty (0 bytes)") }
    return bytes
  }

  private static func upload(_ digest: String, _ uploads: UploadStore?) throws(Unscored) -> [UInt8] {
    guard let uploads else {
      throw Unscored(.invalidInput, "is an upload, and there are none here; give the file, or send it as a data: URL")
    }
    guard let bytes = uploads.bytes(digest) else { throw Unscored(.invalidInput, UploadStore.missing) }
    return bytes
  }

  private static func fetch(
    _ url: String, _ fetcher: (any MediaFetcher)?, _ limits: MediaLimits
  ) async throws(Unscored) -> [UInt8] {
    guard let fetcher else {
      throw Unscored(
        .invalidInput,
        "is a web address, and nothing is fetched from the network; download it, or send it as a data: URL")
    }
    return try await fetcher.fetch(url, maxBytes: limits.maxInputBytes)
  }

  /// The digest, where it is known without the bytes.
  var digest: String? { if case .upload(let digest) = self { digest } else { nil } }

  /// What the reference says of its own type, held against the bytes.
  func notes(on bytes: [UInt8]) -> [MediaNote] {
    guard let found = MediaType(head: bytes) else { return [] }
    switch self {
    case .data(let url):
      guard let name = url.mediaType, let stated = MediaType(declared: name), stated != found else { return [] }
      return [MediaNote(code: "media_type", message: "declared as \(name), but the bytes are \(found.name)")]
    case .file(let path):
      guard let stated = MediaType(extensionOf: path), stated != found else { return [] }
      return [MediaNote(code: "extension", message: "named like \(stated.name), but the bytes are \(found.name)")]
    case .upload, .web: return []
    }
  }

  /// A reference as messages show it: quoted, short, on one line.
  static func label(_ url: String) -> String {
    let isData = scheme(of: url)?.lowercased() == "data"
    let shown = isData ? 48 : 200
    let text = String(url.unicodeScalars.prefix(shown).map { $0.properties.isPrintable ? Character($0) : "\u{FFFD}" })
    return url.unicodeScalars.dropFirst(shown).isEmpty ? "'\(text)'" : "'\(text)…' (\(url.utf8.count) bytes)"
  }

  /// The scheme of a URL (RFC 3986, 3.1), nil for a path.
  private static func scheme(of url: String) -> String? {
    let end = url.utf8.prefix(32).firstIndex(of: UInt8(ascii: ":"))
    guard let end, let first = url.utf8.first, isLetter(first) else { return nil }
    let name = url[..<end]
    let allowed = name.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || "+-.".utf8.contains($0) }
    return allowed ? String(name) : nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }

  /// The path of a `file:` URL (RFC 8089) after its scheme: `///p`, `//localhost/p`, `/p`, `p`.
  private static func filePath(_ rest: Substring) throws(Unscored) -> String {
    var path = rest
    if path.hasPrefix("//") {
      let host = path.dropFirst(2).prefix { $0 != "/" }
      guard host.isEmpty || host.lowercased() == "localhost" else {
        throw Unscored(
          .invalidInput, "is a file of the host \(label(String(host))); only files of this machine can be loaded")
      }
      path = path.dropFirst(2 + host.count)
    }
    let bytes = try PercentEncoding.decode(path.utf8)
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw Unscored(.invalidInput, "the path is not UTF-8 text without NUL once its %-escapes are read")
    }
    return text
  }

  private static func absolute(_ path: String, relativeTo base: String?) throws(Unscored) -> String {
    guard !path.isEmpty else { throw Unscored(.invalidInput, "the path is empty") }
    if path.hasPrefix("/") { return path }
    guard let base else {
      throw Unscored(
        .invalidInput, "is a relative path, and there is no folder it could start from; give an absolute path")
    }
    return MediaFiles.absolute(base) + "/" + path
  }
}

extension Unicode.Scalar.Properties {
  /// False for what would break or disguise a line of a log: controls, formatting characters, line and paragraph
  /// separators.
  fileprivate var isPrintable: Bool {
    switch generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
    default: true
    }
  }
}
