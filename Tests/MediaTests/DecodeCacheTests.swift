import Testing
import Wire

@testable import Media

/// Identical bytes are decoded once.
@Suite struct DecodeCacheTests {
  private func media(pixels: Int) -> Media {
    var media = Media()
    media.image = Image(width: pixels, height: 1, pixels: [UInt8](repeating: 0, count: 3 * pixels))
    return media
  }

  @Test func aFinishedDecodeIsKept() async throws {
    let decoder = StubDecoder()
    let loader = MediaLoader(decoders: [decoder])
    let first = try await loader.load(MediaReference(kind: .image, url: "data:,same"))
    let second = try await loader.load(MediaReference(kind: .image, url: "data:;base64,c2FtZQ=="))
    #expect(first == second)
    #expect(decoder.count == 1)
  }

  @Test func whoComesDuringADecodeWaitsForIt() async throws {
    let cache = DecodeCache<String>(maxBytes: 0)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let first = cache.find("x") {
      for await _ in gate {}
      return .success(media(pixels: 1))
    }
    let second = cache.find("x") { .failure(Unscored(.judgeError, "decoded twice")) }
    guard case .running(let one, _) = first, case .running(let other, _) = second else {
      Issue.record("nothing is running")
      return
    }
    #expect(one == other)
    open.finish()
    #expect(await one.value == .success(media(pixels: 1)))
  }

  @Test func theLastOneToLeaveCancelsTheDecode() async {
    let cache = DecodeCache<String>(maxBytes: 1 << 20)
    let (forever, keep) = AsyncStream.makeStream(of: Void.self)
    defer { keep.finish() }
    @Sendable func decode() async -> DecodeCache<String>.Outcome {
      for await _ in forever {}  // ends when the task is cancelled
      return .failure(Unscored(.cancelled, "cancelled"))
    }
    guard case .running(let task, let start) = cache.find("x", decode: decode),
      case .running = cache.find("x", decode: decode)
    else {
      Issue.record("nothing is running")
      return
    }
    cache.leave("x", start)
    #expect(!task.isCancelled)
    cache.leave("x", start)
    #expect(task.isCancelled)
    cache.leave("x", start)
    #expect(await task.value == .failure(Unscored(.cancelled, "cancelled")))
    // Who comes afterwards gets a decode of its own, not the cancelled one.
    #expect(await cache.media(for: "x") { .success(media(pixels: 1)) } == .success(media(pixels: 1)))
  }

  @Test func aCancelledTaskLeaves() async {
    let cache = DecodeCache<String>(maxBytes: 0)
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let waiting = Task {
      await cache.media(for: "x") {
        let (forever, keep) = AsyncStream.makeStream(of: Void.self)
        start.finish()
        for await _ in forever {}
        keep.finish()
        return .failure(Unscored(.cancelled, "cancelled"))
      }
    }
    for await _ in started {}
    waiting.cancel()
    #expect(await waiting.value == .failure(Unscored(.cancelled, "cancelled")))
  }

  @Test(arguments: [(UnscoredReason.invalidInput, 1), (.timeout, 2), (.judgeError, 2)])
  func onlyFinalFailuresAreKept(reason: UnscoredReason, decodes: Int) async {
    let decoder = StubDecoder(outcome: { _ throws(Unscored) in throw Unscored(reason, "no") })
    let loader = MediaLoader(decoders: [decoder])
    for _ in 0..<2 { #expect(await loader.failure("data:,x")?.reason == reason) }
    #expect(decoder.count == decodes)
  }

  @Test func theLongestUnusedGoesFirst() async {
    // Each entry counts 1024 bytes and its pixels: four fit.
    let cache = DecodeCache<String>(maxBytes: 4 * (1024 + 3000))
    func isKept(_ digest: String) -> Bool {
      if case .finished = cache.find(digest, decode: { .failure(Unscored(.timeout, "")) }) { true } else { false }
    }
    func add(_ digest: String) async { _ = await cache.media(for: digest) { .success(media(pixels: 1000)) } }
    for digest in ["a", "b", "c", "d"] { await add(digest) }
    #expect(isKept("a"))
    await add("e")
    #expect(["a", "b", "c", "d", "e"].map(isKept) == [true, false, false, true, true])
  }

  @Test func whatIsTooLargeIsNotKept() async {
    let decoder = StubDecoder()
    let loader = MediaLoader(decoders: [decoder], cacheBytes: 1000)
    for _ in 0..<2 { #expect(await loader.failure("data:,x") == nil) }
    #expect(decoder.count == 2)
  }
}
