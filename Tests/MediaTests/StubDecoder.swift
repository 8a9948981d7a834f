import Media
import Synchronization
import Wire

/// Decodes anything it scores into a one-pixel picture of a given colour, and counts.
final class StubDecoder: MediaDecoder {
  let rgb: [UInt8]
  let decodes = Atomic(0)
  private let scoring: @Sendable ([UInt8]) -> Int
  private let outcome: @Sendable (Media) throws(Unscored) -> Media

  init(
    rgb: [UInt8] = [1, 2, 3], scoring: @escaping @Sendable ([UInt8]) -> Int = { _ in 100 },
    outcome: @escaping @Sendable (Media) throws(Unscored) -> Media = { media throws(Unscored) in media }
  ) {
    self.rgb = rgb
    self.scoring = scoring
    self.outcome = outcome
  }

  func score(head: [UInt8]) -> Int { scoring(head) }

  func decode(_ bytes: [UInt8], request: MediaRequest, limits: MediaLimits) async throws(Unscored) -> Media {
    decodes.add(1, ordering: .relaxed)
    var media = Media()
    media.image = Image(width: 1, height: 1, pixels: rgb)
    return try outcome(media)
  }

  var count: Int { decodes.load(ordering: .relaxed) }
}

extension MediaLoader {
  /// Loads `url` as an image and returns what went wrong.
  func failure(_ url: String, kind: MediaReference.Kind = .image) async -> Unscored? {
    do throws(Unscored) {
      _ = try await load(MediaReference(kind: kind, url: url))
      return nil
    } catch {
      return error
    }
  }
}
