import JSON
import Testing

@testable import Checks

/// Checks of what is known of files.
@Suite struct FactTests {
  private static let subject: Subject = {
    var subject = Subject()
    subject.facts = [
      ["container": "png", "width": "64"], ["codec": "h264", "duration": "9.500000", "frame_rate": "inf"],
    ]
    return subject
  }()

  static let scored: [(check: JSONValue, value: Double, score: Double, reason: String)] = [
    (["fact": ["key": "duration", "min": 9, "max": 11]], 9.5, 1, "duration is 9.500000"),
    (["fact": ["key": "duration", "max": 5]], 9.5, 0, "duration is 9.500000, above the maximum 5"),
    (["fact": ["key": "duration"], "range": [9, 10]], 9.5, 0.5, "duration is 9.500000"),
    (["fact": ["key": "width", "min": 64], "file": 1], 64, 1, "width is 64"),
    (["fact": ["key": "codec", "is": "h264"]], 1, 1, "codec is 'h264'"),
    (["fact": ["key": "codec", "is": ["av1", "vp9"]]], 0, 0, "codec is 'h264', not 'av1' or 'vp9'"),
    (["fact": ["key": "width", "is": "64"]], 1, 1, "width is '64'"),
  ]

  @Test(arguments: scored) func scores(check: JSONValue, value: Double, score: Double, reason: String) throws {
    #expect(try run(check, Self.subject) == .scored(value: value, score: score, reason: reason))
  }

  static let unscored: [(check: JSONValue, message: String)] = [
    (
      ["fact": ["key": "loudness", "max": -20]],
      "there is no fact 'loudness' of any file of the response; known: container, width"
    ),
    (
      ["fact": ["key": "width", "min": 1], "file": 2],
      "there is no fact 'width' of file 2 of the response; known: codec, duration, frame_rate"
    ),
    (["fact": ["key": "width", "min": 1], "file": 3], "the response has 2 files, not 3"),
    (["fact": ["key": "codec", "min": 1]], "the fact 'codec' is 'h264', which is no number; compare it with 'is'"),
    (
      ["fact": ["key": "frame_rate", "min": 1]],
      "the fact 'frame_rate' is 'inf', which is no number; compare it with 'is'"
    ),
  ]

  @Test(arguments: unscored) func whatCannotBeTestedIsUnscored(check: JSONValue, message: String) throws {
    #expect(try run(check, Self.subject) == .unscored(message))
  }

  @Test func nothingIsKnownOfText() throws {
    let check: JSONValue = ["fact": ["key": "width", "min": 1]]
    #expect(try run(check, Subject()) == .unscored("the response has no file of which anything is known"))
  }

  static let refused: [(check: JSONValue, message: String)] = [
    (["fact": ["key": "a", "is": "b", "min": 1]], "stands beside 'is', which compares texts"),
    (["fact": ["key": ""]], "is empty; name a fact, such as duration"),
    (["fact": ["key": "a", "is": []]], "the list is empty; give at least one text"),
    (["fact": ["key": "a"]], "the value of 'fact' has no score of its own; add at_least, at_most or range: [lo, hi]"),
    (["fact": ["key": "a", "min": 2, "max": 1]], "min 2.0 is above max 1.0"),
    (["fact": ["width": 3]], "unknown field 'width'"),
  ]

  @Test(arguments: refused) func whatMeansNothingIsRefused(check: JSONValue, message: String) throws {
    let error = #expect(throws: JSONError.self) { try run(check, Self.subject) }
    #expect(error?.message.contains(message) == true, "\(String(describing: error))")
  }

  /// Frames between those that are looked at could be anything.
  @Test func someFramesOfAVideoTellNothingOfWhatIsBetween() throws {
    let picture = try #require(Picture(width: 8, height: 8, rgb: [UInt8](repeating: 9, count: 192)))
    var subject = Subject()
    subject.videos = [Footage(times: [0, 1, 2], pictures: [picture, picture, picture], total: 90)]
    for check in ["flicker", "scene_cuts", "frozen_frames"] {
      let outcome = try run([check: ["max": 3]], subject)
      #expect(
        outcome
          == .unscored(
            "\(check) needs every frame, and 3 of 90 were looked at, which is what max_memory_bytes has room for; raise that limit, or cut "
              + "the video"))
    }
    #expect(try run(["black_frames": true], subject).score == 0)
  }
}
