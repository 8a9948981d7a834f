internal import Glibc
import Wire

/// Why a file of API keys cannot be used. Never holds a key.
public struct KeyFileProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// `FILE:LINE: what is wrong`.
  public let description: String
}

/// A file of API keys: one `NAME KEY`, or `NAME sha256:HEX` with the key's digest, a line, and after it `admin` where the key may more
/// than ask for judgments. `#` begins a comment; empty lines do not count. A name may stand on several lines, each with another key: that
/// is how a key is replaced without a gap.
public struct KeyFile: Sendable {
  struct Entry: Sendable {
    let name: String
    /// `sha256:…` of the key; the key itself is not kept.
    let digest: String
    let isAdmin: Bool
  }

  /// What may stand behind a key.
  private static let admin = "admin"

  let entries: [Entry]
  /// What is unsafe about the file without making it useless; nil for nothing.
  public let warning: String?

  /// The shortest key that is taken: what people think up is guessed.
  public static let minKeyBytes = 16
  private static let maxFileBytes = 1 << 20
  private static let maxNameBytes = 64

  /// Reads a file.
  public init(path: String) throws(KeyFileProblem) {
    let (text, mode) = try Self.read(path)
    entries = try Self.entries(in: text, name: path)
    let octal = String(mode & 0o777, radix: 8)
    warning =
      mode & 0o077 == 0
      ? nil : "\(path): the keys can be read or changed by others (mode \(octal)); chmod 600 \(path)"
  }

  /// Reads text that came from elsewhere; `name` stands for the file in errors.
  public init(_ text: String, name: String) throws(KeyFileProblem) {
    entries = try Self.entries(in: text, name: name)
    warning = nil
  }

  private static func entries(in text: String, name: String) throws(KeyFileProblem) -> [Entry] {
    var entries: [Entry] = []
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      func refuse(_ why: String) -> KeyFileProblem { KeyFileProblem(description: "\(name):\(number + 1): \(why)") }
      let words = line.split { $0.isWhitespace }.map(String.init).prefix { !$0.hasPrefix("#") }
      guard let first = words.first else { continue }
      guard (2...3).contains(words.count) else {
        throw refuse(
          "expected NAME KEY or NAME sha256:HEX, and admin or nothing after it; found \(words.count) "
            + (words.count == 1 ? "word" : "words"))
      }
      guard words.count == 2 || words[2] == admin else {
        throw refuse("after the key of '\(first)' stands '\(words[2])'; accepted: \(admin), or nothing")
      }
      guard isName(first) else {
        throw refuse("a name is 1 to \(maxNameBytes) letters, digits, '.', '-' or '_': it stands in logs and metrics")
      }
      guard let digest = digest(of: words[1]) else {
        throw refuse(
          words[1].hasPrefix("sha256:")
            ? "the digest of '\(first)' is not sha256: and 64 hexadecimal digits"
            : "the key of '\(first)' is too short; it must have \(minKeyBytes) characters at least")
      }
      if let other = entries.first(where: { $0.digest == digest }) {
        throw refuse("the key of '\(first)' is already that of '\(other.name)'")
      }
      entries.append(Entry(name: first, digest: digest, isAdmin: words.count == 3))
    }
    guard !entries.isEmpty else { throw KeyFileProblem(description: "\(name): holds no keys; nobody could ask") }
    return entries
  }

  private static func isName(_ text: String) -> Bool {
    (1...maxNameBytes).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  private static func digest(of word: String) -> String? {
    let prefix = "sha256:"
    guard word.hasPrefix(prefix) else { return word.utf8.count >= minKeyBytes ? Digest.sha256(word) : nil }
    let hex = word.dropFirst(prefix.count)
    guard hex.utf8.count == 64, hex.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else { return nil }
    return word.lowercased()
  }

  private static func read(_ path: String) throws(KeyFileProblem) -> (text: String, mode: mode_t) {
    func refuse(_ why: String) -> KeyFileProblem { KeyFileProblem(description: "\(path): cannot be read: \(why)") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw refuse(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw refuse(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw refuse("it is not a regular file") }
    guard status.st_size <= maxFileBytes else { throw refuse("it is larger than \(maxFileBytes) bytes") }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw refuse(String(cString: strerror(errno))) }
      guard count > 0, bytes.count <= maxFileBytes else { break }
      bytes += block[..<count]
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw refuse("it is not UTF-8 text") }
    return (text, status.st_mode)
  }
}
