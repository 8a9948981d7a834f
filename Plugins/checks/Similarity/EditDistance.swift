/// The Levenshtein distance (insertions, deletions and substitutions cost 1), 64 cells at a time: Myers 1999 in the block
/// form of Hyyrö 2003, with the horizontal differences between blocks kept, so that memory stays linear.
enum EditDistance {
  /// Both sequences use numbers below `vocabulary`.
  static func levenshtein(_ left: [Int32], _ right: [Int32], vocabulary: Int) -> Int {
    var (first, second) = (left[...], right[...])
    while let a = first.first, let b = second.first, a == b {
      (first, second) = (first.dropFirst(), second.dropFirst())
    }
    while let a = first.last, let b = second.last, a == b { (first, second) = (first.dropLast(), second.dropLast()) }
    guard !first.isEmpty, !second.isEmpty else { return first.count + second.count }

    var masks = [UInt64](repeating: 0, count: vocabulary)
    // Along the top edge of the table the distance grows by one for each place of `second`.
    var differences = [Int8](repeating: 1, count: second.count)
    var block = first.startIndex
    while block < first.endIndex {
      let end = min(block + 64, first.endIndex)
      for at in block..<end { masks[Int(first[at])] |= 1 << UInt64(at - block) }
      advance(second, masks, &differences, lastRow: UInt64(end - block - 1))
      for at in block..<end { masks[Int(first[at])] = 0 }
      block = end
    }
    return differences.reduce(first.count) { $0 + Int($1) }
  }

  /// Runs one block of rows over the whole of the other sequence; `differences` enter at its top and leave at `lastRow`.
  private static func advance(
    _ sequence: ArraySlice<Int32>, _ masks: [UInt64], _ differences: inout [Int8], lastRow: UInt64
  ) {
    var (positive, negative) = (UInt64.max, UInt64(0))
    sequence.withUnsafeBufferPointer { sequence in
      masks.withUnsafeBufferPointer { masks in
        differences.withUnsafeMutableBufferPointer { differences in
          for at in sequence.indices {
            let entering = differences[at]
            let below: UInt64 = entering < 0 ? 1 : 0
            var equal = masks[Int(sequence[at])]
            let vertical = equal | negative
            equal |= below
            let horizontal = (((equal & positive) &+ positive) ^ positive) | equal
            var up = negative | ~(horizontal | positive)
            var down = positive & horizontal
            differences[at] =
              Int8(truncatingIfNeeded: (up >> lastRow) & 1) - Int8(truncatingIfNeeded: (down >> lastRow) & 1)
            up = up << 1 | (entering > 0 ? 1 : 0)
            down = down << 1 | below
            positive = down | ~(vertical | up)
            negative = up & vertical
          }
        }
      }
    }
  }
}
