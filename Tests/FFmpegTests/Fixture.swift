import Crypto
import Foundation
import JSON
import Media
import PluginHost
import Testing
import Wire

/// The files of Fixtures/files, and what ffmpeg and Pillow see in them; Fixtures/generate.py wrote both.
enum Fixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

  static func bytes(_ file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: "files/\(file)")))
  }

  /// The rows of a table.
  static func cases(_ table: String) -> [Case] {
    do {
      let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "\(table).json")))
      return try JSONReader(JSONParser.parse(bytes)).array().map { try Case($0) }
    } catch {
      Issue.record("\(table).json: \(error)")
      return []
    }
  }

  /// Every file, in the order of names.
  static let files: [String] = {
    let found = try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "files").path)
    return (found ?? []).sorted()
  }()
}

/// A row of a table.
struct Case: Sendable, CustomTestStringConvertible {
  let file: String
  let reader: JSONReader

  init(_ reader: JSONReader) throws {
    file = try reader.require("file").string()
    self.reader = reader
  }

  var testDescription: String { file }

  func int(_ key: String) throws -> Int { try reader.require(key).int() }
  func ints(_ key: String) throws -> [Int]? { try reader[key]?.array().map { try $0.int() } }
  func doubles(_ key: String) throws -> [Double] { try reader.require(key).array().map { try $0.double() } }
  func strings(_ key: String) throws -> [String] { try reader[key]?.array().map { try $0.string() } ?? [] }
}

/// The plugin as the host finds it: the shared library beside the test executable.
enum FFmpeg {
  static let decoder: (any MediaDecoder)? = {
    let host = PluginHost()
    let decoders = host.decoders(.inProcess).filter { $0.score(head: Array("GIF89a".utf8)) == 100 }
    if decoders.isEmpty { Issue.record("no GIF decoder among \(host.plugins), failures: \(host.failures)") }
    return decoders.first
  }()

  static func decode(
    _ bytes: [UInt8], _ request: MediaRequest = MediaRequest(), limits: MediaLimits = MediaLimits()
  ) async throws -> Media {
    try await #require(decoder).decode(bytes, request: request, limits: limits)
  }

  /// What became of bytes that may be anything: media, or why there are none. A decoder has no third way out.
  static func outcome(
    _ bytes: [UInt8], _ request: MediaRequest = MediaRequest(), limits: MediaLimits = MediaLimits()
  ) async -> Result<Media, Unscored> {
    guard let decoder else { return .failure(Unscored(.judgeError, "no decoder")) }
    do throws(Unscored) {
      return .success(try await decoder.decode(bytes, request: request, limits: limits))
    } catch {
      return .failure(error)
    }
  }
}

extension Image {
  /// As Fixtures/tools.py computes it.
  var digest: String { SHA256.hash(data: pixels).prefix(8).map { hex($0) }.joined() }
}

func hex(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return digits.count == 1 ? "0" + digits : digits
}

extension Media {
  func fact(_ key: String) -> String? { facts.first { $0.key == key }?.value }
  var noteCodes: [String] { notes.map(\.code) }
}
