import Foundation
import Glibc
import Media
import PluginHost
import Testing

/// `cupel media` on files of the decoder's tests.
@Suite(.oneAtATime) struct MediaCommandTests {
  private static let files = "\(Program.repository)/Tests/FFmpegTests/Fixtures/files"

  @Test func factsTimesAndPicturesOfAVideo() async throws {
    let scratch = Scratch()
    let finished = Program.run(["media", "\(Self.files)/with-sound.mp4", "--frames", "3"], in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    let pieces = [
      "frames: 3 of 96 x 64 pixels\n  shown at: 0.000 0.333 0.667 s\n", "sound: 1.000 s, 44100 Hz, 1 channel\n",
      "  codec: h264\n", "  sound_codec: aac\n", "notes: none\n", "sheet: with-sound.mp4.sheet.png, 2 x 2\n",
    ]
    for piece in pieces { #expect(finished.output.contains(piece), "\(finished.output)") }
    let sheet = try await decoded(scratch, "with-sound.mp4.sheet.png")
    #expect(sheet.width == 2 * 96 + 3 * 8 && sheet.height == 2 * 64 + 3 * 8)
    // The frames as they are decoded for a judge, at their places; the fourth place is empty.
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(Self.files)/with-sound.mp4")))
    var request = MediaRequest()
    request.frames = .count(3)
    let decoders = PluginHost().decoders(.standard)
    let decoder = try #require(decoders.first { $0.score(head: Array(bytes.prefix(4096))) > 0 })
    let frames = try await decoder.decode(bytes, request: request, limits: MediaLimits()).frames
    for (i, frame) in frames.enumerated() {
      let corner = (x: 8 + i % 2 * 104, y: 8 + i / 2 * 72)
      #expect(part(of: sheet, corner.x, corner.y, frame.image) == frame.image.pixels, "frame \(i)")
    }
    #expect(sheet.pixels[(3 * (8 + 72) * sheet.width + 3 * (8 + 104))...].prefix(3 * 96).allSatisfy { $0 == 255 })
  }

  @Test(arguments: [
    (
      ["scenes.mp4", "--frames", "scenes"],
      "frames: 6 of 96 x 64 pixels\n  shown at: 0.000 0.600 1.133 1.667 2.067 2.333 s\n"
    ),
    (
      ["scenes.mp4", "--frames", "scenes", "--scene-threshold", "25"],
      "frames: 5 of 96 x 64 pixels\n  shown at: 0.000 0.600 1.133 2.067 2.333 s\n"
    ),
    (["vfr.mp4", "--frames", "every"], "frames: 13 of 96 x 64 pixels\n"),
    (["stereo.wav", "--loudness"], "  loudness: -8.7"),
  ])
  func framesAndFactsThatAreAskedFor(arguments: [String], shown: String) {
    let file = "\(Self.files)/\(arguments[0])"
    let finished = Program.run(["media", file, "--no-sheet"] + arguments.dropFirst(), in: Scratch())
    #expect(finished.status == 0 && finished.output.contains(shown), "\(finished.errors)\(finished.output)")
  }

  @Test func thePageSaysWhatItPrints() throws {
    let scratch = Scratch()
    symlink("\(Self.files)/with-sound.mp4", scratch("clip.mp4"))
    let block = try #require(GettingStartedTests.blocks(of: "media.md").first { $0.language == "console" })
    GettingStartedTests.run(block, in: scratch, "media.md")
  }

  @Test func aSheetIsNotReplacedUnasked() {
    let scratch = Scratch()
    let run = ["media", "\(Self.files)/plain.bmp"]
    #expect(Program.run(run, in: scratch).status == 0)
    let again = Program.run(run, in: scratch)
    #expect(again.status == 2)
    #expect(
      again.errors
        == "cupel: error: plain.bmp.sheet.png: exists already; name another file with --sheet, or pass --overwrite to replace it\n"
    )
    #expect(Program.run(run + ["--overwrite"], in: scratch).status == 0)
    #expect(Program.run(run + ["--no-sheet"], in: scratch).status == 0)
    #expect(Program.run(run + ["--sheet", "no/such/folder.png"], in: scratch).status == 2)
    let onItself = Program.script(
      "cp '\(Self.files)/plain.bmp' a.bmp; cupel media a.bmp --sheet a.bmp --overwrite || exit 9; cmp a.bmp '\(Self.files)/plain.bmp'",
      in: scratch)
    #expect(onItself.status == 9 && onItself.errors.contains("a.bmp is the input a.bmp, too"), "\(onItself.errors)")
  }

  @Test(arguments: [
    (["nothing.jpg"], "'nothing.jpg': cannot be opened: No such file or directory"),
    (["\(files)/nan.wav"], "the sample 2 of channel 0 is not a finite number"),
    (["\(files)/plain.bmp", "--frames", "scene"], "--frames: 'scene'; accepted: a whole number from 1, every, scenes"),
    (["\(files)/plain.bmp", "--scene-threshold", "5"], "--scene-threshold: needs --frames scenes"),
    (["\(files)/plain.bmp", "--frames", "0"], "--frames: frames: 0; accepted: 1 to 1000000"),
    (
      ["\(files)/plain.bmp", "--preset", "flexjudge"],
      "--preset: unknown preset 'flexjudge'; did you mean 'flex-judge'? accepted: flex-judge, qwen2.5-vl"
    ),
  ])
  func whatIsWrongIsSaid(arguments: [String], message: String) {
    let finished = Program.run(["media"] + arguments, in: Scratch())
    #expect(finished.status == 2 && finished.output.isEmpty)
    #expect(finished.errors.hasPrefix("cupel: error: ") && finished.errors.contains(message), "\(finished.errors)")
  }

  /// Large pictures are made smaller on the sheet, small ones are not made larger.
  @Test func tilesKeepTheirProportions() async throws {
    let scratch = Scratch()
    scratch.write("wide.bmp", bitmap(width: 1000, height: 500))
    let finished = Program.run(["media", "wide.bmp", "--sheet", "s.png"], in: scratch)
    #expect(finished.output.contains("image: 1000 x 500 pixels"), "\(finished.errors)")
    let sheet = try await decoded(scratch, "s.png")
    #expect(sheet.width == 320 + 16 && sheet.height == 160 + 16)
    let gray = Image(width: 320, height: 160, pixels: Array(repeating: 100, count: 153_600))
    #expect(part(of: sheet, 8, 8, gray) == gray.pixels)
  }

  /// Gray all over, 24 bits a pixel; both sides a multiple of 4.
  private func bitmap(width: Int, height: Int) -> [UInt8] {
    func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 255) } }
    let pixels = [UInt8](repeating: 100, count: 3 * width * height)
    let info = number(40) + number(width) + number(height) + [1, 0, 24, 0] + [UInt8](repeating: 0, count: 24)
    return Array("BM".utf8) + number(54 + pixels.count) + number(0) + number(54) + info + pixels
  }

  private func decoded(_ scratch: Scratch, _ name: String) async throws -> Image {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: scratch(name))))
    let decoder = try #require(PluginHost().decoders(.standard).first { $0.score(head: Array(bytes.prefix(8))) == 100 })
    return try #require(try await decoder.decode(bytes, limits: MediaLimits()).image)
  }

  /// The pixels of `sheet` from (x, y), as large as `image`.
  private func part(of sheet: Image, _ x: Int, _ y: Int, _ image: Image) -> [UInt8] {
    (0..<image.height).flatMap { row in
      let start = 3 * ((y + row) * sheet.width + x)
      return Array(sheet.pixels[start..<start + 3 * image.width])
    }
  }
}
