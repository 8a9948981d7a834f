import Foundation
import Media
import Testing
import Wire

/// Broken files: media or an error that says why, in bounded time, never half a picture.
@Suite struct DamageTests {
  /// Everything that says how long it is. Cut anywhere, it is refused, or all of it is there.
  static let files = Fixture.files.filter {
    !$0.hasPrefix("lie") && !$0.hasSuffix(".aac") && !["animated.webp", "strange-codec.avi"].contains($0)
  }
  /// Of these nobody can tell at the border of a packet whether more was to come.
  static let openEnded: Set = ["h264.ts", "mpeg2.ts"]

  @Test(arguments: files) func aFileThatIsCutIsRefused(file: String) async throws {
    let bytes = try Fixture.bytes(file)
    let whole = await FFmpeg.outcome(bytes)
    for percent in 0..<100 {
      let cut = Array(bytes.prefix(bytes.count * percent / 100))
      switch await FFmpeg.outcome(cut) {
      case .failure(let why):
        #expect(why.reason == .invalidInput && !why.message.isEmpty, "\(percent) %: \(why)")
      case .success(let media):
        let isWhole = Result<Media, Unscored>.success(media) == whole
        #expect(isWhole || Self.openEnded.contains(file), "\(percent) % of \(file) became other media")
      }
    }
  }

  @Test(arguments: Fixture.files) func aDamagedFileIsMediaOrAnError(file: String) async throws {
    let bytes = try Fixture.bytes(file)
    var state: UInt64 = 88_172_645_463_325_252
    func random() -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 1)
    }
    for _ in 0..<20 {
      var damaged = bytes
      for _ in 0...random() % 8 { damaged[random() % damaged.count] = UInt8(random() & 255) }
      if case .failure(let why) = await FFmpeg.outcome(damaged) {
        #expect(why.reason == .invalidInput && !why.message.isEmpty, "\(why)")
      }
    }
  }

  /// What Tests/Fuzz/run has found stays media in order, or an error that says why, in much less time than it took.
  @Test(arguments: found) func whatFuzzingFoundIsHarmless(file: String) async throws {
    let bytes = [UInt8](try Data(contentsOf: Self.findings.appending(path: file)))
    for rate in [nil, 16_000] {
      var request = MediaRequest()
      request.soundRate = rate
      request.frames = .times([0, 0, 40_000, .max])
      switch await FFmpeg.outcome(bytes, request) {
      case .failure(let why): #expect(why.reason == .invalidInput && !why.message.isEmpty, "\(why)")
      case .success(let media):
        let times = media.frames.map(\.timeMicroseconds)
        #expect(times == times.sorted() && times.count == 4)
        #expect(media.noteCodes.contains("times"))
      }
    }
  }

  static let findings = Fixture.folder.appending(path: "../../Fuzz/found").standardizedFileURL
  static let found = ((try? FileManager.default.contentsOfDirectory(atPath: findings.path)) ?? []).sorted()

  @Test func aDamagedFrameIsNoted() async throws {
    var bytes = try Fixture.bytes("h264.ts")
    for at in stride(from: bytes.count / 2, to: bytes.count / 2 + 900, by: 60) { bytes[at] ^= 0x55 }
    var request = MediaRequest()
    request.frames = .every
    let media = try await FFmpeg.decode(bytes, request)
    #expect(!Set(media.noteCodes).isDisjoint(with: ["corrupt", "damaged", "dropped"]), "\(media.notes)")
  }
}
