import Calibration
import Media

/// One colour in place of the picture.
struct Blank: PictureEdit {
  let name = "blank"

  func apply(to image: Image, seed: UInt64) -> Image {
    Image(
      width: image.width, height: image.height, pixels: Array(repeating: 127, count: image.pixels.count))
  }
}

/// Noise in place of the picture: every sample drawn by itself.
struct Noise: PictureEdit {
  let name = "noise"

  func apply(to image: Image, seed: UInt64) -> Image {
    var randomness = Randomness(seed: seed, purpose: "audit noise")
    return Image(
      width: image.width, height: image.height,
      pixels: image.pixels.map { _ in UInt8(truncatingIfNeeded: randomness.next() >> 32) })
  }
}

/// Another picture in its place: stripes in two colours, which no question is about.
struct Unrelated: PictureEdit {
  let name = "unrelated"

  func apply(to image: Image, seed: UInt64) -> Image {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(image.pixels.count)
    let width = 6 + Int(seed % 10)
    for y in 0..<image.height {
      for x in 0..<image.width { pixels += (x + y) / width % 2 == 0 ? [214, 196, 160] : [96, 120, 128] }
    }
    return Image(width: image.width, height: image.height, pixels: pixels)
  }
}

/// The picture taken away: what could only be known from it can no longer be right, and a judge that favours it all the same has not
/// looked.
///
/// A picture → grey, noise, or stripes of the same size
struct MissingPicture: Perturbation {
  let name = "missing"
  let suite = AuditSuite.media
  let summary = "Grey, noise or stripes in place of the picture."
  let expectation = Expectation.mustChange
  let needs: Needs = [.picture, .gold]

  private static let edits: [any PictureEdit] = [Blank(), Noise(), Unrelated()]

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    guard let best = item.best else { return [] }
    return Self.edits.map { Variant(name: $0.name, item: item.item, favoured: best, edit: $0) }
  }

  var examples: [Example] { [PictureExample.item(naming: Self.edits.map(\.name))] }
}
