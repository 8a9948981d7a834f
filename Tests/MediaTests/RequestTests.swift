import Media
import Testing
import Wire

/// What is wanted of a file is part of what a decode is known by.
@Suite struct RequestTests {
  private func reference(_ kind: MediaReference.Kind) -> MediaReference {
    MediaReference(kind: kind, url: "data:,same")
  }

  @Test func anotherSizeIsAnotherDecode() async throws {
    let decoder = StubDecoder()
    let loader = MediaLoader(decoders: [decoder])
    var small = MediaRequest()
    small.imageSize = .exact(width: 4, height: 4)
    for request in [MediaRequest(), small, MediaRequest(), small] {
      _ = try await loader.load(reference(.image), request: request)
    }
    #expect(decoder.count == 2)
  }

  @Test func whatDoesNotMatterToAnImageDecodesNothingAnew() async throws {
    let decoder = StubDecoder()
    let loader = MediaLoader(decoders: [decoder])
    var other = MediaRequest()
    other.frames = .every
    other.frameSize = .exact(width: 1, height: 1)
    other.soundRate = 8000
    other.soundChannels = 1
    for request in [MediaRequest(), other] { _ = try await loader.load(reference(.image), request: request) }
    #expect(decoder.count == 1)
    await #expect(throws: Unscored.self) { try await loader.load(reference(.sound), request: other) }
    #expect(decoder.count == 2)
  }

  @Test func thePresetsAreGood() throws {
    #expect(MediaRequest.presets.keys.sorted() == ["flex-judge", "qwen2.5-vl"])
    for preset in MediaRequest.presets.values { try preset.check() }
    #expect(MediaRequest.flexJudge.imageSize == .exact(width: 448, height: 448))
    #expect(
      MediaRequest.qwen2_5VL.imageSize == .pixels(.init(min: 3136, max: 12_845_056, multipleOf: 28, total: nil)))
    #expect(
      MediaRequest.qwen2_5VL.frameSize
        == .pixels(.init(min: 100_352, max: 602_112, multipleOf: 28, total: 180_633_600)))
  }

  static let wrong: [(@Sendable (inout MediaRequest) -> Void, String)] = [
    ({ $0.imageSize = .exact(width: 0, height: 5) }, "image size, width: 0; accepted: 1 to 2147483647"),
    ({ $0.frameSize = .fit(width: 5, height: -1) }, "frame size, height: -1; accepted: 1 to 2147483647"),
    (
      { $0.imageSize = .pixels(.init(min: 9, max: 8, multipleOf: 1)) },
      "image size, smallest area: 9; accepted: 0 to 8"
    ),
    (
      { $0.imageSize = .pixels(.init(min: 1, max: 8, multipleOf: 0)) },
      "image size, multiple: 0; accepted: 1 to 65536"
    ),
    ({ $0.frames = .count(0) }, "frames: 0; accepted: 1 to 1000000"),
    (
      { $0.frames = .rate(.init(perSecond: .nan, min: 1, max: 2)) },
      "frames per second: nan; accepted: more than 0, up to 1000000"
    ),
    (
      { $0.frames = .rate(.init(perSecond: 1, min: 1, max: 1, multipleOf: 2)) },
      "frames, most: 1; accepted: 2 to 1000000"
    ),
    ({ $0.frames = .times([]) }, "frames, count of times: 0; accepted: 1 to 1000000"),
    ({ $0.frames = .times([5, 4]) }, "frames, times: they start at 0 or later and ascend"),
    ({ $0.frames = .times([-1]) }, "frames, times: they start at 0 or later and ascend"),
    ({ $0.soundRate = 0 }, "sound rate: 0; accepted: 1 to 768000"),
    ({ $0.soundChannels = 65 }, "sound channels: 65; accepted: 1 to 64"),
  ]

  @Test(arguments: wrong) func wrongNumbersAreNamed(
    change: @Sendable (inout MediaRequest) -> Void, message: String
  ) async {
    var changed = MediaRequest()
    change(&changed)
    let request = changed
    let error = await #expect(throws: Unscored.self) {
      try await MediaLoader(decoders: [StubDecoder()]).load(reference(.video), request: request)
    }
    #expect(error == Unscored(.invalidInput, "video 'data:,same': \(message)"))
  }
}
