import JSON
import Testing

@testable import Checks

/// Image measures against OpenCV's formula (SciPy), scikit-image and imagehash, as `generate.py` ran them.
@Suite struct ImageTests {
  private static func pictures() throws -> [String: Picture] {
    var pictures: [String: Picture] = [:]
    for member in try JSONReader(Fixtures.json("images.json")).require("pictures").object().members {
      let reader = JSONReader(member.value)
      pictures[member.key] = Picture(
        width: try reader.require("width").int(), height: try reader.require("height").int(),
        rgb: base64(try reader.require("rgb").string()))
    }
    return pictures
  }

  private static func base64(_ text: String) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var (bytes, bits, held): ([UInt8], UInt32, Int) = ([], 0, 0)
    for byte in text.utf8 {
      guard let digit = alphabet.firstIndex(of: byte) else { break }
      (bits, held) = (bits << 6 | UInt32(digit), held + 6)
      if held >= 8 {
        held -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
      }
    }
    return bytes
  }

  private func expectValue(_ check: JSONValue, _ subject: Subject, _ expected: Double, _ place: String) throws {
    let outcome = try run(check, subject)
    let value = try #require(outcome.value, "\(place) \(check): \(outcome)")
    #expect(abs(value - expected) <= 1e-9 * max(1, abs(expected)), "\(place) \(check): \(value), expected \(expected)")
  }

  @Test("measures of one picture")
  func single() throws {
    let pictures = try Self.pictures()
    let checks: [String: JSONValue] = [
      "sharpness": ["sharpness": true, "at_least": 0], "exposure": ["exposure": true, "at_least": 0],
      "contrast": ["contrast": true, "at_least": 0], "colourfulness": ["colourfulness": true, "at_least": 0],
      "blank": ["blank": true], "dimensions": ["dimensions": ["min_width": 1]],
    ]
    for member in try JSONReader(Fixtures.json("images.json")).require("single").object().members {
      let subject = Subject(images: [try #require(pictures[member.key])])
      for value in try JSONReader(member.value).object().members {
        try expectValue(try #require(checks[value.key]), subject, try #require(value.value.double), member.key)
      }
    }
  }

  @Test("measures against a reference picture")
  func pairs() throws {
    let pictures = try Self.pictures()
    let checks: [String: JSONValue] = [
      "psnr": ["psnr": "$reference", "range": [20, 40]], "ssim": ["ssim": "$reference"],
      "ssim_grey": ["ssim": "$reference", "channels": "grey"],
      "ssim_gaussian": ["ssim": "$reference", "window": "gaussian"],
      "phash": ["phash": "$reference"], "dhash": ["dhash": "$reference"],
    ]
    for reader in try JSONReader(Fixtures.json("images.json")).require("pairs").array() {
      let (left, right) = (try reader.require("response").string(), try reader.require("reference").string())
      let subject = Subject(
        images: [try #require(pictures[left])], referenceImages: [try #require(pictures[right])])
      for value in try reader.require("values").object().members {
        try expectValue(try #require(checks[value.key]), subject, try #require(value.value.double), "\(left)/\(right)")
      }
    }
  }
}
