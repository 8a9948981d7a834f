import CCupelPlugin
import CDecoderKit
import Media
import PluginHost
import Testing

/// How large a picture is to be.
@Suite struct SizeTests {
  /// The size that `size` means for a file of `width` x `height`, or the message.
  private func target(
    _ size: MediaRequest.Size, _ width: Int, _ height: Int, frames: Int = 1, maxPixels: Int = 0
  ) -> Result<[Int], Failure> {
    var request = MediaRequest()
    request.imageSize = size
    return request.withWanted(MediaLimits()) { wanted in
      var found = cdk_extent()
      var message = [CChar](repeating: 0, count: 200)
      let file = cdk_extent(width: UInt32(width), height: UInt32(height))
      guard
        cdk_target_size(
          wanted.image_size, file, UInt64(frames), UInt64(maxPixels), &found, &message, message.count)
      else {
        return .failure(Failure(text: String(decoding: message.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)))
      }
      return .success([Int(found.width), Int(found.height)])
    }
  }

  private struct Failure: Error, Equatable { let text: String }

  @Test func smartResizeIsThatOfTheProcessor() throws {
    let cases = try Cases.numbers("sizes")
    #expect(cases.count > 3000)
    for row in cases {
      let pixels = MediaRequest.Pixels(min: row[3], max: row[4], multipleOf: row[2])
      let found = try? target(.pixels(pixels), row[0], row[1]).get()
      #expect(found ?? [0, 0] == [row[5], row[6]], "\(row)")
    }
  }

  @Test func allFramesShareTheirPixels() throws {
    let cases = try Cases.numbers("shares")
    #expect(cases.count > 50)
    for row in cases {
      let found = try target(MediaRequest.qwen2_5VL.frameSize, row[0], row[1], frames: row[2]).get()
      #expect(found == [row[3], row[4]], "\(row)")
    }
  }

  @Test(arguments: [
    (MediaRequest.Size.asStored, [640, 480]), (.exact(width: 448, height: 448), [448, 448]),
    (.fit(width: 320, height: 320), [320, 240]), (.fit(width: 1000, height: 1000), [640, 480]),
    (.fit(width: 1, height: 1), [1, 1]), (.fit(width: 100, height: 3), [4, 3]),
  ])
  func otherSizes(size: MediaRequest.Size, expected: [Int]) throws {
    #expect(try target(size, 640, 480).get() == expected)
  }

  @Test func whatCannotBeIsSaid() {
    let narrow = target(MediaRequest.qwen2_5VL.imageSize, 201, 1)
    #expect(
      narrow
        == .failure(
          Failure(text: "a picture of 201 x 1 pixels is too narrow; one side may be 200 times the other at most")))
    let large = target(.exact(width: 100, height: 100), 1, 1, maxPixels: 9999)
    #expect(
      large == .failure(Failure(text: "a picture of 100 x 100 pixels is wanted; accepted: 1 to max_pixels = 9999")))
    let none = target(.exact(width: 0, height: 9), 1, 1, maxPixels: 9999)
    #expect(none == .failure(Failure(text: "a picture of 0 x 9 pixels is wanted; accepted: 1 to max_pixels = 9999")))
  }
}
