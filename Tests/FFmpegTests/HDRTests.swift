import JSON
import Media
import Testing

/// High dynamic range against the published formulas, written a second time in `Fixtures/hdr.py`.
@Suite struct HDRTests {
  @Test(arguments: Fixture.cases("hdr")) func isMappedByTheFormulas(row: Case) async throws {
    var request = MediaRequest()
    request.frames = .count(1)
    let media = try await FFmpeg.decode(Fixture.bytes(row.file), request)
    let image = try #require(media.frames.first?.image)
    #expect(image.width == 64 && image.height == 48)
    let expected = try #require(try row.ints("pixels"))
    var found: [Int] = []
    for y in stride(from: 0, to: 48, by: 6) {
      for x in stride(from: 0, to: 64, by: 4) { found += (0..<3).map { Int(image.pixels[3 * (y * 64 + x) + $0]) } }
    }
    #expect(found.count == expected.count)
    let furthest = zip(found, expected).map { abs($0 - $1) }.max() ?? 255
    #expect(furthest <= 1)
    #expect(Set(expected).count > 100)
    let note = media.notes.first { $0.code == "hdr" }?.message
    #expect(note?.hasSuffix("was mapped to sRGB, 203 cd/m2 being white") == true)
  }
}
