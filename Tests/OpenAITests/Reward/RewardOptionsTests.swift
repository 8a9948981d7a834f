import JSON
import Judging
import PluginKit
import Testing

@testable import OpenAI

@Suite struct RewardOptionsTests {
  @Test func littleIsNeeded() throws {
    let reward = try #require(try Reward.options("classify", "{}").reward)
    #expect(reward.server == .vllm && reward.input == .messages && reward.activation == .none)
    let text = #"{"url": "http://h/v1", "model": "rm", "kind": "score"}"#
    #expect(try Options(JSONReader(JSONParser.parse(text))).reward?.input == .pair)
  }

  static let wrong: [(String, String, String)] = [
    ("chat", "{}", "reward: 'reward' belongs to reward models (kind classify, score, rerank, pooling, embeddings)"),
    (
      "score", #"{"server": "tei"}"#,
      "reward.server: tei gives no reward by kind score; kinds that it does: classify, rerank, embeddings"
    ),
    ("classify", #"{"server": "vlm"}"#, "reward.server: unknown value 'vlm'; did you mean 'vllm'?"),
    ("classify", #"{"sever": "vllm"}"#, "reward.sever: unknown field 'sever'; did you mean 'server'?"),
    ("classify", #"{"input": "pair"}"#, "reward.input: vllm takes no pair by kind classify; accepted: messages, text"),
    ("classify", #"{"input": "text"}"#, "reward: 'template' is missing: the server is sent one text"),
    ("classify", #"{"server": "sglang"}"#, "reward: 'template' is missing"),
    (
      "classify", #"{"input": "messages", "template": "chatml"}"#,
      "reward.template: has no effect: the input is messages"
    ),
    ("classify", #"{"query": "prompt"}"#, "reward.query: has no effect: the input is messages"),
    ("classify", #"{"label": "good"}"#, "reward.label: this server gives numbers without names"),
    ("classify", #"{"server": "tei", "input": "pair", "label": 1}"#, "reward.label: this server gives classes by name"),
    ("classify", #"{"label": -1}"#, "reward.label: -1 is out of range"),
    ("classify", #"{"activation": "relu"}"#, "reward.activation: unknown value 'relu'"),
    (
      "classify", #"{"steps": {"marker": "x"}}"#,
      "reward.steps: belongs to kind pooling, and this judge is of kind classify"
    ),
    ("classify", #"{"task": "classify"}"#, "reward.task: belongs to kind pooling"),
    ("pooling", #"{"steps": {}}"#, "reward.steps: 'marker' is missing"),
    ("pooling", #"{"steps": {"marker": ""}}"#, "reward.steps.marker: must not be empty"),
    ("pooling", #"{"steps": {"marker": "x", "separator": ""}}"#, "reward.steps.separator: must not be empty"),
    (
      "pooling", #"{"steps": {"marker": "x", "aggregate": "product"}}"#,
      "reward.steps.aggregate: a product of raw numbers"
    ),
    ("rerank", #"{"modalities": ["image"]}"#, "reward.modalities: has no effect: the input is pair"),
    ("classify", #"{"image": {}}"#, "reward.image: the judge is shown no pictures"),
    ("pooling", "[]", "reward: expected an object, found an array"),
  ]

  @Test(arguments: wrong.indices) func errorsNameTheField(at: Int) {
    let (kind, reward, message) = Self.wrong[at]
    let error = #expect(throws: JSONError.self) { try Reward.options(kind, reward) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: ["use_activation", "raw_scores", "truncate", "task", "messages", "texts"])
  func whatCupelWritesIsNotOverwritten(member: String) {
    let error = #expect(throws: JSONError.self) {
      try Reward.options("classify", "{}", more: #", "extra_body": {"\#(member)": true}"#)
    }
    #expect(error?.description.hasPrefix("extra_body.\(member): '\(member)' is written by Cupel") == true)
  }

  @Test func theDescriptionIsThatOfAScoringJudge() throws {
    let description = try Reward.judge("classify", "{}", FixedDelivery("")).description
    #expect(description.kind == .scoring && description.criteria == ["reward"] && description.model == "rm")
    #expect(description.modalities == [.text] && description.maxInFlight == 256)
  }
}
