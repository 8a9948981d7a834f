import Foundation
import JSON
import Judging
import Media
import Testing
import Wire

@testable import Llama

extension Fixture {
  static let vision = "qwen2.5-vl"
  /// Sees a picture as a whole: each of its tokens sees all others.
  static let whole = "gemma3"

  /// A judge that sees.
  static func seeingJudge(_ more: [String: JSONValue] = [:], model: String = vision) throws -> LlamaJudge {
    try judge(model, ["mmproj": .string(path("\(model)-mmproj"))].merging(more) { $1 })
  }

  /// The patterns of generate_media.py.
  static func picture(_ width: Int, _ height: Int, _ seed: Int) -> Image {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * width * height)
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<3 {
          pixels.append(UInt8((x * (3 + seed) + y * (5 + 2 * seed) + c * 40 + x * y * seed / 7) % 256))
        }
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  /// One message of the user.
  static func call(_ parts: [JudgePart], _ sampling: Sampling = Sampling(), item: String = "q") -> JudgeCall {
    call([JudgeMessage(.user, parts)], sampling, item: item)
  }
}

/// What `transformers` computed after pictures (generate_media.py).
struct MediaReference: Sendable, CustomTestStringConvertible {
  let name: String
  /// Frames that are one picture are one part.
  let messages: [JudgeMessage]
  let tokens: Int
  let mediaTokens: Int
  let steps: [Reference.Step]
  /// With what the library does otherwise done likewise.
  let rounded: [Reference.Step]

  var testDescription: String { name }

  static let all = read("media", Fixture.vision, ["picture", "pictures", "first", "second", "frames", "pair"])
  /// Of a model that sees a picture as a whole (generate_whole.py).
  static let whole = read("whole", Fixture.whole, ["picture", "pictures"])

  private static func read(_ file: String, _ model: String, _ names: [String]) -> [MediaReference] {
    let bytes = FileManager.default.contents(atPath: "\(Fixture.folder)/\(file).json") ?? Data()
    do {
      let reader = try JSONReader(JSONParser.parse([UInt8](bytes))).require(model)
      return try names.map { try MediaReference($0, reader.require($0)) }
    } catch { fatalError("\(file).json: \(error)") }
  }

  static func named(_ name: String) -> MediaReference { all.first { $0.name == name } ?? all[0] }

  private init(_ name: String, _ reader: JSONReader) throws {
    self.name = name
    messages = try reader.require("messages").array().map { message in
      JudgeMessage(
        try message.require("role").choice(), try message.require("parts").array().map { try Self.part($0) })
    }
    tokens = try reader.require("tokens").int()
    mediaTokens = try reader.require("media_tokens").int()
    steps = try Reference.steps(reader)
    rounded = try Reference.steps(reader, "rounded")
  }

  private static func part(_ reader: JSONReader) throws -> JudgePart {
    if reader.value.string != nil { return .text(try reader.string()) }
    let members = try reader.array()
    guard members[0].value.array != nil else { return .image(try picture(reader)) }
    return .frames(
      try members.enumerated().map { number, frame in
        Frame(timeMicroseconds: Int64(number) * 500_000, image: try picture(frame))
      })
  }

  private static func picture(_ reader: JSONReader) throws -> Image {
    let numbers = try reader.array().map { try $0.int() }
    return Fixture.picture(numbers[0], numbers[1], numbers[2])
  }
}
