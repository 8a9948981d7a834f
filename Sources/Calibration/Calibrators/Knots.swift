import JSON

/// A function that never falls: straight lines between knots, constant to the left of the first and to the right of the last.
public struct Knots: Sendable, Hashable {
  /// Strictly ascending, at least one.
  public let x: [Double]
  /// As many, ascending.
  public let y: [Double]

  init(x: [Double], y: [Double]) { (self.x, self.y) = (x, y) }

  /// The least-squares fit among all functions that never fall: pool adjacent violators (Ayer et al. 1955). Rows of equal x count as
  /// one with their mean. Of a run of equal values only the ends are kept as knots.
  init(fitting rows: [(x: Double, y: Double)]) {
    let groups = rows.sorted { $0.x < $1.x }.chunked { $0.x == $1.x }
    var blocks: [(mean: Double, weight: Double, first: Int, last: Int)] = []
    for (place, group) in groups.enumerated() {
      var block = (group.map(\.y).mean, Double(group.count), place, place)
      while let before = blocks.last, before.mean >= block.0 {
        let weight = before.weight + block.1
        block = ((before.mean * before.weight + block.0 * block.1) / weight, weight, before.first, block.3)
        blocks.removeLast()
      }
      blocks.append(block)
    }
    var (x, y): ([Double], [Double]) = ([], [])
    for block in blocks {
      for place in Set([block.first, block.last]).sorted() {
        x.append(groups[place][groups[place].startIndex].x)
        y.append(block.mean)
      }
    }
    self.init(x: x, y: y)
  }

  /// The value at `place`.
  public func callAsFunction(_ place: Double) -> Double {
    // The number of knots at or below the place.
    var (low, high) = (0, x.count)
    while low < high {
      let middle = (low + high) / 2
      if x[middle] <= place { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return y[0] }
    guard low < x.count else { return y[x.count - 1] }
    let share = (place - x[low - 1]) / (x[low] - x[low - 1])
    return y[low - 1] + share * (y[low] - y[low - 1])
  }

  func clamped(to range: ClosedRange<Double>) -> Knots { Knots(x: x, y: y.map { $0.clamped(to: range) }) }

  /// Reads the members `x` and `y`, within their ranges.
  init(_ reader: JSONReader, x: ClosedRange<Double>, y: ClosedRange<Double>) throws(JSONError) {
    let (places, values) = (try reader.numbers("x"), try reader.numbers("y"))
    guard !places.isEmpty, places.count == values.count else {
      throw reader.error("'x' and 'y' must have equally many numbers, at least one")
    }
    guard places.isStrictlyAscending, values.isAscending else {
      throw reader.error("'x' must ascend strictly and 'y' must never fall")
    }
    guard places.allSatisfy(x.contains), values.allSatisfy(y.contains) else {
      throw reader.error(
        "out of range; accepted: 'x' from \(x.lowerBound) to \(x.upperBound), 'y' from \(y.lowerBound) to \(y.upperBound)"
      )
    }
    self.init(x: places, y: values)
  }
}
