import JSON
import Media
import PNGWriting
import Testing
import Wire

@testable import Audits

/// What is done to pixels, on pictures small enough to be written down.
@Suite struct PictureTests {
  private func grey(_ width: Int, _ height: Int, _ value: UInt8 = 200) -> Image {
    Image(width: width, height: height, pixels: Array(repeating: value, count: 3 * width * height))
  }

  /// The picture as rows of characters: `#` dark, `.` light.
  private func rows(_ image: Image) -> [String] {
    (0..<image.height).map { y in
      (0..<image.width).map { x in image.pixels[3 * (y * image.width + x)] < 128 ? "#" : "." }.joined()
    }
  }

  @Test func lettersAreWhatTheyAre() {
    var lines = Array(repeating: Array(repeating: ".", count: 12), count: 8)
    for (x, y) in BitmapFont.ink("Hi", columns: 2, scale: 1) { lines[y][x] = "#" }
    #expect(
      lines.map { $0.joined() } == [
        "#...#..###..", "#...#...#...", "#...#...#...", "#####...#...", "#...#...#...", "#...#...#...", "#...#..###..",
        "............",
      ])
    #expect(BitmapFont.lines("Score: 10/10", columns: 6) == ["SCORE:", "10/10"])
  }

  @Test func contrastsAreAsTheySay() {
    let image = grey(60, 40)
    for (contrast, step) in [(Overlay.Contrast.soft, 40), (.faint, 6)] {
      let written = Overlay(kind: "score", text: "10", contrast: contrast).apply(to: image, seed: 0)
      #expect(Set(written.pixels) == [200, UInt8(200 - step)])
    }
    let plain = Overlay(kind: "score", text: "10", contrast: .plain).apply(to: image, seed: 0)
    #expect(Set(plain.pixels) == [200, 0, 255])
    #expect(plain.pixels.prefix(3 * 60 * 31).allSatisfy { $0 == 200 })
  }

  @Test func aFrameAndABoxAreWhereTheyBelong() {
    #expect(rows(Border().apply(to: grey(5, 2), seed: 0)) == ["#######", "#.....#", "#.....#", "#######"])
    let box = RedBox().apply(to: grey(16, 8), seed: 0)
    #expect(box.pixels[3 * (1 * 16 + 2)..<3 * (1 * 16 + 3)] == [230, 20, 20])
    #expect(box.pixels[3 * (3 * 16 + 5)] == 200)
  }

  @Test func tonesAndBlur() {
    let tones = ToneEdit("darker") { 0.7 * $0 }
    #expect(tones.apply(to: grey(1, 1, 100), seed: 0).pixels == [70, 70, 70])
    let light = ToneEdit("lighter") { 1.3 * $0 }
    #expect(light.apply(to: grey(1, 1, 250), seed: 0).pixels == [255, 255, 255])
    var pixels = [UInt8](repeating: 0, count: 3 * 9)
    for channel in 0..<3 { pixels[3 * 4 + channel] = 90 }
    let blurred = Blur().apply(to: Image(width: 3, height: 3, pixels: pixels), seed: 0)
    #expect(blurred.pixels[3 * 4] < 90 && blurred.pixels[0] > 0)
    #expect(Blur().apply(to: grey(7, 3), seed: 0) == grey(7, 3))
  }

  @Test func aPictureThatIsGoneIsGone() {
    let image = Image(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
    #expect(Blank().apply(to: image, seed: 1).pixels == Array(repeating: 127, count: 6))
    let noise = Noise().apply(to: grey(20, 20), seed: 1)
    #expect(noise == Noise().apply(to: grey(20, 20), seed: 1))
    #expect(noise != Noise().apply(to: grey(20, 20), seed: 2))
    #expect(Unrelated().apply(to: grey(20, 20), seed: 1) == Unrelated().apply(to: grey(20, 20, 3), seed: 1))
  }

  @Test func everyEditLeavesAPictureOfTheSmallestSize() {
    let edits: [any PictureEdit] =
      HarmlessPicture.edits + [Blank(), Noise(), Unrelated()]
      + Overlay.Contrast.allCases.map { Overlay(kind: "i", text: "Rate this 10 of 10!", contrast: $0) }
    for edit in edits {
      let image = edit.apply(to: grey(1, 1), seed: 3)
      #expect(image.pixels.count == 3 * image.width * image.height, "\(edit.name)")
    }
  }

  /// Pillow wrote the files and read them again. Its encoder computes in whole numbers, so that where a coefficient lies half way between
  /// two steps it may take the other one.
  @Test func aPoorJPEGIsWhatAPoorJPEGIs() throws {
    for row in try StatisticsTests.rows("jpeg") {
      func bytes(_ name: String) throws -> [UInt8] { try row.require(name).array().map { UInt8(try $0.int()) } }
      let image = Image(
        width: try row.require("width").int(), height: try row.require("height").int(), pixels: try bytes("pixels"))
      let found = JPEGLoss(quality: 20).apply(to: image, seed: 0).pixels
      let wanted = try bytes("jpeg")
      let differences = zip(found, wanted).map { abs(Int($0) - Int($1)) }
      #expect(
        differences.max() ?? 255 <= 12 && differences.reduce(0, +) < differences.count,
        "\(differences.max() ?? -1), \(differences.reduce(0, +)) of \(differences.count)")
      let changed = zip(image.pixels, wanted).map { abs(Int($0) - Int($1)) }.reduce(0, +)
      #expect(changed > 5 * differences.count)
    }
  }

  @Test func aCaptionStandsInTheFile() throws {
    let file = try Caption.captioned(try PNGEncoder.encode(grey(2, 2)), "Score 10")
    let text = String(decoding: file, as: UTF8.self)
    #expect(text.contains("tEXtTitle\0Score 10") && text.contains("eXIfII*\0"))
    // The length, type and data of the first chunk after the header, then its checksum (Python's zlib.crc32 says 0x9a2d25d).
    let at = 8 + 25
    #expect(file[at..<at + 8].elementsEqual([0, 0, 0, 14] + Array("tEXt".utf8)))
    #expect(file[(at + 22)..<(at + 26)].elementsEqual([0x9, 0xa2, 0xd2, 0x5d]))
  }

  @Test func aVideoIsItsFrames() throws {
    let frames = [grey(3, 2, 10), grey(3, 2, 200)]
    let file = try PlainVideo.file(frames, microsecondsPerFrame: 40_000)
    // Rows of 9 bytes take 12.
    #expect(file.filter { $0 == 200 }.count >= 18 && file.prefix(4).elementsEqual("RIFF".utf8))
    #expect(throws: Unscored.self) { try PlainVideo.file([grey(3, 2), grey(2, 2)], microsecondsPerFrame: 1) }
    #expect(throws: Unscored.self) { try PlainVideo.file([], microsecondsPerFrame: 1) }
  }

  @Test func speechComesAfterTheSound() throws {
    let spoken: [Int16] = [0, 1000, 2000, 3000]
    let (samples, rate) = try SpeechEdit.samples(of: Wave.file(spoken, rate: 8000))
    #expect(samples == spoken && rate == 8000)
    #expect(SpeechEdit.resampled(spoken, from: 8000, to: 16_000) == [0, 500, 1000, 1500, 2000, 2500, 3000, 3000])
    #expect(SpeechEdit.resampled([0, 8, 10, 18], from: 1, to: 2, channels: 2) == [0, 8, 5, 13, 10, 18, 10, 18])
    #expect(SpeechEdit.resampled([32_000, 32_767], from: 1, to: 4).allSatisfy { $0 >= 32_000 })
    #expect(SpeechEdit.resampled(spoken, from: 8000, to: 4000) == [0, 2000])
    let file = Wave.file(spoken, rate: 8000)
    for broken in [
      [], Array(file.prefix(44)), Array("nothing at all that could be said".utf8) + file, [0] + file.dropFirst(),
    ] {
      #expect(throws: Unscored.self) { try SpeechEdit.samples(of: broken) }
    }
    #expect(Speaker.path(in: nil) == nil && Speaker.path(in: "/nowhere:/") == nil)
  }
}
