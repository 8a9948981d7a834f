/// Which ids were seen, and where first. Kept as 64-bit digests, so that an id costs some 50 bytes however long it is; the
/// digest is keyed anew in every process, so that no input can be made to collide.
struct SeenIDs {
  private var locations: [Int: (input: Int32, line: Int32)] = [:]

  /// Remembers `id`; the place of its first use when it was seen before.
  mutating func insert(_ id: String, input: Int, line: Int) -> (input: Int, line: Int)? {
    let place = (input: Int32(clamping: input), line: Int32(clamping: line))
    if let first = locations.updateValue(place, forKey: id.hashValue) {
      locations[id.hashValue] = first
      return (Int(first.input), Int(first.line))
    }
    return nil
  }
}
