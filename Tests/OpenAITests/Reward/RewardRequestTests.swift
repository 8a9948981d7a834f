import JSON
import Judging
import Media
import PluginKit
import Testing
import Wire

@testable import OpenAI

/// What each endpoint is sent.
@Suite struct RewardRequestTests {
  struct Contract: Sendable, CustomTestStringConvertible {
    let kind: String
    let reward: String
    let path: String
    var root = Letter.Root.server
    let body: String
    let reply: String
    var testDescription: String { "\(kind) \(reward)" }
  }

  static let text = #""template": "Q: {prompt}\nA: {response}""#
  static let turns =
    #""messages":[{"content":"6 × 7?","role":"user"},{"content":"42","role":"assistant"}],"model":"rm""#
  static let vllmRow = #"{"data": [{"index": 0, "label": "LABEL_0", "probs": [2.5], "num_classes": 1}]}"#
  static let embedding = #"{"data": [{"index": 0, "embedding": [2.5]}], "model": "m", "usage": {"prompt_tokens": 3}}"#
  static let ranked = #"{"results": [{"index": 0, "relevance_score": 2.5}], "model": "m"}"#

  static let contracts = [
    Contract(
      kind: "classify", reward: "{}", path: "/classify",
      body: #"{"activation":false,\#(turns),"use_activation":false}"#,
      reply: vllmRow),
    Contract(
      kind: "classify", reward: "{\(text)}", path: "/classify",
      body: #"{"activation":false,"input":"Q: 6 × 7?\nA: 42","model":"rm","use_activation":false}"#, reply: vllmRow),
    Contract(
      kind: "classify", reward: #"{"server": "sglang", \#(text)}"#, path: "/classify",
      body: #"{"text":"Q: 6 × 7?\nA: 42"}"#, reply: #"{"embedding": [2.5], "meta_info": {"prompt_tokens": 3}}"#),
    Contract(
      kind: "classify", reward: #"{"server": "sglang", \#(text)}"#, path: "/classify",
      body: #"{"text":"Q: 6 × 7?\nA: 42"}"#, reply: #"[{"embedding": [2.5], "meta_info": {"prompt_tokens": 3}}]"#),
    Contract(
      kind: "classify", reward: #"{"server": "tei", \#(text)}"#, path: "/predict",
      body: #"{"inputs":"Q: 6 × 7?\nA: 42","raw_scores":true,"truncate":false}"#,
      reply: #"[{"score": 2.5, "label": "LABEL_0"}]"#),
    Contract(
      kind: "classify", reward: #"{"server": "tei", "input": "pair"}"#, path: "/predict",
      body: #"{"inputs":["6 × 7?","42"],"raw_scores":true,"truncate":false}"#,
      reply: #"[{"score": 2.5, "label": "LABEL_0"}]"#),
    Contract(
      kind: "classify", reward: #"{"server": "infinity", \#(text)}"#, path: "/classify",
      body: #"{"input":["Q: 6 × 7?\nA: 42"],"model":"rm","raw_scores":true}"#,
      reply: #"{"object": "classify", "data": [[{"score": 2.5, "label": "good"}]], "model": "rm"}"#),
    Contract(
      kind: "score", reward: "{}", path: "/score",
      body: #"{"activation":false,"model":"rm","text_1":"6 × 7?","text_2":"42","use_activation":false}"#,
      reply: #"{"data": [{"index": 0, "object": "score", "score": 2.5}]}"#),
    Contract(
      kind: "rerank", reward: "{}", path: "/rerank", root: .base,
      body: #"{"activation":false,"documents":["42"],"model":"rm","query":"6 × 7?","use_activation":false}"#,
      reply: ranked),
    Contract(
      kind: "rerank", reward: #"{"server": "cohere"}"#, path: "/rerank", root: .base,
      body: #"{"documents":["42"],"model":"rm","query":"6 × 7?"}"#, reply: ranked),
    Contract(
      kind: "rerank", reward: #"{"server": "infinity"}"#, path: "/rerank",
      body: #"{"documents":["42"],"model":"rm","query":"6 × 7?","raw_scores":true}"#, reply: ranked),
    Contract(
      kind: "rerank", reward: #"{"server": "sglang"}"#, path: "/rerank", root: .base,
      body: #"{"documents":["42"],"model":"rm","query":"6 × 7?"}"#,
      reply: #"[{"score": 2.5, "document": "42", "index": 0}]"#),
    Contract(
      kind: "rerank", reward: #"{"server": "tei"}"#, path: "/rerank",
      body: #"{"query":"6 × 7?","raw_scores":true,"texts":["42"],"truncate":false}"#,
      reply: #"[{"index": 0, "score": 2.5}]"#),
    Contract(
      kind: "pooling", reward: #"{"task": "classify"}"#, path: "/pooling",
      body: #"{"activation":false,\#(turns),"task":"classify","use_activation":false}"#,
      reply: #"{"data": [{"index": 0, "object": "pooling", "data": [2.5]}]}"#),
    Contract(
      kind: "embeddings", reward: "{\(text)}", path: "/embeddings", root: .base,
      body:
        #"{"activation":false,"encoding_format":"float","input":"Q: 6 × 7?\nA: 42","model":"rm","use_activation":false}"#,
      reply: embedding),
    Contract(
      kind: "embeddings", reward: #"{"server": "sglang", \#(text)}"#, path: "/embeddings", root: .base,
      body: #"{"encoding_format":"float","input":"Q: 6 × 7?\nA: 42","model":"rm"}"#, reply: embedding),
    Contract(
      kind: "embeddings", reward: #"{"server": "tei", \#(text)}"#, path: "/embed",
      body: #"{"inputs":"Q: 6 × 7?\nA: 42","normalize":false,"truncate":false}"#, reply: "[[2.5]]"),
  ]

  @Test(arguments: contracts) func isSentAndRead(contract: Contract) async throws {
    let delivery = FixedDelivery(contract.reply)
    let reply = try await Reward.judge(contract.kind, contract.reward, delivery).reply(to: Reward.call())
    #expect(delivery.letters.map(\.text) == [contract.body])
    #expect(delivery.letters.map(\.path) == [contract.path])
    #expect(delivery.letters.map(\.root) == [contract.root])
    #expect(reply.scores.map(\.name) == ["reward"])
    #expect(try reply.scores[0].outcome.get() == .init(value: 2.5, score: nil, reason: "raw number"))
    #expect(reply.usage.requests == 2 && reply.finish == nil && reply.text.isEmpty)
  }

  @Test(arguments: [
    ("classify", "vllm", #""activation": "server""#, #"{\#(turns)}"#),
    (
      "rerank", "tei", #""activation": "server""#,
      #"{"query":"6 × 7?","raw_scores":false,"texts":["42"],"truncate":false}"#
    ),
  ]) func theServersOwnActivationIsLeftToIt(kind: String, server: String, option: String, body: String) async throws {
    let delivery = FixedDelivery("{}")
    let judge = try Reward.judge(kind, #"{"server": "\#(server)", \#(option)}"#, delivery)
    await #expect(throws: Unscored.self) { try await judge.reply(to: Reward.call()) }
    #expect(delivery.letters.map(\.text) == [body])
  }

  @Test func extraMembersAreAdded() async throws {
    let delivery = FixedDelivery(Self.vllmRow)
    let judge = try Reward.judge("classify", "{}", delivery, more: #", "extra_body": {"truncate_prompt_tokens": 512}"#)
    _ = try await judge.reply(to: Reward.call())
    #expect(delivery.letters[0].text.contains(#""truncate_prompt_tokens":512"#))
  }

  @Test func systemTurnsAndTheReferenceHaveTheirPlaces() async throws {
    let delivery = FixedDelivery(Self.vllmRow)
    let call = Reward.call([
      (.system, "Be brief."), (.user, "a"), (.assistant, "b"), (.user, "c"), (.assistant, "d"), (.reference, "e"),
    ])
    _ = try await Reward.judge("classify", "{}", delivery).reply(to: call)
    #expect(!delivery.letters[0].text.contains(#""e""#))
    #expect(delivery.letters[0].text.contains(#"{"content":"Be brief.","role":"system"}"#))
    let pair = FixedDelivery(Self.ranked)
    let withReference = Reward.call(Reward.plain + [(.reference, "forty-two")])
    _ = try await Reward.judge("rerank", #"{"query": "reference"}"#, pair).reply(to: withReference)
    #expect(pair.letters[0].text.contains(#""query":"forty-two""#))
  }

  @Test func picturesGoIntoMessages() async throws {
    let image = Image(width: 1, height: 1, pixels: [255, 0, 0])
    let messages = [
      JudgeMessage(.user, [.text("What is it?"), .image(image)]), JudgeMessage(.assistant, [.text("Red.")]),
    ]
    let call = JudgeCall(
      key: CallKey(item: "q", response: 0, order: [0]), messages: messages, sampling: Sampling(), promptDigest: "")
    let delivery = FixedDelivery(Self.vllmRow)
    _ = try await Reward.judge("classify", #"{"modalities": ["image"]}"#, delivery).reply(to: call)
    #expect(delivery.letters[0].text.contains(#"{"image_url":{"url":"data:image/png;base64,"#))
    let seeing = try Reward.judge("classify", #"{"modalities": ["image"]}"#, delivery)
    #expect(seeing.description.modalities == [.text, .image])
    for (kind, reward) in [("rerank", "{}"), ("classify", #"{"template": "chatml"}"#), ("classify", "{}")] {
      let blind = try Reward.judge(kind, reward, FixedDelivery("{}"))
      let error = await #expect(throws: Unscored.self) { try await blind.reply(to: call) }
      #expect(error?.reason == .invalidInput, "\(kind)")
    }
  }

  static let unfit: [(String, String, [(JudgeMessage.Role, String)], String)] = [
    (
      "rerank", "{}", [(.system, "a"), (.user, "b"), (.assistant, "c")],
      "the conversation has 3 turns, and the judge is sent"
    ),
    ("rerank", "{}", [(.assistant, "c")], "there is no prompt, and the judge is sent"),
    ("rerank", #"{"query": "reference"}"#, Reward.plain, "there is no reference"),
    ("classify", "{}", [(.user, "b")], "there is no response to give a reward for"),
    ("classify", #"{"template": "{prompt}{response}{reference}"}"#, Reward.plain, "there is no reference"),
    ("classify", #"{"template": "chatml"}"#, [(.user, "a"), (.assistant, "b<|im_end|>\u{301}")], "holds '<|im_end|>'"),
    (
      "classify", #"{"template": {"user": "{content}", "assistant": "{content}"}}"#,
      [(.system, "a"), (.assistant, "b")],
      "has a turn of the system, and the template none"
    ),
    (
      "pooling", #"{"steps": {"marker": "<extra_0>"}}"#, [(.user, "a"), (.assistant, "b<extra_0>\u{300}c")],
      "holds '<extra_0>'"
    ),
  ]

  @Test(arguments: unfit.indices) func whatCannotBeShownIsInvalidInput(at: Int) async throws {
    let (kind, reward, messages, message) = Self.unfit[at]
    let delivery = FixedDelivery("{}")
    let judge = try Reward.judge(kind, reward, delivery)
    let error = await #expect(throws: Unscored.self) { try await judge.reply(to: Reward.call(messages)) }
    #expect(error?.reason == .invalidInput)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect(delivery.letters.isEmpty)
  }
}

@Suite struct RewardTemplateTests {
  private func text(_ template: String, _ messages: [(JudgeMessage.Role, String)]) throws -> String {
    let template = try RewardTemplate(JSONReader(JSONParser.parse(template)))
    return try template.text(RewardConversation(Reward.call(messages)))
  }

  static let chat: [(JudgeMessage.Role, String)] = [
    (.system, "S"), (.user, "{prompt} <b>"), (.assistant, "{response}"),
  ]

  @Test(arguments: [
    (#""{{{prompt}}} -> {response}""#, Reward.plain, "{6 × 7?} -> 42"),
    (#""{response}\n({reference})""#, [(.user, "a"), (.assistant, "{prompt}"), (.reference, "r")], "{prompt}\n(r)"),
    (
      #""chatml""#, chat,
      "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\n{prompt} <b><|im_end|>\n<|im_start|>assistant\n{response}<|im_end|>\n"
    ),
    (
      #"{"start": "<s>", "system": "[SYS]{content}[/SYS]", "user": "U:{content};", "assistant": "A:{content}", "end": "</s>"}"#,
      chat, "<s>[SYS]S[/SYS]U:{prompt} <b>;A:{response}</s>"
    ),
  ]) func makesOneText(template: String, messages: [(JudgeMessage.Role, String)], expected: String) throws {
    #expect(try text(template, messages) == expected)
  }

  @Test(arguments: [
    (#""{prompt}""#, "has no {response}"), (#""{prompt} {respons}""#, "'{' belongs to no slot"),
    (#""{response} }""#, "'}' closes no slot"), (#""{response} {""#, "'{' belongs to no slot"),
    (#""{response}{content}""#, "'{' belongs to no slot"), (#"{"user": "{content}"}"#, "'assistant' is missing"),
    (#"{"user": "u", "assistant": "{content}"}"#, "user: has no {content}"),
    (#"{"user": "{content}", "assistant": "{content}", "tool": "x"}"#, "tool: unknown field 'tool'"),
    ("3", "expected an object, found an integer"),
  ]) func saysWhatIsWrong(template: String, message: String) {
    let error = #expect(throws: JSONError.self) { try RewardTemplate(JSONReader(JSONParser.parse(template))) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }
}
