/// Moving pictures as checks see them: at least one, all of one size.
struct Footage: Sendable, Hashable {
  /// When each picture is shown, in seconds, ascending.
  let times: [Double]
  let pictures: [Picture]
  /// How many frames the video has, where that is known: of a long one, these are some.
  let total: Int?

  /// Nil when there is none, or their sizes differ.
  init?(times: [Double], pictures: [Picture], total: Int? = nil) {
    guard let first = pictures.first, times.count == pictures.count,
      pictures.allSatisfy({ $0.width == first.width && $0.height == first.height })
    else { return nil }
    (self.times, self.pictures, self.total) = (times, pictures, total)
  }

  /// Whether there are frames between these.
  var isSampled: Bool { total.map { $0 > pictures.count } ?? false }
  var size: String { pictures[0].size }

  /// How long each picture is shown, in seconds; the last one as long as the one before.
  var durations: [Double] {
    var durations = zip(times.dropFirst(), times).map { $0 - $1 }
    durations.append(durations.last ?? 1)
    return durations
  }

  /// The mean absolute differences of all values from each picture to the next, 0 to 255.
  var changes: [Double] { zip(pictures.dropFirst(), pictures).map { changeOf($0.rgb, $1.rgb) } }
}

/// Of two lists of the same length.
private func changeOf(_ left: [UInt8], _ right: [UInt8]) -> Double {
  var sum = 0
  left.withUnsafeBufferPointer { left in
    right.withUnsafeBufferPointer { right in
      for at in 0..<left.count { sum += abs(Int(left[at]) - Int(right[at])) }
    }
  }
  return Double(sum) / Double(left.count)
}

extension Plane {
  /// The mean absolute difference to a plane of the same size, 0 to 255.
  func meanDifference(to other: Plane) -> Double { changeOf(values, other.values) }
}
