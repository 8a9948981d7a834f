/// Numbers for words: equal bytes get equal numbers, counted from 0. An open-addressing table over one byte buffer; no
/// allocation for each word. Hashed with Swift's seeded `Hasher`, so that no text can be written to collide; the numbers
/// depend only on the order of the words.
struct Vocabulary {
  private var storage: [UInt8] = []
  private var ends: [Int] = []
  private var slots: [Int32]

  init() { slots = [Int32](repeating: -1, count: 64) }

  var count: Int { ends.count }

  mutating func id(of word: ArraySlice<UInt8>) -> Int32 {
    if ends.count * 2 >= slots.count { grow() }
    var slot = Self.hash(word) & (slots.count - 1)
    while slots[slot] >= 0 {
      if word.elementsEqual(bytes(of: Int(slots[slot]))) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    let id = Int32(ends.count)
    storage.append(contentsOf: word)
    ends.append(storage.count)
    slots[slot] = id
    return id
  }

  /// The numbers of the words that Python's `split()` gives, in order. More than `limit` words are an error that names it.
  mutating func ids(ofWordsIn bytes: [UInt8], _ limit: SizeLimit, of what: String) throws(Unscorable) -> [Int32] {
    var ids: [Int32] = []
    ids.reserveCapacity(min(bytes.count / 5, limit.most))
    PythonText.forEachWord(bytes) { if ids.count <= limit.most { ids.append(id(of: bytes[$0])) } }
    try limit.check(ids.count, of: what)
    return ids
  }

  private func bytes(of id: Int) -> ArraySlice<UInt8> {
    storage[(id == 0 ? 0 : ends[id - 1])..<ends[id]]
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for id in 0..<ends.count {
      var slot = Self.hash(bytes(of: id)) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(id)
    }
  }

  private static func hash(_ word: ArraySlice<UInt8>) -> Int {
    var hasher = Hasher()
    word.withUnsafeBytes { hasher.combine(bytes: $0) }
    return hasher.finalize()
  }
}
