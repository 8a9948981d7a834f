import Media
import PluginHost
import Testing
import Wire

@Suite struct HostedDecoderTests {
  static func decoder() throws -> any MediaDecoder {
    let host = PluginHost(PluginSearch(named: [Built.plugin("broken_images")]))
    return try #require(host.decoders(.inProcess).first)
  }

  static let broken: [(wish: String, reason: UnscoredReason, message: String)] = [
    (
      "large stride", .invalidInput,
      "an image 2 pixels wide states a stride of 4294967295 bytes; accepted: 6 to 4102"
    ),
    ("small stride", .invalidInput, "an image 2 pixels wide states a stride of 5 bytes; accepted: 6 to 4102"),
    ("no area", .invalidInput, "an image of 0x2 pixels has no area"),
    (
      "too many pixels", .invalidInput,
      "an image of 1073741824x1073741824 pixels is over the limit of 67108864 pixels"
    ),
    (
      "most pixels", .invalidInput,
      "an image of 4294967295x4294967295 pixels is over the limit of 67108864 pixels"
    ),
    (
      "no size", .judgeError,
      "the plugin breaks the contract: image states a size of 0 bytes; accepted: 56 or more"
    ),
    ("no pixels", .invalidInput, "an image of 2x2 pixels has no pixels"),
    ("two images", .judgeError, "the decoder gave a second image; several are frames"),
    ("nothing", .judgeError, "decoder 'broken-images' found neither picture nor sound and did not say why"),
    ("silent failure", .invalidInput, "decoder 'broken-images' failed and does not say why"),
  ]

  @Test(arguments: broken)
  func aPictureThatContradictsItselfIsRefused(wish: String, reason: UnscoredReason, message: String) async throws {
    let decoder = try Self.decoder()
    await #expect(throws: Unscored(reason, message)) {
      try await decoder.decode(Array(wish.utf8), limits: MediaLimits())
    }
  }

  @Test func aGoodPictureArrives() async throws {
    let decoder = try Self.decoder()
    let media = try await decoder.decode(Array("read beyond".utf8), limits: MediaLimits())
    #expect(media.image == Image(width: 2, height: 2, pixels: Array(1...12)))
    let facts = try await decoder.decode(Array("facts".utf8), limits: MediaLimits())
    #expect(facts.facts == [Media.Fact(key: "background", value: "white")])
    #expect(facts.notes == [MediaNote(code: "odd", message: "\u{FFFD}")])
  }

  @Test func limitsAreChecked() async throws {
    let decoder = try Self.decoder()
    var limits = MediaLimits()
    limits.maxInputBytes = 3
    await #expect(throws: Unscored(.invalidInput, "the file is 4 bytes large, over the limit max_input_bytes = 3")) {
      try await decoder.decode([1, 2, 3, 4], limits: limits)
    }
    limits = MediaLimits()
    limits.maxMemoryBytes = 11
    await #expect(throws: Unscored(.invalidInput, "the decoded media is over the limit max_memory_bytes = 11")) {
      try await decoder.decode([1], limits: limits)
    }
  }

  @Test func aDecoderThatHangsIsLeftAtTheDeadline() async throws {
    let decoder = try Self.decoder()
    var limits = MediaLimits()
    limits.timeoutMilliseconds = 10
    await #expect(throws: Unscored(.timeout, "decoder 'broken-images' did not finish within 10 ms")) {
      try await decoder.decode(Array("hang".utf8), limits: limits)
    }
    let task = Task { [limits] in try await decoder.decode(Array("hang".utf8), limits: limits) }
    task.cancel()
    await #expect(throws: Unscored(.cancelled, "the decoding was cancelled")) { try await task.value }
  }

  @Test func scoresAreKeptInRange() throws {
    #expect(try Self.decoder().score(head: [1]) == 100)
    #expect(try Self.decoder().score(head: []) == 0)
  }
}
