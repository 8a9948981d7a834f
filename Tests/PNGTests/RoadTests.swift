import Media
import PNGWriting
import Testing
import Wire

/// The quick road through the pixels (libdeflate inflates ahead) and the plain one give the same answers. The plain one is taken where memory
/// for both is lacking, which is how these tests choose it.
@Suite struct RoadTests {
  private static func plain(_ limits: MediaLimits = MediaLimits(), room: Int = 1 << 20) -> MediaLimits {
    var limits = limits
    limits.maxMemoryBytes = room
    return limits
  }

  private func outcome(_ bytes: [UInt8], _ limits: MediaLimits) async throws -> Result<Media, Unscored> {
    let decoder = try #require(PNG.decoder)
    do throws(Unscored) {
      return .success(try await decoder.decode(bytes, limits: limits))
    } catch {
      return .failure(error)
    }
  }

  @Test(arguments: Fixture.all.filter { $0.limits.timeoutMilliseconds > 1 })
  func everyFileIsTheSame(fixture: Fixture) async throws {
    let bytes = try fixture.bytes
    let quick = try await outcome(bytes, fixture.limits)
    #expect(try await outcome(bytes, Self.plain(fixture.limits)) == quick)
  }

  @Test(arguments: DamageTests.files + ["split-idats", "many-idats", "palette-4-interlaced"])
  func everyDamageIsTheSame(name: String) async throws {
    let bytes = try Fixture.bytes(name)
    for at in bytes.indices {
      let cut = Array(bytes.prefix(at))
      #expect(try await outcome(cut, MediaLimits()) == outcome(cut, Self.plain()), "the first \(at) bytes")
      var damaged = bytes
      damaged[at] ^= 1 << UInt8(at % 8)
      #expect(
        try await outcome(damaged, MediaLimits()) == outcome(damaged, Self.plain()), "bit \(at % 8) of byte \(at)")
    }
  }

  /// More than one stored block, and blocks that end where libpng's reads do not.
  @Test(arguments: [(300, 200), (1, 70_000), (21_845, 3), (257, 255)])
  func largerPicturesAreTheSame(width: Int, height: Int) async throws {
    let pixels = (0..<3 * width * height).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) }
    let bytes = try PNGEncoder.encode(Image(width: width, height: height, pixels: pixels))
    let quick = try await outcome(bytes, MediaLimits())
    #expect(try quick.get().image?.pixels == pixels)
    // Room for the picture, its rows and libpng, and not for the inflated data besides.
    let plain = try await outcome(bytes, Self.plain(room: 3 * width * height + 3 * width + (600 << 10)))
    #expect(plain == quick)
  }
}
