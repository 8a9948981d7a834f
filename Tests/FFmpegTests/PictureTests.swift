import JSON
import Media
import Testing
import Wire

/// Still pictures against Pillow.
@Suite struct PictureTests {
  static let cases = Fixture.cases("pictures")

  @Test(arguments: cases) func decodes(row: Case) async throws {
    let bytes = try Fixture.bytes(row.file)
    let outcome = await FFmpeg.outcome(bytes)
    if let error = try row.reader["error"]?.string() {
      #expect(outcome == .failure(Unscored(.invalidInput, error)))
      return
    }
    if let part = try row.reader["contains"]?.string() {
      guard case .failure(let why) = outcome else { throw Surprise(file: row.file) }
      #expect(why.reason == .invalidInput && why.message.contains(part), "\(why)")
      return
    }
    let media = try outcome.get()
    let image = try #require(media.image)
    #expect(try image.width == row.int("width") && image.height == row.int("height"))
    #expect(try media.noteCodes.sorted() == row.strings("notes").sorted())
    for fact in try row.reader.require("facts").array() {
      let pair = try fact.array().map { try $0.string() }
      #expect(media.fact(pair[0]) == pair[1])
    }
    let expected = try row.reader.require("pixels").string().utf8.pairs
    #expect(expected.count == image.pixels.count)
    let difference = zip(expected, image.pixels).map { abs(Int($0) - Int($1)) }.max()
    #expect(try difference ?? 0 <= row.int("most"))
    #expect(media.frames.isEmpty && media.sound == nil)
  }

  @Test func thePlaceOfAPhotographIsNoFact() async throws {
    let media = try await FFmpeg.decode(Fixture.bytes("camera.jpg"))
    #expect(
      media.facts.map(\.key) == ["camera_make", "camera_model", "container", "codec", "width", "height", "bit_depth"])
  }

  @Test func aPictureIsScaledAndTurned() async throws {
    var request = MediaRequest()
    request.imageSize = .fit(width: 12, height: 12)
    let media = try await FFmpeg.decode(Fixture.bytes("orientation-6.jpg"), request)
    let image = try #require(media.image)
    #expect(image.width == 7 && image.height == 12)
    #expect(media.notes.contains(MediaNote(code: "size", message: "scaled from 24 x 40 to 7 x 12 pixels")))
  }

  @Test func ofAnAnimationAnImageIsTheFirstFrame() async throws {
    var request = MediaRequest()
    request.kinds = .image
    let first = try await FFmpeg.decode(Fixture.bytes("delays.gif"), request)
    let frames = try await FFmpeg.decode(Fixture.bytes("delays.gif")).frames
    #expect(first.image == frames.first?.image)
    #expect(first.notes == [MediaNote(code: "animation", message: "only the first of 6 frames was decoded")])
    let one = try await FFmpeg.decode(Fixture.bytes("one-frame.gif"))
    #expect(one.image != nil && one.frames.isEmpty && one.notes.isEmpty)
  }

  /// What a file of boxes calls itself, first and beside.
  private static func boxes(_ brands: [String]) -> [UInt8] {
    let body =
      Array("ftyp".utf8) + Array(brands[0].utf8) + [0, 0, 0, 0] + brands.dropFirst().flatMap { Array($0.utf8) }
    return [0, 0, 0, UInt8(body.count + 4)] + body + [UInt8](repeating: 0, count: 64)
  }

  @Test func whatThisFFmpegCannotReadIsSaid() async throws {
    let heic = "the file is a HEIF picture (HEIC), which this FFmpeg does not read; send a JPEG, a PNG or an AVIF"
    for brands in [
      ["heic", "mif1", "heic"], ["mif1", "mif1", "heic"], ["mif1", "avif"], ["heix"], ["msf1", "hevc", "mif1"],
    ] {
      #expect(await FFmpeg.outcome(Self.boxes(brands)) == .failure(Unscored(.invalidInput, heic)), "\(brands)")
    }
    let webp = "the file is an animated WebP, which this FFmpeg does not read; send a GIF or a video"
    #expect(await FFmpeg.outcome(try Fixture.bytes("animated.webp")) == .failure(Unscored(.invalidInput, webp)))
  }
}

struct Surprise: Error { let file: String }

extension String.UTF8View {
  /// Bytes from their hexadecimal digits.
  fileprivate var pairs: [UInt8] {
    let digits = map { $0 < 58 ? $0 - 48 : $0 - 87 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
