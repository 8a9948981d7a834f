import Foundation
import JSON
import Judging
import PluginKit
import Testing
import Wire

@testable import Llama

/// The templates that llama.cpp knows, and what becomes of a model whose own it does not.
@Suite struct TemplateTests {
  static func model(_ name: String) throws -> LlamaModel {
    try LlamaModel(try LlamaOptions(JSONReader(Fixture.options("qwen2", ["template": .string(name)]))))
  }

  @Test func namesAreThoseOfTheLibrary() {
    for name in ["chatml", "llama3", "gemma", "mistral-v7", "deepseek3"] {
      #expect(LlamaModel.templateNames.contains(name))
    }
  }

  static let conversations: [[JudgeMessage]] = [
    [JudgeMessage(.user, [.text("ask")])],
    [JudgeMessage(.system, [.text("rule")]), JudgeMessage(.user, [.text("ask")])],
    [
      JudgeMessage(.system, [.text("rule")]), JudgeMessage(.user, [.text("ask")]),
      JudgeMessage(.assistant, [.text("say")]),
      JudgeMessage(.user, [.text("again")]),
    ],
  ]

  /// Also for models without a system role, such as Gemma and Mistral: what the system message says is in the prompt, once and in its
  /// place, or the call is refused. It is never left out in silence.
  @Test(arguments: LlamaModel.templateNames) func everyTemplateShowsEveryMessageOnce(_ name: String) throws {
    let model = try Self.model(name)
    for messages in Self.conversations {
      do throws(PluginError) {
        let tokens = try Fixture.prompt(messages, model)
        let text = String(decoding: tokens.flatMap { model.piece($0) }, as: UTF8.self)
        var rest = text[...]
        for message in messages {
          guard case .text(let content)? = message.parts.first else { continue }
          guard let place = rest.range(of: content) else {
            Issue.record("\(content) is not, or not there, in \(text)")
            break
          }
          rest = rest[place.upperBound...]
        }
      } catch {
        #expect(error.kind == .invalidInput && error.message.contains("chat template"), "\(error)")
      }
    }
  }

  static let withoutSystemRole: [(String, String)] = [
    ("gemma", "<start_of_turn>user\nrule\n\nask<end_of_turn>\n<start_of_turn>model\n"),
    ("mistral-v3", "[INST] rule\n\nask[/INST]"),
    ("llama2", "[INST] rule\nask [/INST]"),
    ("chatml", "<|im_start|>system\nrule<|im_end|>\n<|im_start|>user\nask<|im_end|>\n<|im_start|>assistant\n"),
  ]

  @Test(arguments: withoutSystemRole) func aSystemMessageGoesWhereTheTemplateHasIt(_ name: String, _ expected: String)
    throws
  {
    let model = try Self.model(name)
    let tokens = try Fixture.prompt(Self.conversations[1], model)
    #expect(String(decoding: tokens.flatMap { model.piece($0) }, as: UTF8.self) == expected)
  }

  @Test func aTemplateThatThereIsNotIsNamed() {
    let error = #expect(throws: PluginError.self) { try Self.model("chatlm") }
    #expect(error?.message.hasPrefix("template: llama.cpp knows none of the name 'chatlm'; accepted: ") == true)
    #expect(error?.message.contains("chatml, ") == true)
  }

  /// A file without a template, or with one that the library does not know, and an option that says which it is like.
  @Test(arguments: [("tokenizer.chat_template", "tokenizer.chat_templatf"), ("<|im_start|>", "<|mi_start|>")])
  func aNamedTemplateStandsInForTheFiles(_ text: String, _ other: String) async throws {
    let file = try OpeningTests.Copy(try OpeningTests.model(text, other))
    let failure = OpeningTests.failure(file.path)
    #expect(failure.contains("say with 'template' which of these goes with it: "), "\(failure)")
    #expect(failure.contains(", chatml, "))
    let judge = try LlamaJudge(
      config: JSONReader(["model": .string(file.path), "template": "chatml", "threads": 1, "temperature": 0]))
    defer { judge.close() }
    let own = try Fixture.judge("qwen2", ["kv_type": "f16"])
    defer { own.close() }
    let call = Fixture.call("x", Sampling(maxTokens: 8))
    let reply = try await judge.reply(to: call)
    #expect((reply.usage.completionTokens ?? 0) > 0)
    // Where only the template is gone, and no token's name with it, the prompt is the same.
    if text == "tokenizer.chat_template" { #expect(try await own.reply(to: call).text == reply.text) }
  }
}
