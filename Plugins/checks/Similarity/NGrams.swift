/// How many n-grams of one order two sequences have, and how many they share (each at most as often as the other has it).
struct NGramOverlap: Sendable, Hashable {
  let candidate: Int
  let reference: Int
  let matches: Int
}

/// Counting n-grams of sequences of numbers (words or characters), exactly and in linear time.
enum NGrams {
  /// The overlaps of the orders 1 to `maxOrder`. Both sequences use numbers below `vocabulary`.
  static func overlaps(
    candidate: [Int32], reference: [Int32], vocabulary: Int, maxOrder: Int
  ) -> [NGramOverlap] {
    var overlaps: [NGramOverlap] = []
    var (candidateGrams, referenceGrams) = (candidate, reference)
    var distinct = vocabulary
    var table = PairTable(capacity: maxOrder > 1 ? reference.count : 0)
    for order in 1...maxOrder {
      if order > 1 {
        table.removeAll()
        extend(&referenceGrams, with: reference, order: order) { table.insert($0, $1) }
        extend(&candidateGrams, with: candidate, order: order) { $0 < 0 ? -1 : table.lookup($0, $1) }
        distinct = table.count
      }
      overlaps.append(
        NGramOverlap(
          candidate: candidateGrams.count, reference: referenceGrams.count,
          matches: sharedCount(candidateGrams, referenceGrams, distinct: distinct)))
    }
    return overlaps
  }

  /// How many different n-grams of order `n` a sequence has.
  static func distinctCount(_ sequence: [Int32], n: Int) -> Int {
    guard sequence.count >= n else { return 0 }
    guard n > 1 else { return Set(sequence).count }
    var grams = sequence
    var table = PairTable(capacity: sequence.count)
    for order in 2...n {
      table.removeAll()
      extend(&grams, with: sequence, order: order) { table.insert($0, $1) }
    }
    return table.count
  }

  /// From the grams of order `order - 1` to those of `order`.
  private static func extend(
    _ grams: inout [Int32], with sequence: [Int32], order: Int, _ name: (Int32, Int32) -> Int32
  ) {
    let count = max(sequence.count - order + 1, 0)
    for at in 0..<count { grams[at] = name(grams[at], sequence[at + order - 1]) }
    grams.removeLast(grams.count - count)
  }

  private static func sharedCount(_ candidate: [Int32], _ reference: [Int32], distinct: Int) -> Int {
    var left = [Int32](repeating: 0, count: distinct)
    for gram in reference { left[Int(gram)] += 1 }
    var shared = 0
    for gram in candidate where gram >= 0 && left[Int(gram)] > 0 {
      left[Int(gram)] -= 1
      shared += 1
    }
    return shared
  }
}
