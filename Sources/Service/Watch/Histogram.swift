/// Counts of numbers by size.
struct Histogram: Sendable, Hashable {
  /// Upper bounds of the buckets, ascending; what is above the last is in ``count`` alone.
  let bounds: [Double]
  /// How many fell into each bucket.
  private(set) var counts: [Int]
  /// How many there were.
  private(set) var count = 0
  /// Of all of them.
  private(set) var sum = 0.0

  init(_ bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count)
  }

  /// Counts one; what is no finite number is not counted.
  mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    if let bucket = bounds.firstIndex(where: { value <= $0 }) { counts[bucket] += 1 }
    count += 1
    sum += value
  }

  /// Seconds, from a quick check to a model that reasons for minutes.
  static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]
  /// Seconds of stages, most of which are over at once.
  static let stageSeconds = [0.0001, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]
  /// Fractions of a scale.
  static let ratios = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
}
