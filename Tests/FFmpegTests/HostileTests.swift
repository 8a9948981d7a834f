import Media
import Testing
import Wire

/// Files that mean harm.
@Suite struct HostileTests {
  /// Playlists and lists of files, under any name, are not read at all: no demuxer that follows them is ever entered.
  @Test(arguments: [
    "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/a.ts\n", "ffconcat version 1.0\nfile /etc/passwd\n",
    "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"></MPD>",
    "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n", "1\n00:00:00,000 --> 00:00:01,000\nwords\n",
    "[Script Info]\nScriptType: v4.00+\n", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
  ])
  func playlistsAreNotRead(text: String) async throws {
    let bytes = Array(text.utf8)
    #expect(try #require(FFmpeg.decoder).score(head: bytes) == 0)
    #expect(
      await FFmpeg.outcome(bytes)
        == .failure(
          Unscored(
            .invalidInput,
            "the file of \(bytes.count) bytes begins like no picture, video or sound that is read here")))
  }

  /// A playlist behind the first bytes of something else stays what it is: a broken file.
  @Test(arguments: ["b-frames.mp4", "open-gop.mkv", "h264.ts", "tone.mp3", "tone.ogg", "stereo.wav", "plain.jpg"])
  func aPlaylistInDisguiseIsBroken(file: String) async throws {
    let head = try Fixture.bytes(file).prefix(16)
    let list = Array("\n#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n".utf8)
    guard case .failure(let why) = await FFmpeg.outcome(Array([Array(head), list, list, list, list].joined())) else {
      throw Surprise(file: file)
    }
    #expect(why.reason == .invalidInput)
  }

  @Test func limitsAreKept() async throws {
    let video = try Fixture.bytes("b-frames.mp4"), sound = try Fixture.bytes("stereo.wav")
    var limits = MediaLimits()
    limits.maxPixels = 96 * 64 - 1
    guard case .failure(let large) = await FFmpeg.outcome(video, limits: limits) else { throw Surprise(file: "video") }
    #expect(large.reason == .invalidInput && large.message.contains("max_pixels"), "\(large)")
    limits = MediaLimits()
    limits.maxMemoryBytes = 100_000
    for bytes in [video, sound] {
      guard case .failure(let much) = await FFmpeg.outcome(bytes, limits: limits) else {
        throw Surprise(file: "memory")
      }
      #expect(much.reason == .invalidInput && much.message.contains("max_memory_bytes"), "\(much)")
    }
  }

  @Test func aDeadlineIsKept() async throws {
    var limits = MediaLimits()
    limits.timeoutMilliseconds = 1
    var request = MediaRequest()
    request.frames = .every
    request.frameSize = .exact(width: 4000, height: 4000)
    guard case .failure(let late) = await FFmpeg.outcome(try Fixture.bytes("b-frames.mp4"), request, limits: limits)
    else {
      throw Surprise(file: "b-frames.mp4")
    }
    #expect(late.reason == .timeout, "\(late)")
  }

  @Test func manyStreamsAreRefused() async throws {
    // The tracks of a small MP4, a thousand times: the box of one track, copied.
    let bytes = try Fixture.bytes("fast-start.mp4")
    let track = try #require(box("trak", in: bytes)), movie = try #require(box("moov", in: bytes))
    var many = Array(bytes[..<track.lowerBound])
    for _ in 0..<1000 { many += bytes[track] }
    many += bytes[track.upperBound...]
    let size = UInt32(movie.count + 999 * track.count)
    for i in 0..<4 { many[movie.lowerBound + i] = UInt8(truncatingIfNeeded: size >> (24 - 8 * UInt32(i))) }
    guard case .failure(let why) = await FFmpeg.outcome(many) else { throw Surprise(file: "many") }
    #expect(why.message.contains("max_streams"), "\(why)")
  }

  /// Where the box called `name` is, found by its letters.
  private func box(_ name: String, in bytes: [UInt8]) -> Range<Int>? {
    let letters = Array(name.utf8)
    guard let at = bytes.indices.first(where: { bytes[$0...].starts(with: letters) }), at >= 4 else { return nil }
    let size = bytes[at - 4..<at].reduce(0) { $0 << 8 | Int($1) }
    return at - 4..<at - 4 + size
  }

  /// FFmpeg would decode it; nobody who means well sends it.
  @Test func aCodecOutsideTheListIsRefused() async throws {
    #expect(
      await FFmpeg.outcome(try Fixture.bytes("strange-codec.avi"))
        == .failure(
          Unscored(.invalidInput, "the codec asv1 is not read; convert the file, for example to H.264 and AAC")))
  }

  @Test func noVideoIsSaid() async throws {
    var request = MediaRequest()
    request.kinds = [.image, .frames]
    #expect(
      await FFmpeg.outcome(try Fixture.bytes("tone.m4a"), request)
        == .failure(
          Unscored(.invalidInput, "the file (mp4) holds sound, nothing of the kind that was asked for")))
  }

  @Test func manyAtOnceAreTheSame() async throws {
    let bytes = try Fixture.bytes("b-frames.mp4")
    let first = try await FFmpeg.decode(bytes)
    try await withThrowingTaskGroup(of: Media.self) { group in
      for _ in 0..<16 { group.addTask { try await FFmpeg.decode(bytes) } }
      for try await media in group { #expect(media == first) }
    }
  }
}
