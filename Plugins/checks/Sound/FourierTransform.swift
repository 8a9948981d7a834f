import Glibc

/// The discrete Fourier transform of as many real numbers as a power of two (Cooley and Tukey, radix 2).
struct FourierTransform {
  let size: Int
  private let cosines: [Double]
  private let sines: [Double]
  private let order: [Int]

  init(size: Int) {
    precondition(size > 1 && size & (size - 1) == 0, "a power of two")
    self.size = size
    cosines = (0..<size / 2).map { cos(-2 * Double.pi * Double($0) / Double(size)) }
    sines = (0..<size / 2).map { sin(-2 * Double.pi * Double($0) / Double(size)) }
    let bits = size.trailingZeroBitCount
    order = (0..<size).map { place in (0..<bits).reduce(0) { $0 | (place >> $1 & 1) << (bits - 1 - $1) } }
  }

  /// Squared magnitudes of the frequencies from 0 to half the rate: `size / 2 + 1` of them.
  func powers(of values: [Double]) -> [Double] {
    var real = order.map { values[$0] }
    var imaginary = [Double](repeating: 0, count: size)
    var half = 1
    while half < size {
      let step = size / (2 * half)
      for start in stride(from: 0, to: size, by: 2 * half) {
        for k in 0..<half {
          let (low, high) = (start + k, start + k + half)
          let (c, s) = (cosines[k * step], sines[k * step])
          let re = real[high] * c - imaginary[high] * s
          let im = real[high] * s + imaginary[high] * c
          (real[high], imaginary[high]) = (real[low] - re, imaginary[low] - im)
          (real[low], imaginary[low]) = (real[low] + re, imaginary[low] + im)
        }
      }
      half *= 2
    }
    return (0...size / 2).map { real[$0] * real[$0] + imaginary[$0] * imaginary[$0] }
  }
}
