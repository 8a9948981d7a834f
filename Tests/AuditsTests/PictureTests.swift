import Media
import Testing

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
}
