import Media
import PNGWriting
import PluginHost
import Testing

/// What the encoder writes, the png decoder reads: the same pixels, for pictures that compress well, badly and not at all.
@Suite struct PNGEncoderTests {
  @Test(arguments: [(1, 1), (2, 2), (3, 5), (257, 3), (640, 480)]) func picturesSurvive(width: Int, height: Int)
    async throws
  {
    var state: UInt32 = 7
    let noise = (0..<(3 * width * height)).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    for pixels in [noise, [UInt8](repeating: 200, count: noise.count)] {
      let file = try PNGEncoder.encode(Image(width: width, height: height, pixels: pixels))
      #expect(file.starts(with: [0x89, 0x50, 0x4E, 0x47]))
      let decoder = try #require(Self.decoder)
      let image = try #require(try await decoder.decode(file, limits: MediaLimits()).image)
      #expect(image.width == width && image.height == height && image.pixels == pixels)
    }
  }

  /// The plugin as the host finds it: the shared library beside the test executable.
  private static let decoder = PluginHost().decoders(.inProcess).first {
    $0.score(head: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) == 100
  }
}
