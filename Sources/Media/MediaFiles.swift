import Glibc
import Wire

/// Files under a set of folders, and no others.
///
/// What counts is where an open file really is, not how its path is spelt: it is opened without being read (`O_PATH`,
/// which neither blocks on a pipe nor wakes a device), the kernel is asked for its true path, and only then is that
/// very file opened for reading. A link or `..` may lead anywhere inside the roots; nothing swapped in between can lead
/// out of them.
struct MediaFiles: Sendable {
  private struct Root {
    /// As configured, made absolute.
    let stated: String
    /// Free of links; nil when it could not be resolved.
    let real: String?
  }

  private let roots: [Root]
  /// Whether an error may name them.
  private let tellsRoots: Bool

  init(roots: [String], tellsRoots: Bool = true) {
    self.tellsRoots = tellsRoots
    self.roots = roots.map { Root(stated: Self.normalised(Self.absolute($0)), real: Self.resolved($0)) }
  }

  /// The whole content of the regular file at the absolute `path`. `maxBytes` is `max_input_bytes`.
  func read(_ path: String, maxBytes: Int) throws(Unscored) -> [UInt8] {
    // First by spelling, so that nothing about files elsewhere, not even that they exist, can be learnt from the error.
    let spelt = Self.normalised(path)
    guard roots.contains(where: { Self.contains($0.stated, spelt) || Self.contains($0.real, spelt) }) else {
      throw outside()
    }
    let handle = try Descriptor(path, Descriptor.pathOnly | O_CLOEXEC)
    guard let real = handle.realPath else {
      throw Unscored(.invalidInput, "cannot be checked against the media roots: /proc is not available")
    }
    guard roots.contains(where: { Self.contains($0.real, real) }) else { throw outside() }
    let size = try handle.regularFileSize()
    guard size <= maxBytes else {
      throw Unscored(.invalidInput, "is \(size) bytes large, over the limit max_input_bytes = \(maxBytes)")
    }
    return try Descriptor("/proc/self/fd/\(handle.number)", O_RDONLY | O_CLOEXEC | O_NONBLOCK).readAll(size)
  }

  private func outside() -> Unscored {
    guard !roots.isEmpty else {
      return Unscored(
        .invalidInput, "is a file, and no media root is configured; send it as a data: URL or configure its folder")
    }
    let missing = roots.filter { $0.real == nil && tellsRoots }.map { "'\($0.stated)'" }
    let hint = missing.isEmpty ? "" : "; these roots do not exist: \(missing.joined(separator: ", "))"
    return Unscored(
      .invalidInput, "lies outside the media roots; move it into one of them or configure its folder as another\(hint)")
  }

  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let folder = getcwd(nil, 0) else { return "/" + path }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
  }

  private static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// `/a/./b/../c` as `/a/c`, by spelling alone.
  private static func normalised(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func contains(_ folder: String?, _ path: String) -> Bool {
    guard let folder else { return false }
    return path.utf8.starts(with: folder == "/" ? "/".utf8 : (folder + "/").utf8)
  }
}
