import Wire

/// Which responses of a group meet which: every pair once, or as many pairs as may be paid for.
///
/// The circle method: one response stays in its place, the others move on by one each round, so that in each round every response meets one
/// other (with an odd number of them, one rests), and in all rounds every pair meets once. Who stands where at first follows from
/// (seed, group id) by SplitMix64 and Fisher-Yates, so that the same request has the same schedule, whatever else is asked beside it.
enum RoundRobin {
  /// The fewest pairs in which every one of `count` responses meets another.
  static func fewestPairs(_ count: Int) -> Int { (count + 1) / 2 }

  /// Pairs of different responses, the lower index first; the first `limit` of the schedule, in its order.
  static func pairs(of count: Int, limit: Int? = nil, seed: UInt64, group: String) -> [(Int, Int)] {
    guard count > 1 else { return [] }
    var generator = SplitMix64(state: Digest.seed("win-rate", String(seed), group))
    var places: [Int?] = shuffled(count, &generator)
    // The empty place: who meets it rests.
    if count % 2 == 1 { places.append(nil) }
    var pairs: [(Int, Int)] = []
    var rested: Int?
    for _ in 1..<places.count {
      let round = (0..<places.count / 2).map { (places[$0], places[places.count - 1 - $0]) }
      let met = round.compactMap { left, right in left.flatMap { left in right.map { (min(left, $0), max(left, $0)) } }
      }
      // Who rested in the last round comes first in this one, so that no one is left out of a schedule that is cut off early.
      pairs += met.filter { $0.0 == rested || $0.1 == rested } + met.filter { $0.0 != rested && $0.1 != rested }
      rested = round.lazy.compactMap { left, right in left == nil ? right : right == nil ? left : nil }.first
      places.insert(places.removeLast(), at: 1)
    }
    return Array(pairs.prefix(limit ?? .max))
  }

  private static func shuffled(_ count: Int, _ generator: inout SplitMix64) -> [Int?] {
    var order: [Int?] = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, Int(generator.next(below: UInt64(last + 1))))
    }
    return order
  }
}

/// Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// The high half of the product with a random word: 0..<limit, with a bias below limit / 2^64.
  mutating func next(below limit: UInt64) -> UInt64 { next().multipliedFullWidth(by: limit).high }
}
