import Glibc
import Media
import PluginHost
import Testing

/// What a worker writes, and what it must not.
@Suite struct MediaRecordsTests {
  static let media: Media = {
    var media = Media()
    let encoded = EncodedFile(bytes: [9, 8, 7], mediaType: "image/x-odd")
    media.image = Image(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6], original: encoded)
    media.frames = [
      Frame(timeMicroseconds: -5, image: Image(width: 1, height: 1, pixels: [7, 8, 9])),
      Frame(timeMicroseconds: .max, image: Image(width: 1, height: 1, pixels: [0, 0, 1], original: encoded)),
    ]
    media.sound = Sound(rate: 16_000, channels: 2, samples: [0, 0.5, -1, 1])
    media.facts = [Media.Fact(key: "naïve", value: ""), Media.Fact(key: "", value: "二")]
    media.notes = [MediaNote(code: "alpha", message: "composited")]
    return media
  }()

  static func written(_ media: Media) throws -> [UInt8] {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let size = try #require(MediaRecords.write(media, to: ends[1]))
    var bytes = [UInt8](repeating: 0, count: size)
    try #require(Glibc.read(ends[0], &bytes, size) == size)
    return bytes
  }

  private func read(_ bytes: [UInt8], maxPixels: Int = 100) throws(MediaRecords.Fault) -> Media {
    var limits = MediaLimits()
    limits.maxPixels = maxPixels
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(MediaRecords.Fault) in try MediaRecords.read(bytes, limits: limits) }
    }
    return try result.get()
  }

  @Test func whatIsWrittenIsRead() throws {
    #expect(try read(Self.written(Self.media)) == Self.media)
    #expect(try read(Self.written(Media())) == Media())
  }

  @Test func aResultThatIsCutIsRefused() throws {
    let bytes = try Self.written(Self.media)
    for count in 0..<bytes.count {
      #expect(throws: MediaRecords.Fault.self, "\(count) bytes") { try read(Array(bytes.prefix(count))) }
    }
  }

  @Test func damageIsMediaOrAFault() throws {
    let bytes = try Self.written(Self.media)
    for at in bytes.indices {
      for value: UInt8 in [0, 1, 2, 7, 0x7F, 0x80, 0xFF] {
        var damaged = bytes
        damaged[at] = value
        if let media = try? read(damaged) {
          #expect((media.image?.pixels.count ?? 0) <= 300 && media.frames.allSatisfy { $0.image.pixels.count <= 300 })
        }
      }
    }
  }

  /// A header: kind, two numbers, and the size that it states.
  private static func header(_ kind: UInt32, _ first: UInt32 = 0, _ second: UInt32 = 0, _ size: UInt64 = 0) -> [UInt8] {
    func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }
    return bytes(kind) + bytes(first) + bytes(second) + bytes(UInt32(0)) + bytes(Int64(0)) + bytes(size)
  }

  static let end = header(7)
  static let lies: [(bytes: [UInt8], message: String)] = [
    ([], "the result ends without an end at byte 0 of 0"),
    (header(0), "a record of kind 0 at byte 0 of 32"),
    (header(8), "a record of kind 8 at byte 0 of 32"),
    (header(7, 0, 0, 1), "a record states 1 bytes at byte 0 of 32"),
    (header(7, 0, 0, .max), "a record states 18446744073709551615 bytes at byte 0 of 32"),
    (header(7, 0, 0, 1) + [0], "an end of 1 bytes at byte 0 of 33"),
    (end + [0], "the result goes on after its end at byte 32 of 33"),
    (header(1, 0, 5), "a picture of 0 x 5 pixels in 0 bytes at byte 0 of 32"),
    (header(1, .max, .max), "a picture of 4294967295 x 4294967295 pixels in 0 bytes at byte 0 of 32"),
    (header(1, 1, 1, 2) + [0, 0], "a picture of 1 x 1 pixels in 2 bytes at byte 0 of 34"),
    (header(1, 1, 1, 3) + [0, 0, 0] + header(1, 1, 1, 3) + [0, 0, 0], "a second image at byte 35 of 70"),
    (
      header(1, 101, 1, 303) + [UInt8](repeating: 0, count: 303),
      "a picture of 101 x 1 pixels in 303 bytes at byte 0 of 335"
    ),
    (header(3, 0, 1), "sound of 0 Hz and 1 channels in 0 bytes at byte 0 of 32"),
    (header(3, 1, 0), "sound of 1 Hz and 0 channels in 0 bytes at byte 0 of 32"),
    (header(3, 1, 2, 4) + [0, 0, 0, 0], "sound of 1 Hz and 2 channels in 4 bytes at byte 0 of 36"),
    (header(3, 1, 1) + header(3, 1, 1), "sound for a second time at byte 32 of 64"),
    (header(4, 1), "a key of 1 bytes in 0 at byte 0 of 32"),
    (header(5, .max, 0, 1) + [65], "a key of 4294967295 bytes in 1 at byte 0 of 33"),
    (header(6), "an encoded file without a picture at byte 0 of 32"),
  ]

  @Test(arguments: lies) func aLieIsRefused(bytes: [UInt8], message: String) throws {
    #expect {
      try read(bytes)
    } throws: {
      ($0 as? MediaRecords.Fault)?.message == message
    }
  }
}
