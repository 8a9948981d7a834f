/// Mean and standard error of numbers that are seen once (Welford 1962: no sum of squares that could cancel out).
public struct RunningMean: Sendable, Hashable {
  /// How many numbers were added.
  public private(set) var count = 0
  /// Infinity when nothing was added.
  public private(set) var minimum = Double.infinity
  /// Minus infinity when nothing was added.
  public private(set) var maximum = -Double.infinity
  private var runningMean = 0.0
  private var squaredDeviations = 0.0

  /// Of nothing yet.
  public init() {}

  /// Counts one number.
  public mutating func add(_ value: Double) {
    count += 1
    let deviation = value - runningMean
    runningMean += deviation / Double(count)
    squaredDeviations += deviation * (value - runningMean)
    minimum = min(minimum, value)
    maximum = max(maximum, value)
  }

  /// nil when nothing was added.
  public var mean: Double? { count == 0 ? nil : runningMean }

  /// The sample standard deviation over the square root of the count; nil below two numbers.
  public var standardError: Double? {
    count < 2 ? nil : (squaredDeviations / Double(count - 1) / Double(count)).squareRoot()
  }
}
