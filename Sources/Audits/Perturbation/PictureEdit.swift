import Media
import PNGWriting
import Wire

/// A change of what an item refers to. Media are changed when they are loaded, so that a plan needs none of them.
protocol MediaEdit: Sendable {
  /// Part of the name of what becomes of the medium.
  var name: String { get }
  /// What it changes; other media stay.
  var kind: MediaReference.Kind { get }
  /// The address of what is shown instead; `seed` is the item's.
  ///
  /// - Throws: where it cannot be made, which is no verdict.
  func replacement(for media: Media, seed: UInt64) async throws(Unscored) -> String
}

/// A change of a picture.
protocol PictureEdit: MediaEdit {
  /// The picture as it is shown instead; `seed` is the item's.
  func apply(to image: Image, seed: UInt64) -> Image
}

extension PictureEdit {
  var kind: MediaReference.Kind { .image }

  func replacement(for media: Media, seed: UInt64) async throws(Unscored) -> String {
    guard let image = media.image else { throw Unscored(.invalidInput, "the file holds no picture to change") }
    return "data:image/png;base64," + Base64.encode(try PNGEncoder.encode(apply(to: image, seed: seed)))
  }
}
