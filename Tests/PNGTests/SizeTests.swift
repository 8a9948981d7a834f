import Media
import Testing
import Wire

/// The size that is wanted of a picture.
@Suite struct SizeTests {
  private func decode(_ size: MediaRequest.Size, kinds: MediaRequest.Kinds = .all) async throws -> Media {
    var request = MediaRequest()
    request.imageSize = size
    request.kinds = kinds
    return try await #require(PNG.decoder).decode(Fixture.bytes("rgb-8"), request: request, limits: MediaLimits())
  }

  @Test func aPictureIsScaledOnceAndSaysSo() async throws {
    let stored = try #require(try await decode(.asStored).image)
    let media = try await decode(.exact(width: 28, height: 56))
    let image = try #require(media.image)
    #expect(image.width == 28 && image.height == 56)
    #expect(
      media.notes.contains(
        MediaNote(code: "size", message: "scaled from \(stored.width) x \(stored.height) to 28 x 56 pixels")))
    #expect(media.facts.contains(Media.Fact(key: "width", value: "\(stored.width)")))
  }

  @Test func aPictureOfTheRightSizeStaysAsItIs() async throws {
    let stored = try await decode(.asStored)
    let image = try #require(stored.image)
    #expect(try await decode(.exact(width: image.width, height: image.height)) == stored)
  }

  @Test func sizesOverTheLimitsAreRefused() async throws {
    await #expect(
      throws: Unscored(
        .invalidInput, "a picture of 100000 x 100000 pixels is wanted; accepted: 1 to max_pixels = 67108864")
    ) { try await decode(.exact(width: 100_000, height: 100_000)) }
  }

  @Test func aPictureHoldsNoSound() async {
    await #expect(throws: Unscored(.invalidInput, "decoder 'png' found nothing of the kind that was asked for")) {
      try await decode(.asStored, kinds: .sound)
    }
  }
}
