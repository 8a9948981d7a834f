import Foundation
import JSON
import Judging
import LlamaScheduling
import PluginKit
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

  /// The tokens of a prompt without media.
  static func prompt(_ messages: [JudgeMessage], _ model: LlamaModel) throws(PluginError) -> [Int32] {
    try Prompt(messages, model: model, MediaPlacing(nil, .images, mostTokens: 1)).units.textTokens
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
    steps = try Self.steps(reader)
  }

  static func steps(_ reader: JSONReader, _ member: String = "reply") throws -> [Step] {
    try reader.require(member).array().map { step in
      Step(
        token: Int32(try step.require("token").int()),
        top: try step.require("top").array().map { pair in
          (Int32(try pair.array()[0].int()), try pair.array()[1].double())
        })
    }
  }

  /// Expects the tokens of a reply to be those of the reference. Returns how far the log-probabilities of the likeliest five are
  /// from it at most.
  static func distance(_ reply: JudgeReply, _ steps: [Step], _ model: LlamaModel) -> Double {
    let ends = steps.last.map { model.endsReply($0.token) } ?? false
    let written = ends ? Array(steps.dropLast()) : steps
    #expect(reply.finish == (ends ? .stop : .length))
    #expect(reply.text == String(decoding: written.flatMap { model.piece($0.token) }, as: UTF8.self))
    #expect(reply.tokens.count == written.count)
    var farthest = 0.0
    for (token, step) in zip(reply.tokens, written) {
      #expect(token.top.count == 5)
      #expect(token.top[0] == JudgeReply.Token(text: token.text, logprob: token.logprob))
      for (ours, theirs) in zip(token.top, step.top) { farthest = max(farthest, abs(ours.logprob - theirs.logprob)) }
    }
    return farthest
  }
}
