import Foundation
import JSON
import Judging
import Testing
import Wire

@testable import Llama

/// The models beside these tests, and calls to them.
enum Fixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path

  static func path(_ name: String) -> String { "\(folder)/\(name).gguf" }

  /// Keys and values in float32, so that nothing but the order of sums separates a result from the reference.
  static func options(_ name: String, _ more: [String: JSONValue] = [:]) -> JSONValue {
    let usual: [String: JSONValue] = ["model": .string(path(name)), "kv_type": "f32", "threads": 1, "temperature": 0]
    return .object(JSONObject(usual.merging(more) { $1 }.map { ($0.key, $0.value) }))
  }

  static func judge(_ name: String, _ more: [String: JSONValue] = [:]) throws -> LlamaJudge {
    try LlamaJudge(config: JSONReader(options(name, more)))
  }

  static func call(
    _ messages: [JudgeMessage], _ sampling: Sampling = Sampling(), item: String = "q", sample: Int = 0,
    milliseconds: Int? = nil
  ) -> JudgeCall {
    JudgeCall(
      key: CallKey(item: item, order: [0], sample: sample), messages: messages, sampling: sampling,
      promptDigest: "sha256:\(item)", timeoutMilliseconds: milliseconds)
  }

  static func call(_ text: String, _ sampling: Sampling = Sampling(), item: String = "q", sample: Int = 0) -> JudgeCall
  {
    call([JudgeMessage(.user, [.text(text)])], sampling, item: item, sample: sample)
  }
}

/// What `transformers` computed (generate.py).
struct Reference: Sendable, CustomTestStringConvertible {
  struct Step: Sendable {
    let token: Int32
    let top: [(token: Int32, logprob: Double)]
  }

  let model: String
  let messages: [JudgeMessage]
  let prompt: [Int32]
  let steps: [Step]

  var testDescription: String { "\(model), \(prompt.count) tokens" }

  static let all: [Reference] = {
    let bytes = FileManager.default.contents(atPath: "\(Fixture.folder)/reference.json") ?? Data()
    do {
      let reader = JSONReader(try JSONParser.parse([UInt8](bytes)))
      return try ["qwen2", "llama"].flatMap { name in
        try reader.require(name).array().map { try Reference(name, $0) }
      }
    } catch { fatalError("reference.json: \(error)") }
  }()

  private init(_ model: String, _ reader: JSONReader) throws {
    self.model = model
    messages = try reader.require("messages").array().map { message in
      JudgeMessage(try message.require("role").choice(), [.text(try message.require("content").string())])
    }
    prompt = try reader.require("prompt").array().map { Int32(try $0.int()) }
    steps = try reader.require("reply").array().map { step in
      Step(
        token: Int32(try step.require("token").int()),
        top: try step.require("top").array().map { pair in
          (Int32(try pair.array()[0].int()), try pair.array()[1].double())
        })
    }
  }
}
