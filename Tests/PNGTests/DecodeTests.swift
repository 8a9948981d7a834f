import Media
import Testing
import Wire

/// Every file of cases.json, through the plugin as the host loads it.
@Suite struct DecodeTests {
  @Test func theTableIsRead() {
    #expect(Fixture.all.count > 120)
  }

  @Test(arguments: Fixture.all) func decodes(fixture: Fixture) async throws {
    let bytes = try fixture.bytes
    switch fixture.expected {
    case .decodes(let facts, let notes, let pixels):
      let media = try await PNG.decode(bytes, limits: fixture.limits)
      #expect(media.facts.map { [$0.key, $0.value] } == facts)
      #expect(media.notes.map { [$0.code, $0.message] } == notes)
      #expect(hex(try #require(media.image).pixels) == pixels)
      #expect(media.frames.isEmpty && media.sound == nil)
    case .fails(let message):
      let error = await #expect(throws: Unscored.self) { try await PNG.decode(bytes, limits: fixture.limits) }
      guard fixture.limits.timeoutMilliseconds == 1 else {
        #expect(error == Unscored(.invalidInput, message))
        return
      }
      // How far a decoder comes in a millisecond depends on the machine, and so does which of the two is first to look at the
      // clock: the decoder, or the host that watches it.
      let wherever = #/ \(it was at byte \d+\)/#
      #expect(error?.reason == .timeout)
      #expect(
        [message.replacing(wherever, with: ""), "decoder 'png' did not finish within 1 ms"]
          .contains(error?.message.replacing(wherever, with: "")))
    }
  }

  @Test func memoryIsRefusedBeforeItIsTaken() async throws {
    var limits = MediaLimits()
    limits.maxMemoryBytes = 40_000
    let error = await #expect(throws: Unscored.self) {
      try await PNG.decode(Fixture.bytes("rgb-8"), limits: limits)
    }
    #expect(error?.message.contains("over the limit max_memory_bytes = 40000") == true, "\(String(describing: error))")
  }

  @Test func theTypeComesFromTheBytes() throws {
    let decoder = try #require(PNG.decoder)
    #expect(decoder.score(head: try Fixture.bytes("rgb-8")) == 100)
    #expect(decoder.score(head: try Fixture.bytes("as-text")) == 50)
    #expect(decoder.score(head: try Fixture.bytes("gif")) == 0)
    #expect(decoder.score(head: [0x89, 0x50, 0x4E]) == 0)
    #expect(decoder.score(head: []) == 0)
  }

  @Test func manyAtOnce() async throws {
    let bytes = try Fixture.bytes("rgb-alpha-16-interlaced")
    let first = try await PNG.decode(bytes)
    try await withThrowingTaskGroup(of: Media.self) { group in
      for _ in 0..<64 { group.addTask { try await PNG.decode(bytes) } }
      for try await media in group { #expect(media == first) }
    }
  }
}
