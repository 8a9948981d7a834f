public import HTTPServing
import Media
import Synchronization
import Wire

/// The API keys that are in force, and whose request it is.
public final class KeyRing: Sendable {
  private let entries: Mutex<[KeyFile.Entry]?>

  /// The keys of a file; nil: none are needed.
  public init(_ file: KeyFile?) { entries = Mutex(file?.entries) }

  /// From now on, those of `file`.
  public func replace(with file: KeyFile?) { entries.withLock { $0 = file?.entries } }

  /// Who has the key in `Authorization: Bearer KEY`, or in that of `http://NAME:KEY@…`, which is what a client can be given that sends
  /// no headers of its own; anyone where no keys are needed.
  public func holder(for head: RequestHead) throws(Fault) -> KeyHolder {
    guard let entries = entries.withLock({ $0 }) else { return .anyone }
    guard let header = head["Authorization"] else {
      throw Fault(.unauthorized, "an API key is needed: send the header 'Authorization: Bearer KEY'")
    }
    let words = header.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2, let key = Self.key(words[0].lowercased(), words[1]) else {
      throw Fault(
        .unauthorized,
        "the header 'Authorization' is not understood; accepted: Bearer KEY, or Basic with the key as password")
    }
    guard let owner = Self.owner(of: key, entries) else { throw Fault(.unauthorized, "the API key is not known") }
    return KeyHolder(name: owner.name, isAdmin: owner.isAdmin)
  }

  /// `Basic` is base64 of `name:key` (RFC 7617). The name is for people to read: the key says whose it is.
  private static func key(_ scheme: String, _ credentials: String) -> String? {
    if scheme == "bearer" { return credentials }
    guard scheme == "basic", let bytes = try? Base64.decode(credentials.utf8) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.firstIndex(of: ":").map { String(text[text.index(after: $0)...]) }
  }

  /// Compares digests, all of them and each to its end: how long it takes tells nothing of how near a guess was.
  private static func owner(of key: String, _ entries: [KeyFile.Entry]) -> KeyFile.Entry? {
    let given = Array(Digest.sha256(key).utf8)
    var found: Int?
    for (at, entry) in entries.enumerated() {
      var difference: UInt8 = 0
      for (left, right) in zip(given, entry.digest.utf8) { difference |= left ^ right }
      found = difference == 0 ? at : found
    }
    return found.map { entries[$0] }
  }
}
