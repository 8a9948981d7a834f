import CCupelPlugin
import CDecoderKit
import Crypto
import JSON
import Media
import PluginHost
import Testing

/// Which frames are meant.
@Suite struct FrameTests {
  private func count(_ frames: MediaRequest.Frames, total: Int, seconds: Double) -> Int {
    var request = MediaRequest()
    request.frames = frames
    return request.withWanted(MediaLimits()) { Int(cdk_frame_count(&$0, UInt64(total), seconds)) }
  }

  /// With frames of equal length, the frame shown at the time looked for is the one that the processor takes.
  @Test func ratesAreThoseOfTheProcessor() throws {
    let cases = try #require(Cases.tables).require("frames").array()
    #expect(cases.count > 500)
    for row in cases {
      let total = try row.require("total").int()
      let rate = try row.require("rate").double(), wanted = try row.require("wanted").double()
      let multiple = try row.require("multiple").int()
      let asked = MediaRequest.Rate(perSecond: wanted, min: 4, max: 768, multipleOf: multiple)
      let found = count(.rate(asked), total: total, seconds: Double(total) / rate)
      #expect(try found == row.require("count").int(), "\(row.value)")
      let ticks: Int64 = 512
      let indices = (0..<found).map { cdk_frame_time(UInt64($0), UInt64(found), ticks * Int64(total)) / ticks }
      let text = indices.map(String.init).joined(separator: " ")
      #expect(try Digest.short(text) == row.require("digest").string(), "\(row.value)")
    }
  }

  @Test(arguments: [
    (MediaRequest.Frames.count(8), 300, 10.0, 8), (.count(8), 3, 0.1, 3), (.count(1), 300, 10, 1),
    (.every, 300, 10, 300), (.every, 0, 0, 0),
    (.rate(.init(perSecond: 1, min: 1, max: 768)), 10, 0.4, 1),
    (.rate(.init(perSecond: 2, min: 4, max: 768, multipleOf: 2)), 1, 0.04, 1),
    (.rate(.init(perSecond: 2, min: 0, max: 768, multipleOf: 2)), 30, 0.2, 2),
  ])
  func counts(frames: MediaRequest.Frames, total: Int, seconds: Double, expected: Int) {
    #expect(count(frames, total: total, seconds: seconds) == expected)
  }

  @Test func timesOfLongFilesDoNotOverflow() {
    #expect(
      cdk_frame_time(999_999, 1_000_000, .max) == .max / 1_000_000 * 999_999 + .max % 1_000_000 * 999_999 / 1_000_000)
    #expect(cdk_frame_time(1, 0, 5) == 5)
  }
}

private enum Digest {
  static func short(_ text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).prefix(8).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
