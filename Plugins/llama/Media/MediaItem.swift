import Crypto
import LlamaScheduling
import Media
import PluginKit

/// A picture, frames of one moment, or a sound: what one place in a prompt is for.
struct MediaItem: Sendable {
  /// What it holds.
  enum Kind: Sendable {
    /// One, or two frames that the model may take for one picture with twice the content.
    case pictures([Image])
    /// Mono, at the rate that the projector wants.
    case sound([Float])
  }

  /// What its tokens depend on: their number is that of everything of the same extent.
  enum Extent: Sendable, Hashable {
    case pictures([[Int]])
    case sound(Int)
  }

  let kind: Kind
  /// SHA-256 over all of it.
  let digest: SHA256.Digest

  init(_ kind: Kind) {
    self.kind = kind
    digest = Self.digest(of: kind)
  }

  var extent: Extent {
    switch kind {
    case .pictures(let pictures): .pictures(pictures.map { [$0.width, $0.height] })
    case .sound(let samples): .sound(samples.count)
    }
  }

  /// Of piece `number` of it.
  func content(_ number: Int) -> MediaSpan.Content {
    var hash = SHA256()
    digest.withUnsafeBytes { hash.update(bufferPointer: $0) }
    withUnsafeBytes(of: UInt64(number).littleEndian) { hash.update(bufferPointer: $0) }
    return hash.finalize().withUnsafeBytes {
      MediaSpan.Content(
        high: $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
        low: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
  }

  private static func digest(of kind: Kind) -> SHA256.Digest {
    var hash = SHA256()
    func add(_ number: Int) { withUnsafeBytes(of: UInt64(number).littleEndian) { hash.update(bufferPointer: $0) } }
    switch kind {
    case .pictures(let pictures):
      add(pictures.count)
      for picture in pictures {
        add(picture.width)
        add(picture.height)
        picture.pixels.withUnsafeBytes { hash.update(bufferPointer: $0) }
      }
    case .sound(let samples):
      add(0)
      add(samples.count)
      samples.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }
    return hash.finalize()
  }
}

/// One media span of a prompt: a piece of an item, with what has to be known before it is computed.
struct MediaPiece: Sendable {
  let item: MediaItem
  /// Among the item's chunks, those of text included.
  let chunk: Int
  let span: MediaSpan
  /// Each of its tokens sees all others, so that all have to be in one step.
  let isWhole: Bool
}
