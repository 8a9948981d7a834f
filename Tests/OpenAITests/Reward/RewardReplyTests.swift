import JSON
import Judging
import Testing
import Wire

@testable import OpenAI

/// What becomes of the numbers that a server gives.
@Suite struct RewardReplyTests {
  static func probs(_ numbers: String) -> String { #"{"data": [{"index": 0, "probs": [\#(numbers)]}]}"# }
  static let good = #"[{"score": 3, "label": "good"}, {"score": 1, "label": "mixed"}, {"score": -2, "label": "bad"}]"#

  static let numbers: [(String, String, String, CriterionScore.Measured)] = [
    ("classify", #"{"label": 1}"#, probs("-1, 2"), .init(value: 2, score: nil, reason: "raw number of class 1 of 2")),
    (
      "classify", #"{"activation": "sigmoid"}"#, probs("0"),
      .init(value: 0, score: 0.5, reason: "sigmoid of the raw number")
    ),
    (
      "classify", #"{"activation": "softmax", "label": 0}"#, probs("1000, 1000"),
      .init(value: 1000, score: 0.5, reason: "softmax of the raw number of class 0 of 2")
    ),
    (
      "classify", #"{"activation": "server"}"#, probs("0.25"),
      .init(value: 0.25, score: 0.25, reason: "as the server gives it")
    ),
    (
      "classify", #"{"activation": "server"}"#, probs("1.0000001"),
      .init(value: 1.0000001, score: 1, reason: "as the server gives it")
    ),
    (
      "classify", #"{"activation": "server", "label": 1}"#, probs("0.25, 0.75"),
      .init(value: 0.75, score: 0.75, reason: "as the server gives it of class 1 of 2")
    ),
    (
      "classify", #"{"server": "tei", "input": "pair", "label": "bad"}"#, good,
      .init(value: -2, score: nil, reason: "raw number of 'bad' of 3")
    ),
    (
      "classify", #"{"activation": "sigmoid"}"#, probs("-1e300"),
      .init(value: -1e300, score: 0, reason: "sigmoid of the raw number")
    ),
    (
      "classify", #"{"activation": "sigmoid"}"#, probs("5000"),
      .init(value: 5000, score: 1, reason: "sigmoid of the raw number")
    ),
  ]

  @Test(arguments: numbers.indices) func areActivatedAsConfigured(at: Int) async throws {
    let (kind, reward, reply, expected) = Self.numbers[at]
    let outcome = try await Reward.outcome(kind, reward, reply: reply)
    #expect(outcome.measured == expected, "\(outcome)")
  }

  static let broken: [(kind: String, reward: String, reply: String, message: String)] = [
    ("classify", "{}", "", "the answer is empty"),
    ("classify", "{}", "<html>", "the answer is a page"),
    ("classify", "{}", #"{"data": [{"probs": [0.5"#, "the answer is not JSON (line 1"),
    ("classify", "{}", probs("NaN"), "the answer is not JSON (line 1"),
    ("classify", "{}", probs("Infinity"), "the answer is not JSON (line 1"),
    ("classify", "{}", probs("1e999"), "the answer is not JSON (line 1"),
    ("classify", "{}", probs("null"), "data[0].probs[0]: expected a number, found null"),
    ("classify", "{}", probs(#""0.5""#), "data[0].probs[0]: expected a number, found a string"),
    ("classify", "{}", probs("true"), "data[0].probs[0]: expected a number, found a boolean"),
    ("classify", "{}", probs("[0.5]"), "data[0].probs[0]: expected a number, found an array"),
    ("classify", "{}", probs(""), "there is no number in it"),
    ("classify", "{}", #"{"data": []}"#, "data: one conversation was asked about, and there are 0 answers"),
    ("classify", "{}", #"{"data": [{"probs": [1]}, {"probs": [2]}]}"#, "there are 2 answers"),
    (
      "classify", "{}", #"{"data": [{"index": 1, "probs": [1]}]}"#,
      "data[0].index: is 1, and what was asked about has the index 0"
    ),
    (
      "classify", "{}", #"{"data": [{"index": 0, "probs": [1], "num_classes": 2}]}"#,
      "says 2 classes, and there are 1 numbers"
    ),
    ("classify", "{}", #"{"data": {"probs": [1]}}"#, "data: expected an array, found an object"),
    ("classify", "{}", "[]", "expected an object, found an array"),
    ("classify", "{}", "2.5", "expected an object, found a number"),
    (
      "classify", "{}", #"{"error": {"message": "the engine is\ndead", "code": 500}}"#,
      "status 200, but the answer is an error 500: the engine is dead"
    ),
    (
      "classify", "{}", #"{"error": "Model is overloaded", "error_type": "overloaded"}"#,
      "is an error: Model is overloaded"
    ),
    ("classify", "{}", #"{"object": "error", "message": "no such model"}"#, "is an error: no such model"),
    ("classify", "{}", probs("1, 2, 3"), "gives 3 numbers, for classes 0 to 2; reward.label: say which is the reward"),
    ("classify", #"{"label": 3}"#, probs("1, 2, 3"), "for classes 0 to 2; reward.label: that is not among them"),
    ("classify", #"{"label": 0}"#, probs("0.25, 0.75"), "raw numbers were asked for, and these are probabilities"),
    ("classify", #"{"activation": "softmax"}"#, probs("2"), "a softmax of one number is always 1"),
    ("classify", #"{"activation": "server"}"#, probs("2.5"), "the server gave 2.5, which is no probability"),
    ("classify", #"{"activation": "server"}"#, probs("-0.01"), "the server gave -0.01, which is no probability"),
    (
      "classify", #"{"server": "tei", "input": "pair"}"#, good,
      "for classes 'bad', 'good', 'mixed'; reward.label: say which is the reward"
    ),
    ("classify", #"{"server": "tei", "input": "pair", "label": "best"}"#, good, "reward.label: that is not among them"),
    (
      "classify", #"{"server": "tei", "input": "pair"}"#, #"[{"score": 1, "label": "a"}, {"score": 2, "label": "a"}]"#,
      "'a' is there twice"
    ),
    ("classify", #"{"server": "tei", "input": "pair"}"#, "[]", "there is no number in it"),
    (
      "classify", #"{"server": "sglang", "template": "chatml"}"#, #"{"embedding": 2.5}"#, "embedding: expected an array"
    ),
    ("score", "{}", #"{"data": [{"index": 0, "score": "high"}]}"#, "data[0].score: expected a number, found a string"),
    ("score", "{}", #"{"data": [{"index": 0}]}"#, "data[0]: 'score' is missing"),
    ("rerank", "{}", #"{"results": [{"index": 0, "relevance_score": null}]}"#, "'relevance_score' is missing"),
    ("rerank", "{}", #"{"results": [{"index": 2, "relevance_score": 1}]}"#, "results[0].index: is 2"),
    ("rerank", "{}", #"[{"index": 0, "score": 1}]"#, "expected an object, found an array"),
    ("rerank", #"{"server": "tei"}"#, #"{"results": []}"#, "expected an array, found an object"),
    ("pooling", "{}", #"{"data": [{"index": 0, "data": [[1], [2]]}]}"#, "data[0].data: there are 2 rows of numbers"),
    (
      "pooling", "{}", #"{"data": [{"index": 0, "data": "AACAPw=="}]}"#,
      "data[0].data: expected an array, found a string"
    ),
    (
      "embeddings", #"{"template": "chatml"}"#, #"{"data": [{"embedding": [0.1, 0.2, 0.3]}]}"#,
      "gives 3 numbers, for classes 0 to 2"
    ),
    ("embeddings", #"{"server": "tei", "template": "chatml"}"#, "[[1], [2]]", "there are 2 answers"),
  ]

  @Test(arguments: broken.indices) func whatIsNotAnAnswerIsNoScore(at: Int) async throws {
    let (kind, reward, reply, message) = Self.broken[at]
    let outcome = try await Reward.outcome(kind, reward, reply: reply)
    let problem = try #require(outcome.problem, "\(outcome)")
    #expect(problem.reason == .judgeError)
    #expect(problem.message.contains(message), "\(problem.message)")
    #expect(problem.spent.requests == 2)
  }

  @Test func everyTruncationOfAnAnswerIsNoScore() async throws {
    let whole =
      #"{"data": [{"index": 0, "probs": [2.5], "num_classes": 1}], "model": "m", "usage": {"prompt_tokens": 3}}"#
    for length in 0..<whole.utf8.count {
      let outcome = try await Reward.outcome("classify", "{}", reply: String(whole.prefix(length)))
      #expect(outcome.problem?.reason == .judgeError, "\(length)")
    }
    let outcome = try await Reward.outcome("classify", "{}", reply: whole)
    #expect(try outcome.get().usage == Usage(promptTokens: 3, completionTokens: 0, requests: 2))
    #expect(try outcome.get().model == "m")
  }

  @Test(arguments: ["-1", "1.5", "\"3\"", "null", "1e30"]) func countsThatMakeNoSenseAreNotTold(count: String)
    async throws
  {
    let reply = #"{"data": [{"probs": [1]}], "usage": {"prompt_tokens": \#(count)}}"#
    #expect(try await Reward.outcome("classify", "{}", reply: reply).get().usage == Usage(requests: 2))
  }

  @Test func whatDeliverySaysIsPassedOnWithItsCost() async throws {
    let failure = DeliveryFailure(unscored: Unscored(.overloaded, "as delivered"), attempts: 3, refusal: nil)
    let judge = try Reward.judge("classify", "{}", FixedDelivery(failure))
    let error = await #expect(throws: Unscored.self) { try await judge.reply(to: Reward.call()) }
    #expect(error == Unscored(.overloaded, "as delivered", spent: Usage(requests: 3)))
  }
}
