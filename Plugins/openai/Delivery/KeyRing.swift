import Glibc
import HTTP
import Synchronization

/// The key of a judge and its further headers: read from where the configuration says, and never shown.
final class KeyRing: Sendable {
  /// A key or a header's variable that is not there.
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  /// What a request carries.
  struct Headers: Sendable, Hashable {
    var lines: [HTTPHeader]
    /// Texts that no message may hold.
    var secrets: [String]
  }

  private struct State {
    var key: String?
    var stamp: FileStamp?
  }

  private let source: DeliveryOptions.KeySource?
  private let header: String?
  private let further: Headers
  private let state: Mutex<State>

  /// Reads the key and the variables of the headers. Throws where one is not there, naming it.
  init(_ options: DeliveryOptions) throws(Missing) {
    source = options.key
    header = options.keyHeader
    further = try Self.expand(options.headers)
    switch options.key {
    case nil: state = Mutex(State())
    case .environment(let name): state = Mutex(State(key: try Self.check(Self.variable(name), "the variable \(name)")))
    case .file(let path): state = Mutex(State(key: try Self.read(path), stamp: FileStamp(path)))
    }
  }

  /// Where the key is, in the words of a hint; nil where there is none.
  var place: String? {
    switch source {
    case nil: nil
    case .environment(let name): "the environment variable \(name)"
    case .file(let path): "the file \(path)"
    }
  }

  /// The headers of a request to be sent now. A key file that was changed since is read again.
  func headers() -> Headers {
    refresh(force: false)
    guard let key = state.withLock({ $0.key }) else { return further }
    var headers = further
    headers.lines.append(header.map { HTTPHeader($0, key) } ?? HTTPHeader("Authorization", "Bearer \(key)"))
    headers.secrets.append(key)
    return headers
  }

  /// Reads the key file again, whatever its date says: the server does not take the key.
  func reread() { refresh(force: true) }

  /// A file that is being written, or is gone for a moment, leaves the key as it was: the server says whether it is still
  /// good.
  private func refresh(force: Bool) {
    guard case .file(let path) = source else { return }
    let stamp = FileStamp(path)
    guard force || state.withLock({ $0.stamp }) != stamp, let key = try? Self.read(path) else { return }
    state.withLock { $0 = State(key: key, stamp: stamp) }
  }

  private static func read(_ path: String) throws(Missing) -> String {
    guard let file = fopen(path, "re") else {
      throw Missing(description: "the key file \(path) cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: keyLimit + 1)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
    if bytes.count > keyLimit { throw Missing(description: "the key file \(path) has more than \(keyLimit) bytes") }
    return try check(String(decoding: bytes, as: UTF8.self), "the key file \(path)")
  }

  private static let keyLimit = 16 << 10

  /// The key without the white space around it.
  private static func check(_ text: String?, _ place: String) throws(Missing) -> String {
    guard let text else { throw Missing(description: "\(place) is not set; it is to hold the key") }
    let key = text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    guard !key.isEmpty else { throw Missing(description: "\(place) is empty; it is to hold the key") }
    guard key.allSatisfy({ $0.isASCII && !$0.isNewline && $0 != "\0" && !$0.isWhitespace }) else {
      throw Missing(description: "\(place) holds no key: a key is one word of ASCII characters")
    }
    return String(key)
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Puts the environment's values for `${NAME}`.
  private static func expand(_ headers: [HTTPHeader]) throws(Missing) -> Headers {
    var expanded = Headers(lines: [], secrets: [])
    for header in headers {
      var value = "", rest = Substring(header.value)
      while let start = rest.range(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
        let name = String(rest[start.upperBound..<end])
        let secret = try check(variable(name), "the variable \(name) of the header \(header.name)")
        expanded.secrets.append(secret)
        value += rest[..<start.lowerBound] + secret
        rest = rest[rest.index(after: end)...]
      }
      expanded.lines.append(HTTPHeader(header.name, value + rest))
    }
    return expanded
  }
}

/// What changes when a file is written or replaced.
private struct FileStamp: Equatable {
  let inode: UInt64
  let size: Int
  let seconds: Int
  let nanoseconds: Int

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (inode, size) = (UInt64(status.st_ino), Int(status.st_size))
    (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
  }
}

extension Substring {
  /// `StringProtocol.range(of:)` without Foundation.
  fileprivate func range(of text: String) -> Range<Index>? {
    indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
  }
}
