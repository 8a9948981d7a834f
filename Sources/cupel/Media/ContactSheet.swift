import Media

/// Pictures side by side in one, row after row, made smaller where they are large.
struct ContactSheet {
  let columns: Int
  let rows: Int
  let image: Image

  /// Pixels between the pictures and around them.
  private static let gap = 8
  /// The longest side of a picture on the sheet, and about that of the whole sheet.
  private static let longestTile = 320, longestSheet = 4096

  /// - Precondition: there is a picture.
  init(_ images: [Image]) {
    columns = Int(Double(images.count).squareRoot().rounded(.up))
    rows = (images.count + columns - 1) / columns
    let side = max(8, min(Self.longestTile, Self.longestSheet / columns - Self.gap))
    let tiles = images.map { Self.reduced($0, to: side) }
    let cell = (width: tiles.map(\.width).max() ?? 1, height: tiles.map(\.height).max() ?? 1)
    let width = columns * (cell.width + Self.gap) + Self.gap
    let height = rows * (cell.height + Self.gap) + Self.gap
    var pixels = [UInt8](repeating: 255, count: 3 * width * height)
    for (i, tile) in tiles.enumerated() {
      let left = Self.gap + i % columns * (cell.width + Self.gap)
      let top = Self.gap + i / columns * (cell.height + Self.gap)
      for y in 0..<tile.height {
        let to = 3 * ((top + y) * width + left), from = 3 * y * tile.width
        pixels.replaceSubrange(to..<to + 3 * tile.width, with: tile.pixels[from..<from + 3 * tile.width])
      }
    }
    image = Image(width: width, height: height, pixels: pixels)
  }

  /// A picture whose longer side is at most `side`: each pixel is the mean of those it covers.
  private static func reduced(_ image: Image, to side: Int) -> Image {
    let longest = max(image.width, image.height)
    guard longest > side else { return image }
    let width = max(1, image.width * side / longest), height = max(1, image.height * side / longest)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * width * height)
    for y in 0..<height {
      let ys = y * image.height / height..<(y + 1) * image.height / height
      for x in 0..<width {
        let xs = x * image.width / width..<(x + 1) * image.width / width
        for channel in 0..<3 { pixels.append(mean(image, xs, ys, channel)) }
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  private static func mean(_ image: Image, _ xs: Range<Int>, _ ys: Range<Int>, _ channel: Int) -> UInt8 {
    var sum = 0
    for y in ys {
      for x in xs { sum += Int(image.pixels[3 * (y * image.width + x) + channel]) }
    }
    let count = xs.count * ys.count
    return UInt8((sum + count / 2) / count)
  }
}
