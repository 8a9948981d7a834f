import JSON
import Media
import Testing
import Wire

/// Samples against the ffmpeg program, and lengths against what was encoded.
@Suite struct SoundTests {
  @Test(arguments: Fixture.cases("sounds")) func soundsAsItShould(row: Case) async throws {
    var request = MediaRequest()
    request.kinds = .sound
    if let rate = try row.reader["rate"]?.int(), rate > 0 { request.soundRate = rate }
    if let channels = try row.reader["channels"]?.int(), channels > 0 { request.soundChannels = channels }
    let outcome = await FFmpeg.outcome(try Fixture.bytes(row.file), request)
    if let error = try row.reader["error"]?.string() {
      #expect(outcome == .failure(Unscored(.invalidInput, error)))
      return
    }
    let media = try outcome.get()
    let sound = try #require(media.sound)
    let lanes = try row.int("lanes")
    #expect(sound.channels == lanes)
    #expect(try sound.samples.count == lanes * row.int("count"))
    let some = stride(from: 0, to: sound.samples.count, by: 97 * lanes).map { Double(sound.samples[$0]) }
    let expected = try row.doubles("some")
    // The program cuts off too much of Vorbis; nothing else is shorter there.
    #expect(expected.count <= some.count && some.count <= expected.count + 2)
    for (sample, wanted) in zip(some, expected) { #expect(abs(sample - wanted) < 1e-4) }
    for (lane, wanted) in try row.doubles("energy").enumerated() {
      let values = stride(from: lane, to: sound.samples.count, by: lanes).map { Double(sound.samples[$0]) }
      let energy = (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
      #expect(abs(energy - wanted) < 1e-3)
    }
    #expect(try media.noteCodes == row.strings("notes"))
    #expect(media.fact("loudness") == nil)
  }

  /// Of the file's own samples, whatever was asked for. The program's is a histogram in hundredths, with filters for 48 kHz.
  @Test func loudnessIsAFactWhereItIsAskedFor() async throws {
    let rows = Fixture.cases("sounds").filter { $0.reader["loudness"] != nil }
    #expect(rows.count == 4)
    for row in rows {
      var request = MediaRequest()
      request.measuresLoudness = true
      for (rate, channels) in [(nil, nil), (8000, 1)] as [(Int?, Int?)] {
        (request.soundRate, request.soundChannels) = (rate, channels)
        let media = try await FFmpeg.decode(Fixture.bytes(row.file), request)
        let loudness = try #require(media.fact("loudness").flatMap(Double.init), "\(row.file)")
        let wanted = try row.reader.require("loudness").double()
        #expect(abs(loudness - wanted) < 0.15, "\(row.file): \(loudness), ffmpeg says \(wanted)")
      }
    }
  }

  @Test func whatHasNoLoudnessHasNoSuchFact() async throws {
    var request = MediaRequest()
    request.measuresLoudness = true
    #expect(try await FFmpeg.decode(Fixture.bytes("loud.wav"), request).fact("loudness") == nil)
  }
}
