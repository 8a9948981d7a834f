import Glibc

/// The regularised incomplete beta function: the distribution function of Beta(a, b), and through it of binomial, t and F.
enum IncompleteBeta {
  /// I_x(a, b) for a, b > 0 and x from 0 to 1.
  static func lower(_ x: Double, _ a: Double, _ b: Double) -> Double { lower(x, 1 - x, a, b) }

  /// I_x(a, b) where `y` is 1 - x, known more exactly than a subtraction from 1 could tell.
  ///
  /// The continued fraction of DLMF 8.17.22 converges fast left of the mean; right of it, I_x(a, b) = 1 - I_y(b, a).
  static func lower(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if y <= 0 { return 1 }
    if x * (a + b + 2) > a + 1 { return 1 - power(y, x, b, a) / b * fraction(y, b, a) }
    return power(x, y, a, b) / a * fraction(x, a, b)
  }

  /// The x with I_x(a, b) = `share`, for a share from 0 to 1.
  static func inverse(_ share: Double, _ a: Double, _ b: Double) -> Double { inverseLogit(share, a, b).sigmoid }

  /// ln(x / (1 - x)) of that x, by halving: I is monotone in it, and both ends of (0, 1) keep their relative precision.
  static func inverseLogit(_ share: Double, _ a: Double, _ b: Double) -> Double {
    if share <= 0 { return -.infinity }
    if share >= 1 { return .infinity }
    var low = -745.0
    var high = 745.0
    while true {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { return middle }
      if lower(middle.sigmoid, (-middle).sigmoid, a, b) < share { low = middle } else { high = middle }
    }
  }

  /// x^a y^b / B(a, b). Loader 2000: the large logarithms are cancelled on paper, not in floating point.
  private static func power(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    let n = a + b
    let exponent = -deviance(a, n * x) - deviance(b, n * y) + stirling(n) - stirling(a) - stirling(b)
    return (a * b / (2 * .pi * n)).squareRoot() * exp(exponent)
  }

  /// a ln(a / m) + m - a, exact also where a and m are close.
  private static func deviance(_ a: Double, _ m: Double) -> Double {
    let step = (a - m) / (a + m)
    guard abs(step) < 0.1 else { return a * log(a / m) + m - a }
    // ln((1 + v) / (1 - v)) = 2 (v + v³/3 + v⁵/5 + …) with v = step.
    var total = (a - m) * step
    var term = 2 * a * step
    for odd in stride(from: 3.0, through: 2001, by: 2) {
      term *= step * step
      let next = total + term / odd
      if next == total { break }
      total = next
    }
    return total
  }

  /// ln Γ(x) less Stirling's approximation of it, (x - ½) ln x - x + ½ ln 2π.
  private static func stirling(_ x: Double) -> Double {
    guard x > 15 else {
      var sign: Int32 = 0
      return lgamma_r(x, &sign) - ((x - 0.5) * log(x) - x + 0.5 * log(2 * .pi))
    }
    let s = 1 / (x * x)
    return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188))))) / x
  }

  /// The continued fraction, by the modified method of Lentz. It needs about √max(a, b) steps.
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    func safe(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
    var c = 1.0
    var d = 1 / safe(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...1_000_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / safe(1 + even * d)
      c = safe(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / safe(1 + odd * d)
      c = safe(1 + odd / c)
      result *= d * c
      // Written so that NaN ends it too.
      guard abs(d * c - 1) >= 1e-16 else { break }
    }
    return result
  }
}
