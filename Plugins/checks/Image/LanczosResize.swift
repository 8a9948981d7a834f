import Glibc

/// Pillow's `resize(size, LANCZOS)` for 8-bit planes, exact to the bit: the hashes depend on it. First along x, then along
/// y, with rounding to 8 bits between, in fixed point with 22 fractional bits (Pillow's `Resample.c`).
enum LanczosResize {
  static func resize(_ plane: Plane, width: Int, height: Int) -> Plane {
    let across = width == plane.width ? plane : alongX(plane, Taps(from: plane.width, to: width))
    if height == plane.height { return across }
    return transposed(alongX(transposed(across), Taps(from: plane.height, to: height)))
  }

  /// For each output place where its window begins, and the weights of the window.
  private struct Taps {
    var windows: [(start: Int, weights: [Int])] = []

    init(from inSize: Int, to outSize: Int) {
      let scale = Double(inSize) / Double(outSize)
      let filterScale = max(scale, 1)
      let support = 3 * filterScale
      for place in 0..<outSize {
        let center = (Double(place) + 0.5) * scale
        let start = max(Int(center - support + 0.5), 0)
        let end = min(Int(center + support + 0.5), inSize)
        let values = (start..<end).map { lanczos((Double($0) - center + 0.5) / filterScale) }
        let total = values.reduce(0, +)
        windows.append((start, values.map { Self.fixed(total == 0 ? $0 : $0 / total) }))
      }
    }

    private static func fixed(_ weight: Double) -> Int {
      Int((weight < 0 ? -0.5 : 0.5) + weight * Double(1 << precision))
    }
  }

  private static let precision = 22

  private static func lanczos(_ x: Double) -> Double {
    x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0
  }

  private static func sinc(_ x: Double) -> Double {
    x == 0 ? 1 : sin(x * .pi) / (x * .pi)
  }

  private static func alongX(_ plane: Plane, _ taps: Taps) -> Plane {
    let width = taps.windows.count
    var values = [UInt8](repeating: 0, count: width * plane.height)
    plane.values.withUnsafeBufferPointer { source in
      for y in 0..<plane.height {
        for (x, window) in taps.windows.enumerated() {
          let start = y * plane.width + window.start
          var sum = 1 << (precision - 1)
          for tap in window.weights.indices { sum += Int(source[start + tap]) * window.weights[tap] }
          values[y * width + x] = UInt8(min(max(sum >> precision, 0), 255))
        }
      }
    }
    return Plane(width: width, height: plane.height, values: values)
  }

  private static func transposed(_ plane: Plane) -> Plane {
    var values = [UInt8](repeating: 0, count: plane.values.count)
    for y in 0..<plane.height {
      for x in 0..<plane.width { values[x * plane.height + y] = plane.values[y * plane.width + x] }
    }
    return Plane(width: plane.height, height: plane.width, values: values)
  }
}
