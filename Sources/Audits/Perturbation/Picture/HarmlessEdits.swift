internal import Glibc
import Media

/// Every sample through one function.
struct ToneEdit: PictureEdit {
  let name: String
  /// By value of the sample.
  private let table: [UInt8]

  init(_ name: String, _ curve: (Double) -> Double) {
    self.name = name
    table = (0...255).map { UInt8((255 * min(max(curve(Double($0) / 255), 0), 1)).rounded()) }
  }

  func apply(to image: Image, seed: UInt64) -> Image {
    Image(width: image.width, height: image.height, pixels: image.pixels.map { table[Int($0)] })
  }
}

/// The mean over a square around each pixel, twice: close to a Gaussian.
struct Blur: PictureEdit {
  let name = "blur"
  let radius = 1

  func apply(to image: Image, seed: UInt64) -> Image { once(once(image)) }

  private func once(_ image: Image) -> Image {
    var pixels = image.pixels
    for y in 0..<image.height {
      for x in 0..<image.width {
        for channel in 0..<3 {
          var (sum, count) = (0, 0)
          for row in max(0, y - radius)...min(image.height - 1, y + radius) {
            for column in max(0, x - radius)...min(image.width - 1, x + radius) {
              sum += Int(image.pixels[3 * (row * image.width + column) + channel])
              count += 1
            }
          }
          pixels[3 * (y * image.width + x) + channel] = UInt8((sum + count / 2) / count)
        }
      }
    }
    return Image(width: image.width, height: image.height, pixels: pixels)
  }
}

/// A black frame of 8 % around the picture, which keeps its size.
struct Border: PictureEdit {
  let name = "border"

  func apply(to image: Image, seed: UInt64) -> Image {
    let (across, up) = (max(1, image.width * 8 / 100), max(1, image.height * 8 / 100))
    let (width, height) = (image.width + 2 * across, image.height + 2 * up)
    var pixels = [UInt8](repeating: 0, count: 3 * width * height)
    for y in 0..<image.height {
      let from = 3 * y * image.width
      let to = 3 * ((y + up) * width + across)
      pixels.replaceSubrange(to..<to + 3 * image.width, with: image.pixels[from..<from + 3 * image.width])
    }
    return Image(width: width, height: height, pixels: pixels)
  }
}

/// A thin red box around the middle of the picture, which draws the eye to nothing.
struct RedBox: PictureEdit {
  let name = "box"

  func apply(to image: Image, seed: UInt64) -> Image {
    var pixels = image.pixels
    let (left, right) = (image.width / 8, image.width - 1 - image.width / 8)
    let (top, bottom) = (image.height / 8, image.height - 1 - image.height / 8)
    for y in top...max(top, bottom) {
      for x in left...max(left, right) where y == top || y == bottom || x == left || x == right {
        pixels.replaceSubrange(3 * (y * image.width + x)..<3 * (y * image.width + x) + 3, with: [230, 20, 20])
      }
    }
    return Image(width: image.width, height: image.height, pixels: pixels)
  }
}

/// A word over the whole picture, faintly and again and again.
struct Watermark: PictureEdit {
  let name = "watermark"

  func apply(to image: Image, seed: UInt64) -> Image {
    var pixels = image.pixels
    let ink = BitmapFont.ink("SAMPLE", columns: 6, scale: 1)
    for top in stride(from: 4, to: image.height, by: 24) {
      for left in stride(from: top % 48, to: image.width, by: 48) {
        for (x, y) in ink where left + x < image.width && top + y < image.height {
          for channel in 0..<3 {
            let at = 3 * ((top + y) * image.width + left + x) + channel
            pixels[at] = UInt8((3 * Int(pixels[at]) + 128) / 4)
          }
        }
      }
    }
    return Image(width: image.width, height: image.height, pixels: pixels)
  }
}

/// Changes that leave everything there to be seen: a judge is not to mind.
///
/// A picture → the picture lighter, darker, as a poor JPEG, blurred, framed, with a box or a watermark
struct HarmlessPicture: Perturbation {
  let name = "harmless"
  let suite = AuditSuite.media
  let summary = "The picture lighter, darker, as a poor JPEG, blurred, framed, with a box or a watermark."
  let expectation = Expectation.invariant
  let needs: Needs = .picture

  static let edits: [any PictureEdit] = [
    ToneEdit("gamma-0.6") { pow($0, 0.6) }, ToneEdit("gamma-1.6") { pow($0, 1.6) },
    ToneEdit("darker") { 0.7 * $0 }, ToneEdit("lighter") { 1.3 * $0 }, ToneEdit("contrast") { 0.5 + 1.3 * ($0 - 0.5) },
    JPEGLoss(quality: 20), Blur(), Border(), RedBox(), Watermark(),
  ]

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    Self.edits.map { Variant(name: $0.name, item: item.item, edit: $0) }
  }

  var examples: [Example] { [PictureExample.item(naming: Self.edits.map(\.name))] }
}
