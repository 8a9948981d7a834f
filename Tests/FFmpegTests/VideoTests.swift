import JSON
import Media
import Testing
import Wire

/// The frames shown at asked times, against the ffmpeg program, to the bit.
@Suite struct VideoTests {
  static let cases = Fixture.cases("videos")

  private func request(_ row: Case) throws -> MediaRequest {
    var request = MediaRequest()
    request.kinds = .frames
    if let count = try row.reader["count"]?.int() { request.frames = .count(count) }
    if row.reader["every"] != nil { request.frames = .every }
    if let times = try row.ints("times") { request.frames = .times(times.map(Int64.init)) }
    if let rate = try row.ints("rate") {
      request.frames = .rate(.init(perSecond: Double(rate[0]), min: rate[1], max: rate[2], multipleOf: rate[3]))
    }
    if let scenes = try row.reader["scenes"]?.array() {
      request.frames = .scenes(.init(threshold: try scenes[0].double(), max: try scenes[1].int()))
    }
    if let size = try row.ints("exact") { request.frameSize = .exact(width: size[0], height: size[1]) }
    return request
  }

  @Test func theTableIsRead() { #expect(Self.cases.count > 80) }

  @Test(arguments: cases) func theFramesAreThoseThatAreShown(row: Case) async throws {
    let media = try await FFmpeg.decode(Fixture.bytes(row.file), request(row))
    #expect(try media.frames.map { Int($0.timeMicroseconds) } == row.ints("times_us"))
    #expect(try media.frames.map(\.image.digest) == row.strings("pixels"))
    #expect(
      try media.frames.allSatisfy { try $0.image.width == row.int("width") && $0.image.height == row.int("height") })
    #expect(try media.fact("frames") == String(row.int("total")))
    let duration = try #require(media.fact("duration").flatMap(Double.init))
    #expect(try abs(duration - row.reader.require("duration").double()) < 0.0015)
    for note in try row.strings("notes") { #expect(media.noteCodes.contains(note)) }
    #expect(Set(media.noteCodes).isSubset(of: Set(try row.strings("notes")).union(["repeated", "size"])))
  }

  @Test func frameByFrameIsTheSameAsJumping() async throws {
    for file in ["b-frames.mp4", "long-gop.mp4", "open-gop.mkv", "h264.ts", "mpeg2.ts", "vp9.webm", "hevc-10.mp4"] {
      let bytes = try Fixture.bytes(file)
      var every = MediaRequest()
      every.frames = .every
      for frame in try await FFmpeg.decode(bytes, every).frames.enumerated() where frame.offset % 7 == 3 {
        var one = MediaRequest()
        one.frames = .times([frame.element.timeMicroseconds])
        let media = try await FFmpeg.decode(bytes, one)
        #expect(media.frames == [frame.element], "\(file), frame \(frame.offset)")
      }
    }
  }

  @Test func interlacedFramesAreMadeWhole() async throws {
    let media = try await FFmpeg.decode(Fixture.bytes("interlaced.mp4"))
    #expect(
      media.notes.contains(MediaNote(code: "interlaced", message: "8 frames were interlaced, and were made whole")))
    #expect(media.frames.allSatisfy { $0.image.width == 96 && $0.image.height == 64 })
  }

  @Test func scenesThatAreTooManyAreNoted() async throws {
    var request = MediaRequest()
    request.frames = .scenes(.init(threshold: 10, max: 3))
    let media = try await FFmpeg.decode(Fixture.bytes("scenes.mp4"), request)
    let note = try #require(media.notes.first { $0.code == "scenes" })
    #expect(note.message.hasSuffix("scenes begin; the 3 that begin most sharply are shown"))
    #expect(media.frames.count == 3 && media.frames[0].timeMicroseconds == 0)
  }

  @Test func timesBehindTheEndAreNoted() async throws {
    var request = MediaRequest()
    request.frames = .times([0, 900_000, 5_000_000])
    let media = try await FFmpeg.decode(Fixture.bytes("fast-start.mp4"), request)
    #expect(media.frames.map(\.timeMicroseconds) == [0, 900_000, 966_666])
    #expect(
      media.notes == [
        MediaNote(code: "times", message: "1 of the times are behind the end; the last frame stands for them")
      ])
  }

  @Test func onlyWhatIsAskedForIsDecoded() async throws {
    let bytes = try Fixture.bytes("with-sound.mp4")
    let both = try await FFmpeg.decode(bytes)
    #expect(both.frames.count == 8 && both.sound != nil && both.image == nil)
    var request = MediaRequest()
    request.kinds = [.image, .sound]
    let sound = try await FFmpeg.decode(bytes, request)
    #expect(sound.frames.isEmpty && sound.image == nil && sound.sound == both.sound)
    request.kinds = .image
    #expect(
      await FFmpeg.outcome(bytes, request)
        == .failure(
          Unscored(
            .invalidInput,
            "the file (mp4) holds moving pictures and sound, nothing of the kind that was asked for")))
  }

  @Test func thePresetOfQwenGivesItsSizes() async throws {
    let media = try await FFmpeg.decode(Fixture.bytes("b-frames.mp4"), .qwen2_5VL)
    #expect(media.frames.count == 4)
    #expect(media.frames.allSatisfy { $0.image.width == 392 && $0.image.height == 280 })
    let judge = try await FFmpeg.decode(Fixture.bytes("with-sound.mp4"), .flexJudge)
    #expect(judge.frames.map { [$0.image.width, $0.image.height] } == [[224, 224]])
    #expect(judge.sound?.rate == 16_000 && judge.sound?.channels == 1 && judge.sound?.samples.count == 16_000)
  }
}
