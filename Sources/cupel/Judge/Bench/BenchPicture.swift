import Calibration
import Media
import PNGWriting
import Wire

/// A picture without meaning, another one for each seed: coloured tiles, each of which changes from its corner on. It comes with its
/// file, as a picture of an item does.
struct BenchPicture {
  let seed: UInt64
  let width: Int
  let height: Int

  static let sides = 1...4096
  private static let tile = 16

  /// Throws where it cannot be written as PNG.
  func image() throws(Unscored) -> Image {
    let pixels = pixels
    let plain = Image(width: width, height: height, pixels: pixels)
    let file = EncodedFile(bytes: try PNGEncoder.encode(plain), mediaType: "image/png")
    return Image(width: width, height: height, pixels: pixels, original: file)
  }

  private var pixels: [UInt8] {
    var random = Randomness(seed: seed, purpose: "bench picture")
    let columns = (width + Self.tile - 1) / Self.tile, rows = (height + Self.tile - 1) / Self.tile
    // A byte for each colour, and two bits for each step to the right and down.
    let tiles = (0..<columns * rows).map { _ in random.next() }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * width * height)
    for y in 0..<height {
      for x in 0..<width {
        let tile = tiles[y / Self.tile * columns + x / Self.tile]
        for colour in 0..<3 {
          let steps = tile >> (24 + 4 * colour)
          let moved = (steps & 3) * UInt64(x % Self.tile) + (steps >> 2 & 3) * UInt64(y % Self.tile)
          pixels.append(UInt8(truncatingIfNeeded: tile >> (8 * colour) + moved))
        }
      }
    }
    return pixels
  }
}
