import Foundation
import JSON
import Judging
import PluginKit
import Testing

@testable import Llama

/// Files that are no model, or not one that can judge.
@Suite struct OpeningTests {
  /// A file that goes with this value.
  final class Copy {
    let path = NSTemporaryDirectory() + "cupel-llama-\(UUID().uuidString).gguf"
    init(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: path)) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  static let model: [UInt8] = [UInt8](FileManager.default.contents(atPath: Fixture.path("qwen2")) ?? Data())

  /// The model with a text replaced by one of the same length, wherever it stands.
  static func model(_ text: String, _ other: String) throws -> [UInt8] {
    precondition(text.utf8.count == other.utf8.count)
    var bytes = Data(model)
    try #require(bytes.range(of: Data(text.utf8)) != nil)
    while let place = bytes.range(of: Data(text.utf8)) { bytes.replaceSubrange(place, with: Data(other.utf8)) }
    return [UInt8](bytes)
  }

  static func failure(_ path: String) -> String {
    do {
      _ = try LlamaJudge(config: JSONReader(["model": .string(path)]))
      return "opened"
    } catch { return "\(error)" }
  }

  @Test func whatIsNoModelSaysSo() throws {
    let cases: [([UInt8], String)] = [
      ([], "is not a GGUF file"),
      (Array("{\"not\": \"a model\"}".utf8), "is not a GGUF file"),
      (Array("GGUF".utf8), "ends after 4 bytes"),
      (Array("GGUF".utf8) + [1, 0, 0, 0], "is GGUF version 1; accepted: 2 and 3"),
      (Array("GGUF".utf8) + [0, 0, 0, 3], "is GGUF version 50331648"),
      (Array("GGUF".utf8) + [3, 0, 0, 0] + [UInt8](repeating: 255, count: 64), "llama.cpp cannot load it"),
      (try Self.model("tokenizer.chat_template", "tokenizer.chat_templatf"), "has no chat template"),
      (try Self.model("<|im_start|>", "<|mi_start|>"), "does not know its chat template, which begins with"),
    ]
    for (bytes, expected) in cases {
      let file = try Copy(bytes)
      let failure = Self.failure(file.path)
      #expect(failure.contains(expected), "\(failure)")
      #expect(failure.contains(file.path))
    }
  }

  @Test func anUnknownArchitectureIsNamed() throws {
    let file = try Copy(try Self.model("qwen2", "qwenx"))
    #expect(Self.failure(file.path).contains("unknown model architecture: 'qwenx'"))
  }

  @Test func aTruncatedFileIsNeverOpened() throws {
    for bytes in [100, 5_000, 100_000, Self.model.count / 2, Self.model.count - 1] {
      let file = try Copy(Array(Self.model.prefix(bytes)))
      #expect(Self.failure(file.path).contains("llama.cpp cannot load it: "), "\(bytes) bytes")
    }
  }

  @Test func whatIsNoFileSaysSo() {
    #expect(Self.failure("/nowhere/m.gguf") == "model: /nowhere/m.gguf: No such file or directory")
    #expect(Self.failure("/").contains("is not a file"))
  }

  @Test func aFileThatChangesIsNotUsedAnyLonger() async throws {
    let file = try Copy(Self.model)
    let judge = try LlamaJudge(config: JSONReader(["model": .string(file.path), "temperature": 0, "threads": 1]))
    defer { judge.close() }
    _ = try await judge.reply(to: Fixture.call("x", Sampling(maxTokens: 2)))
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file.path)
    await #expect(throws: PluginError.self) { try await judge.reply(to: Fixture.call("x", Sampling(maxTokens: 2))) }
  }

  @Test func theDescriptionIsOfTheFile() throws {
    let one = try Fixture.judge("qwen2")
    let other = try Fixture.judge("llama")
    defer {
      one.close()
      other.close()
    }
    #expect(one.description.fingerprint != other.description.fingerprint)
    #expect(one.description.model == "Tiny Qwen2")
    #expect(one.description.modalities == [.text])
    #expect(one.description.maxTopLogprobs == 20)
    #expect(one.description.kind == .generative)
  }
}

@Suite struct LlamaOptionsTests {
  static let refused: [(JSONValue, String)] = [
    ([:], "'model' is missing"),
    (["model": 3], "model: expected a string"),
    (["model": "m", "contxt": 4096], "contxt"),
    (["model": "m", "context": 8], "context: 8 is out of range; accepted: 32 to 4194304"),
    (["model": "m", "slots": 0], "slots: 0 is out of range"),
    (["model": "m", "batch": 32, "slots": 33], "batch: a step of 32 tokens has no room for one of each of 33 slots"),
    (["model": "m", "kv_type": "q4"], "kv_type"),
    (["model": "m", "kv_type": "q8_0"], "kv_type: q8_0 needs 'flash_attention: on'"),
    (["model": "m", "top_p": 0], "top_p: 0 leaves no token"),
    (["model": "m", "temperature": -1], "temperature: -1.0 is out of range"),
    (["model": "m", "mmproj": 1], "mmproj: expected a string"),
    (["model": "m", "image_max_tokens": 64], "image_max_tokens: says nothing without 'mmproj'"),
    (["model": "m", "frames": "pairs"], "frames: says nothing without 'mmproj'"),
    (
      ["model": "m", "mmproj": "p", "image_max_tokens": 0], "image_max_tokens: 0 is out of range; accepted: 1 to 65536"
    ),
    (
      ["model": "m", "mmproj": "p", "image_min_tokens": 65, "image_max_tokens": 64],
      "image_min_tokens: 65 is more than the 64 of 'image_max_tokens'"
    ),
    (["model": "m", "mmproj": "p", "frames": "video"], "frames"),
    (["model": "m", "mmproj": "p", "media_cache_bytes": -1], "media_cache_bytes: -1 is out of range"),
  ]

  @Test(arguments: refused)
  func whatIsWrongIsNamed(_ config: JSONValue, _ expected: String) {
    let error = #expect(throws: JSONError.self) { try LlamaOptions(JSONReader(config)) }
    #expect(error.map { "\($0)".contains(expected) } == true, "\(String(describing: error))")
  }

  @Test func aCacheLargerThanTheMemoryIsRefused() {
    let error = #expect(throws: PluginError.self) {
      try Context.checkMemory(weights: 1 << 40, cache: 1 << 60, asked: "4 slots of 8192 tokens")
    }
    #expect(error?.kind == .limit)
    #expect(throws: Never.self) { try Context.checkMemory(weights: 1, cache: 1, asked: "") }
  }

  @Test func aContextLongerThanTheTrainingIsRefused() {
    #expect(throws: PluginError.self) { try Fixture.judge("qwen2", ["context": 1025]) }
  }
}
