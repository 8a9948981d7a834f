/// The length of the longest common subsequence, 64 cells at a time (Hyyrö 2004, "Bit-parallel LCS-length computation
/// revisited"), in blocks of 64 places of the one sequence so that memory stays linear.
enum CommonSubsequence {
  /// Both sequences use numbers below `vocabulary`.
  static func length(_ left: [Int32], _ right: [Int32], vocabulary: Int) -> Int {
    var (first, second) = (left[...], right[...])
    var length = 0
    while let a = first.first, let b = second.first, a == b {
      (first, second, length) = (first.dropFirst(), second.dropFirst(), length + 1)
    }
    while let a = first.last, let b = second.last, a == b {
      (first, second, length) = (first.dropLast(), second.dropLast(), length + 1)
    }
    guard !first.isEmpty, !second.isEmpty else { return length }

    var masks = [UInt64](repeating: 0, count: vocabulary)
    var carries = [Bool](repeating: false, count: second.count)
    var block = first.startIndex
    while block < first.endIndex {
      let end = min(block + 64, first.endIndex)
      for at in block..<end { masks[Int(first[at])] |= 1 << UInt64(at - block) }
      length += advance(second, masks, &carries, width: end - block)
      for at in block..<end { masks[Int(first[at])] = 0 }
      block = end
    }
    return length
  }

  /// Runs one block over the whole of the other sequence: the number of matches that end in it.
  private static func advance(
    _ sequence: ArraySlice<Int32>, _ masks: [UInt64], _ carries: inout [Bool], width: Int
  ) -> Int {
    var row = UInt64.max
    sequence.withUnsafeBufferPointer { sequence in
      masks.withUnsafeBufferPointer { masks in
        carries.withUnsafeMutableBufferPointer { carries in
          for at in sequence.indices {
            let hits = row & masks[Int(sequence[at])]
            let (partial, overflow) = row.addingReportingOverflow(hits)
            let (sum, carried) = partial.addingReportingOverflow(carries[at] ? 1 : 0)
            carries[at] = overflow || carried
            row = sum | (row & ~hits)
          }
        }
      }
    }
    let used = width == 64 ? UInt64.max : (1 << UInt64(width)) - 1
    return (~row & used).nonzeroBitCount
  }
}
