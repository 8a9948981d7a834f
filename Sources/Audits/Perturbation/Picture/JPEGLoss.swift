internal import Glibc
import Media

/// What is lost when a picture is kept as JPEG: colour at half the resolution, and the coefficients of 8 × 8 blocks rounded to
/// multiples of the tables of ITU-T T.81, Annex K, scaled for a quality as libjpeg does it. The rest of JPEG loses nothing, and is not
/// needed for this.
struct JPEGLoss: PictureEdit {
  let quality: Int

  var name: String { "jpeg-\(quality)" }

  func apply(to image: Image, seed: UInt64) -> Image {
    var planes = (0..<3).map { channel in
      Plane(width: image.width, height: image.height) { x, y in
        let at = 3 * (y * image.width + x)
        return Self.colour(channel, image.pixels[at], image.pixels[at + 1], image.pixels[at + 2])
      }
    }
    planes[0] = planes[0].rounded(to: table(Self.luminance))
    for channel in 1...2 { planes[channel] = planes[channel].halved.rounded(to: table(Self.chrominance)) }
    var pixels = [UInt8]()
    pixels.reserveCapacity(image.pixels.count)
    for y in 0..<image.height {
      for x in 0..<image.width {
        let (light, blue, red) = (planes[0][x, y], planes[1].between(x, y) - 128, planes[2].between(x, y) - 128)
        for value in [light + 1.402 * red, light - 0.344136 * blue - 0.714136 * red, light + 1.772 * blue] {
          pixels.append(UInt8(min(max(value.rounded(), 0), 255)))
        }
      }
    }
    return Image(width: image.width, height: image.height, pixels: pixels)
  }

  /// JFIF's colours: light, how blue, how red.
  private static func colour(_ channel: Int, _ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Double {
    let (r, g, b) = (Double(red), Double(green), Double(blue))
    switch channel {
    case 0: return 0.299 * r + 0.587 * g + 0.114 * b
    case 1: return 128 - 0.168736 * r - 0.331264 * g + 0.5 * b
    default: return 128 + 0.5 * r - 0.418688 * g - 0.081312 * b
    }
  }

  private func table(_ base: [Int]) -> [Double] {
    let scale = quality < 50 ? 5000 / quality : 200 - 2 * quality
    return base.map { Double(min(max(($0 * scale + 50) / 100, 1), 255)) }
  }

  private static let luminance = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
  ]
  private static let chrominance = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99,
  ]
}

/// One channel of a picture, from 0 to 255.
private struct Plane {
  let width: Int
  let height: Int
  private var values: [Double]

  init(width: Int, height: Int, _ value: (Int, Int) -> Double) {
    (self.width, self.height) = (width, height)
    values = (0..<height).flatMap { y in (0..<width).map { x in value(x, y) } }
  }

  /// The last row and column go on beyond the edge.
  subscript(_ x: Int, _ y: Int) -> Double {
    values[min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)]
  }

  /// Means of 2 × 2.
  var halved: Plane {
    Plane(width: (width + 1) / 2, height: (height + 1) / 2) { x, y in
      (self[2 * x, 2 * y] + self[2 * x + 1, 2 * y] + self[2 * x, 2 * y + 1] + self[2 * x + 1, 2 * y + 1]) / 4
    }
  }

  /// Of a plane of half the size, the value at a place of the whole: three parts of the nearest, one of the next, in each direction.
  func between(_ x: Int, _ y: Int) -> Double {
    let (across, down) = (x / 2 + (x % 2 == 0 ? -1 : 1), y / 2 + (y % 2 == 0 ? -1 : 1))
    return (9 * self[x / 2, y / 2] + 3 * self[across, y / 2] + 3 * self[x / 2, down] + self[across, down]) / 16
  }

  /// With the cosine coefficients of each block rounded to multiples of `steps`.
  func rounded(to steps: [Double]) -> Plane {
    var result = self
    for top in stride(from: 0, to: height, by: 8) {
      for left in stride(from: 0, to: width, by: 8) {
        let block = (0..<64).map { self[left + $0 % 8, top + $0 / 8] - 128 }
        let kept = zip(Self.transformed(block, Self.basis), steps).map { ($0 / $1).rounded() * $1 }
        let back = Self.transformed(kept, Self.transposed)
        for at in 0..<64 where left + at % 8 < width && top + at / 8 < height {
          result.values[(top + at / 8) * width + left + at % 8] = min(max((back[at] + 128).rounded(), 0), 255)
        }
      }
    }
    return result
  }

  /// M · B · Mᵀ, for 8 × 8 matrices row by row.
  private static func transformed(_ block: [Double], _ matrix: [Double]) -> [Double] {
    var half = [Double](repeating: 0, count: 64), whole = half
    for row in 0..<8 {
      for column in 0..<8 {
        for at in 0..<8 { half[8 * row + column] += matrix[8 * row + at] * block[8 * at + column] }
      }
    }
    for row in 0..<8 {
      for column in 0..<8 {
        for at in 0..<8 { whole[8 * row + column] += half[8 * row + at] * matrix[8 * column + at] }
      }
    }
    return whole
  }

  private static let basis: [Double] = (0..<64).map { at in
    let (frequency, place) = (Double(at / 8), Double(at % 8))
    return (at < 8 ? (1.0 / 8).squareRoot() : 0.5) * cos((2 * place + 1) * frequency * .pi / 16)
  }
  private static let transposed: [Double] = (0..<64).map { basis[8 * ($0 % 8) + $0 / 8] }
}
