public import HTTPServing
import Synchronization
import Wire

/// The API keys that are in force, and whose request it is.
public final class KeyRing: Sendable {
  private let entries: Mutex<[KeyFile.Entry]?>

  /// The keys of a file; nil: none are needed.
  public init(_ file: KeyFile?) { entries = Mutex(file?.entries) }

  /// From now on, those of `file`.
  public func replace(with file: KeyFile?) { entries.withLock { $0 = file?.entries } }

  /// The name of the key in `Authorization: Bearer KEY`; empty where no keys are needed.
  public func name(for head: RequestHead) throws(Fault) -> String {
    guard let entries = entries.withLock({ $0 }) else { return "" }
    guard let header = head["Authorization"] else {
      throw Fault(.unauthorized, "an API key is needed: send the header 'Authorization: Bearer KEY'")
    }
    let words = header.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2, words[0].lowercased() == "bearer" else {
      throw Fault(.unauthorized, "the header 'Authorization' is not understood; accepted: Bearer KEY")
    }
    guard let name = Self.owner(of: words[1], entries) else { throw Fault(.unauthorized, "the API key is not known") }
    return name
  }

  /// Compares digests, all of them and each to its end: how long it takes tells nothing of how near a guess was.
  private static func owner(of key: String, _ entries: [KeyFile.Entry]) -> String? {
    let given = Array(Digest.sha256(key).utf8)
    var found: Int?
    for (at, entry) in entries.enumerated() {
      var difference: UInt8 = 0
      for (left, right) in zip(given, entry.digest.utf8) { difference |= left ^ right }
      found = difference == 0 ? at : found
    }
    return found.map { entries[$0].name }
  }
}
