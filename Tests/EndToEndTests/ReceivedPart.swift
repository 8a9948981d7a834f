import Foundation
import JSON
import Media
import PluginHost
import Testing

/// One part of a message as a model server got it.
enum ReceivedPart: Equatable {
  case text(String)
  case image(type: String, [UInt8])
  /// What stands in a `video_url`, after `data:` and the type.
  case video(type: String, [UInt8])
  case sound(format: String, [UInt8])

  var text: String? { if case .text(let text) = self { text } else { nil } }

  /// The parts of the user's message of a request for a chat completion.
  static func all(_ body: JSONValue?) throws -> [ReceivedPart] {
    let messages = try #require(body?["messages"]?.array)
    let content = try #require(messages.first { $0["role"] == "user" }?["content"])
    if let text = content.string { return [.text(text)] }
    return try (content.array ?? []).map(Self.init)
  }

  private init(_ part: JSONValue) throws {
    switch part["type"]?.string {
    case "text": self = .text(try #require(part["text"]?.string))
    case "image_url":
      let (type, bytes) = try Self.parsed(part["image_url"]?["url"]?.string)
      self = .image(type: type, bytes)
    case "video_url":
      let (type, bytes) = try Self.parsed(part["video_url"]?["url"]?.string)
      self = .video(type: type, bytes)
    case "input_audio":
      let audio = try #require(part["input_audio"])
      self = .sound(
        format: try #require(audio["format"]?.string), try Self.decoded(try #require(audio["data"]?.string)))
    default: throw Strange(part: "\(part)")
    }
  }

  struct Strange: Error { let part: String }

  private static func parsed(_ url: String?) throws -> (String, [UInt8]) {
    let url = try #require(url)
    let match = try #require(url.firstMatch(of: /^data:([a-z0-9\/]+);base64,/))
    return (String(match.output.1), try decoded(String(url[match.range.upperBound...])))
  }

  private static func decoded(_ text: String) throws -> [UInt8] { [UInt8](try #require(Data(base64Encoded: text))) }
}

/// Files of the decoder's tests, and what the decoders make of bytes.
enum TestMedia {
  private static let folder = "\(Program.repository)/Tests/FFmpegTests/Fixtures/files"
  private static let decoders = PluginHost().decoders(.standard)

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
  }

  static func url(_ name: String, _ type: String) throws -> String {
    "data:\(type);base64,\(Data(try bytes(name)).base64EncodedString())"
  }

  static func decoded(_ bytes: [UInt8], _ request: MediaRequest = MediaRequest()) async throws -> Media {
    let head = Array(bytes.prefix(4096))
    let decoder = try #require(decoders.max { $0.score(head: head) < $1.score(head: head) })
    return try await decoder.decode(bytes, request: request, limits: MediaLimits())
  }
}
