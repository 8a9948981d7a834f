import Media

/// A change of a picture. Pictures are changed when they are loaded, so that a plan needs none of them.
protocol PictureEdit: Sendable {
  /// Part of the name of what becomes of the picture.
  var name: String { get }
  /// The picture as it is shown instead; `seed` is the item's.
  func apply(to image: Image, seed: UInt64) -> Image
}
