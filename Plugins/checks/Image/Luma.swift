/// One channel of a picture.
struct Plane: Sendable {
  let width: Int
  let height: Int
  let values: [UInt8]
}

extension Picture {
  /// The picture in grey as Pillow's `convert("L")` makes it: ITU-R 601 luma in 16-bit fixed point, rounded.
  var luma: Plane {
    let values = [UInt8](unsafeUninitializedCapacity: width * height) { grey, count in
      rgb.withUnsafeBufferPointer { rgb in
        for pixel in 0..<(width * height) {
          let (red, green, blue) = (UInt32(rgb[pixel * 3]), UInt32(rgb[pixel * 3 + 1]), UInt32(rgb[pixel * 3 + 2]))
          grey.initializeElement(
            at: pixel, to: UInt8(truncatingIfNeeded: (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16))
        }
      }
      count = width * height
    }
    return Plane(width: width, height: height, values: values)
  }

  /// Red (0), green (1) or blue (2).
  func channel(_ channel: Int) -> Plane {
    Plane(width: width, height: height, values: (0..<(width * height)).map { rgb[$0 * 3 + channel] })
  }
}

/// Mean and variance from exact integer sums.
struct Moments {
  private var count = 0
  private var sum = 0
  private var squares = 0

  mutating func add(_ value: Int) {
    count += 1
    sum += value
    squares += value * value
  }

  var mean: Double { count == 0 ? 0 : Double(sum) / Double(count) }

  /// The population variance, as `numpy.var`.
  var variance: Double { count == 0 ? 0 : max(Double(squares) / Double(count) - mean * mean, 0) }
}
