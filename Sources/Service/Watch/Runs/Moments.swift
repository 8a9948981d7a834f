/// Means, spreads and the correlation of pairs of numbers, taken in one by one.
///
/// Welford 1962, "Note on a method for calculating corrected sums of squares and products": sums of squares are of deviations from the
/// mean so far. All numbers are taken as their distance from the first, so that such as lie far from 0 lose nothing.
struct Moments: Sendable {
  /// Pairs that were taken in.
  private(set) var count = 0
  private var origin = (x: 0.0, y: 0.0)
  private var mean = (x: 0.0, y: 0.0)
  private var squaresX = 0.0
  private var squaresY = 0.0
  private var products = 0.0

  /// Takes in a pair.
  mutating func add(_ x: Double, _ y: Double) {
    if count == 0 { origin = (x, y) }
    count += 1
    let (x, y) = (x - origin.x, y - origin.y)
    let before = (x: x - mean.x, y: y - mean.y)
    mean.x += before.x / Double(count)
    mean.y += before.y / Double(count)
    squaresX += before.x * (x - mean.x)
    squaresY += before.y * (y - mean.y)
    products += before.x * (y - mean.y)
  }

  /// Of the first numbers; 0 of none.
  var meanX: Double { origin.x + mean.x }
  /// Of the second numbers; 0 of none.
  var meanY: Double { origin.y + mean.y }

  /// How much higher the mean of the first numbers is than `other`'s.
  func shiftX(from other: Moments) -> Double { (origin.x - other.origin.x) + (mean.x - other.mean.x) }

  /// The standard deviation of the first numbers, with n - 1 in the denominator; nil of fewer than two.
  var deviationX: Double? { count < 2 ? nil : (squaresX / Double(count - 1)).squareRoot() }

  /// Pearson's correlation of the two; nil of fewer than two pairs, and where one of the two is always the same.
  var correlation: Double? {
    guard count > 1, squaresX > 0, squaresY > 0 else { return nil }
    let correlation = products / (squaresX.squareRoot() * squaresY.squareRoot())
    return correlation.isFinite ? min(1, max(-1, correlation)) : nil
  }
}
