import Glibc

/// The structural similarity of two planes of 0 to 255: K1 0.01, K2 0.03, mean over the windows that lie inside.
/// The window is separable: each row is filtered along x once, then the rows along y.
struct StructuralSimilarity {
  enum Window: String, Sendable, CaseIterable { case uniform, gaussian }

  /// The side of the window: 7, or 11 for the Gaussian.
  let size: Int
  private let weights: [Double]
  /// n / (n - 1) for the sample covariance, 1 for the population's.
  private let covarianceFactor: Double

  init(window: Window) {
    switch window {
    case .uniform:
      size = 7
      weights = [Double](repeating: 1 / 7, count: 7)
      covarianceFactor = 49 / 48
    case .gaussian:
      size = 11
      let bell = (-5...5).map { exp(-0.5 * Double($0 * $0) / (1.5 * 1.5)) }
      let total = bell.reduce(0, +)
      weights = bell.map { $0 / total }
      covarianceFactor = 1
    }
  }

  /// Both planes have the same size, at least ``size`` both ways.
  func mean(_ left: Plane, _ right: Plane) -> Double {
    let columns = left.width - size + 1
    // The last `size` filtered rows of x, y, x², y² and xy, in a ring.
    var ring = [[Sums]](repeating: [Sums](repeating: Sums(), count: columns), count: size)
    var total = 0.0
    for y in 0..<left.height {
      filterRow(left, right, y, into: &ring[y % size])
      guard y >= size - 1 else { continue }
      for x in 0..<columns {
        var sums = Sums()
        for tap in 0..<size { sums.add(ring[(y - size + 1 + tap) % size][x], weights[tap]) }
        total += similarity(sums)
      }
    }
    return total / Double(columns * (left.height - size + 1))
  }

  private struct Sums {
    var x = 0.0
    var y = 0.0
    var xx = 0.0
    var yy = 0.0
    var xy = 0.0

    mutating func add(_ other: Sums, _ weight: Double) {
      x += other.x * weight
      y += other.y * weight
      xx += other.xx * weight
      yy += other.yy * weight
      xy += other.xy * weight
    }
  }

  private func filterRow(_ left: Plane, _ right: Plane, _ row: Int, into sums: inout [Sums]) {
    let start = row * left.width
    left.values.withUnsafeBufferPointer { left in
      right.values.withUnsafeBufferPointer { right in
        for column in sums.indices {
          var sum = Sums()
          for tap in 0..<size {
            let (x, y) = (Double(left[start + column + tap]), Double(right[start + column + tap]))
            sum.add(Sums(x: x, y: y, xx: x * x, yy: y * y, xy: x * y), weights[tap])
          }
          sums[column] = sum
        }
      }
    }
  }

  private func similarity(_ sums: Sums) -> Double {
    let (c1, c2) = (6.5025, 58.5225)  // (0.01 · 255)² and (0.03 · 255)²
    let varianceX = covarianceFactor * (sums.xx - sums.x * sums.x)
    let varianceY = covarianceFactor * (sums.yy - sums.y * sums.y)
    let covariance = covarianceFactor * (sums.xy - sums.x * sums.y)
    let numerator = (2 * sums.x * sums.y + c1) * (2 * covariance + c2)
    return numerator / ((sums.x * sums.x + sums.y * sums.y + c1) * (varianceX + varianceY + c2))
  }
}
