import Glibc
import JSON
import Testing

@testable import Checks

/// Sound and video measures against ffmpeg's filters and the usual packages, as `media_cases.py` ran them.
@Suite struct MediaTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let check: JSONValue
    let subject: Subject
    let expected: Double
    let tolerance: Double
    var testDescription: String { "\(name) \(check)" }
  }

  static let cases: [Case] = {
    do { return try read() } catch { fatalError("media.json: \(error)") }
  }()

  private static func read() throws -> [Case] {
    let file = JSONReader(try Fixtures.json("media.json"))
    let (sounds, videos) = (try file.require("sounds"), try file.require("videos"))
    return try file.require("cases").array().flatMap { entry in
      var subject = Subject()
      var name = ""
      let reference = try entry["reference"]?.string()
      if let sound = try entry["sound"]?.string() {
        name = sound
        subject.sounds = [try Recipes.sound(try sounds.require(sound))]
        subject.referenceSounds = try reference.map { [try Recipes.sound(try sounds.require($0))] } ?? []
      } else {
        name = try entry.require("video").string()
        subject.videos = [try Recipes.video(try videos.require(name))]
        subject.referenceVideos = try reference.map { [try Recipes.video(try videos.require($0))] } ?? []
      }
      return try entry.require("checks").array().map { row in
        let cells = try row.array()
        return Case(
          name: "\(name), \(try cells[3].string())", check: cells[0].value, subject: subject,
          expected: try cells[1].double(), tolerance: try cells[2].double())
      }
    }
  }

  @Test(arguments: cases) func agrees(_ one: Case) throws {
    let outcome = try run(one.check, one.subject)
    let value = try #require(outcome.value, "\(outcome)")
    let tolerance = one.tolerance < 1e-6 ? one.tolerance * max(1, abs(one.expected)) : one.tolerance
    #expect(abs(value - one.expected) <= tolerance, "\(value), expected \(one.expected)")
  }

  private static func tone(rate: Int = 8000, seconds: Double = 1, gain: Float = 0.5, channels: Int = 1) -> SoundTrack? {
    let count = Int(Double(rate) * seconds)
    let samples = (0..<count * channels).map { gain * Float(sin(Double($0 / channels) * 0.3)) }
    return SoundTrack(rate: rate, channels: channels, samples: samples)
  }

  private static func still(_ frames: Int, width: Int = 8, value: UInt8 = 100) -> Footage? {
    let picture = Picture(width: width, height: 8, rgb: [UInt8](repeating: value, count: 24 * width))
    return picture.flatMap {
      Footage(times: (0..<frames).map(Double.init), pictures: Array(repeating: $0, count: frames))
    }
  }

  private static func subject(
    _ sound: SoundTrack?, _ reference: SoundTrack? = nil, _ video: Footage? = nil, _ other: Footage? = nil
  ) -> Subject {
    var subject = Subject()
    subject.sounds = sound.map { [$0] } ?? []
    subject.referenceSounds = reference.map { [$0] } ?? []
    subject.videos = video.map { [$0] } ?? []
    subject.referenceVideos = other.map { [$0] } ?? []
    return subject
  }

  @Test func ofEqualsTheValueIsFinite() throws {
    let same = Self.subject(Self.tone(), Self.tone(), Self.still(4), Self.still(4))
    #expect(try run(["si_sdr": "$reference", "at_least": 20], same).value == 200)
    #expect(try run(["log_spectral_distance": "$reference", "at_most": 1], same).value == 0)
    #expect(try run(["video_psnr": "$reference", "at_least": 20], same).value == 200)
    #expect(try run(["video_ssim": "$reference"], same).score == 1)
    let quieter = Self.subject(Self.tone(gain: 0.25), Self.tone())
    #expect(try run(["si_sdr": "$reference", "at_least": 20], quieter).value ?? 0 > 100)
    let silent = Self.subject(Self.tone(gain: 0))
    #expect(try run(["peak": ["max": -1]], silent).value == -200)
    #expect(try run(["true_peak": ["max": -1]], silent).value == -200)
    #expect(try run(["silence": true], silent).score == 0)
  }

  @Test(
    arguments: [
      (["duration": ["min": 1]], subject(nil), "the response has no sound"),
      (["duration": ["min": 1], "sound": 2], subject(tone()), "the response has 1 sound, not 2"),
      (["loudness": ["min": -20]], subject(tone(seconds: 0.3)), "the sound has no loudness: it is shorter than 0.4 s"),
      (["loudness": ["min": -20]], subject(tone(gain: 0)), "the sound has no loudness"),
      (["snr": ["min": 3]], subject(tone(seconds: 0.1)), "snr needs a sound of at least 0.2 s"),
      (["snr": ["min": 3]], subject(tone(gain: 0)), "there is neither signal nor noise"),
      (["peak": ["max": 0]], subject(tone(seconds: 0)), "the response's sound is empty"),
      (["si_sdr": "$reference", "at_least": 0], subject(tone()), "the reference has no sound"),
      (
        ["si_sdr": "$reference", "at_least": 0], subject(tone(), tone(rate: 4000)), "8000 Hz and the reference 4000 Hz"
      ),
      (
        ["si_sdr": "$reference", "at_least": 0], subject(tone(), tone(seconds: 0.5)), "with trim: true, the longer one"
      ),
      (["si_sdr": "$reference", "at_least": 0], subject(tone(), tone(gain: 0)), "the reference is silent"),
      (
        ["log_spectral_distance": "$reference", "at_most": 0], subject(tone(seconds: 0.1), tone(seconds: 0.1)),
        "needs 1024 samples, there are 800"
      ),
      (["black_frames": true], subject(nil), "the response has no video"),
      (["flicker": ["max": 1]], subject(nil, nil, still(2)), "flicker needs 3 frames, the video has 2"),
      (["video_ssim": "$reference"], subject(nil, nil, still(2), still(3)), "has 2 frames of 8×8 and the reference 3"),
      (
        ["video_psnr": "$reference", "at_least": 0], subject(nil, nil, still(2), still(2, width: 9)),
        "the reference 2 of 9×8"
      ),
      (
        ["video_ssim": "$reference"], subject(nil, nil, still(2, width: 6), still(2, width: 6)),
        "at least 7×7, these are 6×8"
      ),
    ] as [(JSONValue, Subject, String)])
  func whatCannotBeMeasuredIsUnscored(check: JSONValue, subject: Subject, message: String) throws {
    let outcome = try run(check, subject)
    #expect(outcome.unscored?.contains(message) == true, "\(outcome)")
  }

  @Test func theLongerSoundIsCutWhereThatIsSaid() throws {
    let subject = Self.subject(Self.tone(), Self.tone(seconds: 0.5))
    #expect(try run(["si_sdr": "$reference", "trim": true, "at_least": 0], subject).value == 200)
  }

  @Test(arguments: [2, 8, 1024]) func theTransformIsTheDefinition(size: Int) {
    let values = (0..<size).map { Double(($0 * 7919 + 13) % 101) / 50 - 1 }
    let powers = FourierTransform(size: size).powers(of: values)
    for frequency in stride(from: 0, through: size / 2, by: max(1, size / 16)) {
      let angle = { (place: Int) in -2 * Double.pi * Double(frequency * place % size) / Double(size) }
      let real = values.indices.reduce(0) { $0 + values[$1] * cos(angle($1)) }
      let imaginary = values.indices.reduce(0) { $0 + values[$1] * sin(angle($1)) }
      #expect(abs(powers[frequency] - (real * real + imaginary * imaginary)) < 1e-9 * Double(size))
    }
  }
}
