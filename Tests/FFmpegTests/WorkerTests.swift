import Media
import PluginHost
import Testing
import Wire

/// In a worker a file is what it is in this process: the sandbox leaves a decoder all that it needs.
@Suite struct WorkerTests {
  static let decoder = PluginHost().decoders(.standard).first { $0.score(head: Array("GIF89a".utf8)) == 100 }

  static let requests: [(name: String, request: MediaRequest)] = {
    var times = MediaRequest(), sized = MediaRequest()
    times.frames = .times([0, 33_333, 250_000, 10_000_000])
    times.soundRate = 16_000
    times.soundChannels = 1
    sized.frames = .every
    sized.frameSize = .pixels(MediaRequest.Pixels(min: 100, max: 3000, multipleOf: 28))
    sized.imageSize = .exact(width: 13, height: 9)
    return [("all", MediaRequest()), ("times", times), ("sized", sized)]
  }()

  @Test(arguments: Fixture.files) func decodesTheSame(file: String) async throws {
    let decoder = try #require(Self.decoder), bytes = try Fixture.bytes(file)
    for (name, request) in Self.requests {
      let here = await FFmpeg.outcome(bytes, request)
      let there: Result<Media, Unscored>
      do throws(Unscored) {
        there = .success(try await decoder.decode(bytes, request: request, limits: MediaLimits()))
      } catch {
        there = .failure(error)
      }
      #expect(here == there, "\(name)")
    }
  }
}
