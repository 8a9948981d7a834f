import Grading
import JSON
import Judging
import LlamaScheduling
import PluginKit
import Rubrics
import Testing
import Wire

@testable import Llama

/// Answers held to the form that the rubric expects: whatever a model would like to write, it can be read.
@Suite struct GrammarTests {
  static let verdicts: [PairVerdict.Token] = [
    .init("A>>B", .init(.first, isStrong: true)), .init("A=B", .init(.tie)), .init("B\"\\", .init(.second)),
  ]
  static let words = Scale(labels: [.init("poor", 0), .init("good, or so", 1), .init("\"fine\"", 2)])
  static let shapes: [AnswerShape] = [
    AnswerShape(.answerTags, .pointwise, responses: 1, questions: [.init("score", Scale(1, 10))]),
    AnswerShape(.answerTags, .pairwise, responses: 2, questions: [.init("a", Scale(1, 5)), .init("b", words)]),
    AnswerShape(.answerTags, .listwise, responses: 7, questions: [.init("score", Scale(-3, 300))]),
    AnswerShape(.answerTags, .pointwise, responses: 1, questions: [.init("score", Scale(0, 1, step: nil))]),
    AnswerShape(.bracketed, .pointwise, responses: 1, questions: [.init("score", Scale(1, 5, step: 0.5))]),
    AnswerShape(.bracketed, .pairwise, responses: 2, questions: [.init("score", Scale(1, 5))], verdicts: verdicts),
    AnswerShape(.result, .pointwise, responses: 1, questions: [.init("score", Scale(1, 5))]),
    AnswerShape(.json, .pointwise, responses: 1, questions: [.init("score", Scale(1, 10))]),
    AnswerShape(.json, .pointwise, responses: 1, questions: [.init("a \"b\"", Scale(1, 10)), .init("c", words)]),
    AnswerShape(.json, .pairwise, responses: 2, questions: [.init("score", Scale(1, 10))]),
    AnswerShape(.json, .listwise, responses: 3, questions: [.init("a", Scale(1, 10)), .init("b", Scale(0, 1))]),
  ]

  /// The vocabulary of a real model, and logits at random: a model that wants to write anything but an answer.
  static func reply(_ shape: AnswerShape, after reasoning: String, seed: UInt64, temperature: Double) throws
    -> JudgeReply
  {
    let model = try LlamaModel(try LlamaOptions(JSONReader(Fixture.options("qwen2"))))
    var hold = AnswerHold(AnswerForm(grammar: try AnswerGrammar(shape.json), reasoningEnd: "</think>"))
    var sampler = Sampler(Sampler.Settings(temperature: temperature), seed: seed)
    var bytes: [UInt8] = []
    func write(_ token: Int32) throws {
      let old = bytes.count
      bytes += model.piece(token)
      try hold.wrote(token, bytes, old: old, model)
    }
    for token in model.tokens(reasoning, start: false, special: false) { try write(token) }
    var random = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    for _ in 0..<40_000 {
      let logits = (0..<model.vocabulary).map { _ in
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(random >> 40) * 0x1p-20
      }
      let token = try logits.withUnsafeBufferPointer { try hold.draw(&sampler, $0) }
      guard let token = token.map(Int32.init) else { break }
      if model.endsReply(token) { return JudgeReply(text: String(decoding: bytes, as: UTF8.self), finish: .stop) }
      try write(token)
    }
    return JudgeReply(text: String(decoding: bytes, as: UTF8.self), finish: .length)
  }

  @Test(
    arguments: shapes.indices, ["<think>Hm.</think>", "<think>5?</think>\n\n", "no, <answer>7</answer></think>"])
  func everyReplyCanBeRead(_ index: Int, after reasoning: String) throws {
    let shape = Self.shapes[index]
    for (seed, temperature) in zip(UInt64(1)..., [0, 0, 0.7, 1.5]) {
      let reply = try Self.reply(shape, after: reasoning, seed: seed, temperature: temperature)
      #expect(reply.finish == .stop && reply.text.hasPrefix(reasoning), "\(reply.text.prefix(300))")
      switch ReplyReader(shape).read(reply) {
      case .success: break
      case .failure(let why):
        // How many digits a number has is held to its scale; its steps are not.
        let isFine = shape.questions.contains {
          if case .number(_, _, let step) = $0.scale.kind { step != 1 } else { false }
        }
        #expect(
          isFine && why.reason == .outOfRange || shape.questions[0].scale == Scale(-3, 300),
          "\(why): \(reply.text.suffix(200))")
      }
    }
  }

  /// What stands after the reasoning already, as one token may hold both.
  static let begun: [(after: String, root: String)] = [
    ("", #"root ::= [ \n]{0,4} "<answer>" ( "1" | "2" ) "</answer>""#),
    ("\n\n", #"root ::= [ \n]{0,4} "<answer>" ( "1" | "2" ) "</answer>""#),
    ("\n<ans", #"root ::= "wer>" ( "1" | "2" ) "</answer>""#),
    ("<answer>", #"root ::=  ( "1" | "2" ) "</answer>""#),
    (" So: <", #"root ::= [ \n]{0,4} "<answer>" ( "1" | "2" ) "</answer>""#),
  ]

  @Test(arguments: begun) func whatIsBegunIsFinished(_ after: String, _ root: String) throws {
    let shape = AnswerShape(.answerTags, .pointwise, responses: 1, questions: [.init("score", Scale(1, 2))])
    let rules = try AnswerGrammar(shape.json).rules(after: after)
    #expect(rules.hasPrefix(root + "\n"), "\(rules)")
    let model = try LlamaModel(try LlamaOptions(JSONReader(Fixture.options("qwen2"))))
    _ = try GrammarState(rules, model)
  }

  static let refused: [(JSONValue, String)] = [
    ([:], "the pattern ''; accepted: answer-tags, bracketed, result, json"),
    (["pattern": "xml"], "the pattern 'xml'"),
    (["pattern": "answer-tags"], "no questions"),
    (["pattern": "answer-tags", "questions": []], "no questions"),
    (["pattern": "answer-tags", "responses": 0, "questions": []], "0 responses"),
    (["pattern": "answer-tags", "questions": [[:]]], "a question without its scale"),
    (["pattern": "answer-tags", "questions": [["answer": ["type": "sound"]]]], "the type 'sound' is not known"),
    (["pattern": "bracketed", "questions": []], "not one question"),
    (["pattern": "result", "verdicts": [1]], "verdicts that are no texts"),
    (["pattern": "json"], "no schema"),
    (["pattern": "json", "schema": ["type": "string"]], "a schema of no object"),
    (["pattern": "json", "schema": ["type": "object"]], "an object without 'properties'"),
    (
      ["pattern": "json", "schema": ["type": "object", "properties": ["a": ["type": "array"]]]],
      "a list without 'items'"
    ),
    (
      ["pattern": "json", "schema": ["type": "object", "properties": ["a": ["enum": []]]]], "an 'enum' without values"
    ),
  ]

  @Test(arguments: refused) func aShapeThatIsNotKnownIsRefused(_ shape: JSONValue, _ expected: String) async throws {
    let error = #expect(throws: PluginError.self) { try AnswerGrammar(shape) }
    #expect(error?.kind == .invalidInput)
    #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
  }

  @Test(arguments: ["root ::= (", "rot ::= \"a\"", "root ::= root"]) func rulesThatCannotBeReadAreNotPassedOver(
    _ rules: String
  ) throws {
    let model = try LlamaModel(try LlamaOptions(JSONReader(Fixture.options("qwen2"))))
    let error = #expect(throws: PluginError.self) { try GrammarState(rules, model) }
    #expect(error?.message.hasPrefix("llama.cpp does not read the grammar") == true)
  }

  /// The tiny models write nothing sensible, "dge" and "Idg" among it: here they end the reasoning.
  @Test(arguments: ["dge", "Idg", "I"], shapes.indices) func aModelAnswersAfterItsReasoning(_ end: String, _ index: Int)
    async throws
  {
    let judge = try Fixture.judge("llama", ["grammar": "after_reasoning", "reasoning_end": .string(end)])
    let free = try Fixture.judge("llama")
    defer {
      judge.close()
      free.close()
    }
    let shape = Self.shapes[index]
    let messages = Reference.all.filter { $0.model == "llama" }[0].messages
    func call(_ shape: JSONValue?) -> JudgeCall {
      JudgeCall(
        key: CallKey(item: "q", order: [0]), messages: messages, sampling: Sampling(maxTokens: 600, topLogprobs: 1),
        promptDigest: "sha256:q", answerShape: shape)
    }
    let reply = try await judge.reply(to: call(shape.json))
    // The reasoning is what it would be without a grammar.
    let reasoned = try await free.reply(to: call(nil)).text
    let place = try #require(reasoned.firstRange(of: end))
    #expect(reply.text.hasPrefix(reasoned[..<place.upperBound]))
    if shape.pattern == .json, reply.finish == .length { return }
    #expect(reply.finish == .stop, "\(reply.text)")
    if case .failure(let why) = ReplyReader(shape).read(reply) {
      #expect(why.reason == .outOfRange, "\(why): \(reply.text)")
    }
    // Log-probabilities are those of the model, which would rather have written something else.
    #expect(reply.tokens.contains { $0.logprob < $0.top[0].logprob - 0.1 })
  }
}
