import JSON
import Media
import PluginHost
import Testing
import Wire

/// The files of Fixtures/files and what cases.json says of each; Fixtures/generate.py wrote both.
struct Fixture: Sendable, CustomTestStringConvertible {
  let name: String
  let file: String
  let limits: MediaLimits
  let expected: Expected

  enum Expected: Sendable {
    case decodes(facts: [[String]], notes: [[String]], pixels: String)
    case fails(String)
  }

  var testDescription: String { name }
  var bytes: [UInt8] { get throws { try Self.read("files/\(file)") } }

  static let all: [Fixture] = {
    do {
      return try JSONReader(JSONParser.parse(read("cases.json"))).array().map(Fixture.init)
    } catch {
      Issue.record("cases.json: \(error)")
      return []
    }
  }()

  /// A fixture's content by the name of its case.
  static func bytes(_ name: String) throws -> [UInt8] {
    try #require(all.first { $0.name == name }, "no case is called \(name)").bytes
  }

  private static func read(_ path: String) throws -> [UInt8] {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    return try contents(of: "/\(folder)/Fixtures/\(path)")
  }
}

extension Fixture {
  init(_ reader: JSONReader) throws {
    name = try reader.require("name").string()
    file = try reader.require("file").string()
    var limits = MediaLimits()
    let stated = try reader.require("limits")
    try stated.allowOnly(
      "max_pixels", "max_input_bytes", "max_chunk_bytes", "timeout_ms", "background")
    if let value = try stated["max_pixels"]?.int() { limits.maxPixels = value }
    if let value = try stated["max_input_bytes"]?.int() { limits.maxInputBytes = value }
    if let value = try stated["max_chunk_bytes"]?.int() { limits.maxChunkBytes = value }
    if let value = try stated["timeout_ms"]?.int() { limits.timeoutMilliseconds = value }
    if let value = try stated["background"]?.array() {
      limits.background = try value.map { UInt8(try $0.int(in: 0...255)) }
    }
    self.limits = limits
    if let error = try reader["error"]?.string() {
      expected = .fails(error)
    } else {
      func pairs(_ key: String) throws -> [[String]] {
        try reader.require(key).array().map { try $0.array().map { try $0.string() } }
      }
      expected = .decodes(
        facts: try pairs("facts"), notes: try pairs("notes"), pixels: try reader.require("pixels").string())
    }
  }
}

/// The plugin as the host finds it: the shared library beside the test executable.
enum PNG {
  static let decoder: (any MediaDecoder)? = {
    let host = PluginHost()
    let decoders = host.decoders(.inProcess).filter {
      $0.score(head: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) == 100
    }
    if decoders.isEmpty { Issue.record("no PNG decoder among \(host.plugins), failures: \(host.failures)") }
    return decoders.first
  }()

  static func decode(_ bytes: [UInt8], limits: MediaLimits = MediaLimits()) async throws -> Media {
    try await #require(decoder).decode(bytes, limits: limits)
  }
}

func hex(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
