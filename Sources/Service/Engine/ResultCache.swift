import Configuration
import Wire

/// Finished judgments by the digest of what was asked, up to a number of bytes; what was not asked for the longest makes room.
struct ResultCache {
  private struct Entry {
    let digest: ContentDigest
    let judgment: Judgment
    let bytes: Int
  }

  private var entries = LinkedStore<Entry>()
  /// The longest unused first.
  private var byUse = LinkedStore<Entry>.List()
  private var places: [ContentDigest: Int] = [:]

  /// What judgments may take together; 0: none are kept.
  var maxBytes: Int { didSet { makeRoom() } }
  private(set) var bytes = 0
  /// Judgments that were found.
  private(set) var hits = 0

  init(maxBytes: Int) { self.maxBytes = maxBytes }

  /// Judgments in it.
  var count: Int { places.count }

  /// What was judged before; nil: not known.
  mutating func find(_ digest: ContentDigest) -> Judgment? {
    guard let place = places[digest] else { return nil }
    entries.moveToEnd(place, of: &byUse)
    hits += 1
    return entries[place].judgment
  }

  /// Keeps a judgment of `bytes`, as ``Wire/Judgment/estimatedBytes`` gives them. One that is there already stays.
  mutating func keep(_ judgment: Judgment, bytes: Int, for digest: ContentDigest) {
    guard places[digest] == nil, bytes <= maxBytes else { return }
    places[digest] = entries.append(Entry(digest: digest, judgment: judgment, bytes: bytes), to: &byUse)
    self.bytes += bytes
    makeRoom()
  }

  private mutating func makeRoom() {
    while bytes > maxBytes, let oldest = entries.first(of: byUse) {
      let entry = entries.remove(oldest, from: &byUse)
      places[entry.digest] = nil
      bytes -= entry.bytes
    }
  }
}
