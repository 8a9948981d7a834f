/// Numbers for pairs of numbers: how n-grams of order k + 1 are named from those of order k and the next word. The mixing
/// constant is drawn once for each process, so that no text can be written to collide; the numbers do not depend on it.
struct PairTable {
  private var keys: [UInt64]
  private var ids: [Int32]
  private(set) var count = 0
  private static let mixer = UInt64.random(in: .min ... .max) | 1

  /// Room for `capacity` different pairs.
  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    keys = [UInt64](repeating: 0, count: size)
    ids = [Int32](repeating: -1, count: size)
  }

  mutating func removeAll() {
    guard count > 0 else { return }
    count = 0
    for at in ids.indices { ids[at] = -1 }
  }

  /// The number of the pair, a new one if it was not there.
  mutating func insert(_ left: Int32, _ right: Int32) -> Int32 {
    let slot = find(left, right)
    if ids[slot] < 0 {
      keys[slot] = Self.key(left, right)
      ids[slot] = Int32(count)
      count += 1
    }
    return ids[slot]
  }

  /// The number of the pair; -1 if it is not there.
  func lookup(_ left: Int32, _ right: Int32) -> Int32 { ids[find(left, right)] }

  private func find(_ left: Int32, _ right: Int32) -> Int {
    let key = Self.key(left, right)
    let mask = ids.count - 1
    var mixed = key &* Self.mixer
    mixed = (mixed ^ (mixed >> 32)) &* Self.mixer
    var slot = Int(truncatingIfNeeded: mixed >> 20) & mask
    while ids[slot] >= 0, keys[slot] != key { slot = (slot + 1) & mask }
    return slot
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }
}
