import CupelTesting
import Grading
import JSON
import Judging
import PluginHost
import PluginKit
import Rubrics
import Testing
import Wire

@testable import OpenAI

/// Reward models as they are opened from a configuration, against a server.
@Suite struct RewardServerTests {
  private func config(_ server: ModelServer, _ kind: String, _ reward: String, _ more: String = "") throws -> JSONValue
  {
    try JSONParser.parse(
      #"{"url": "\#(server.url)/v1", "model": "rm", "kind": "\#(kind)", "reward": \#(reward)\#(more)}"#)
  }

  static let endpoints: [(kind: String, reward: String, target: String, reply: ModelServer.Reply)] = [
    ("classify", "{}", "/classify", .classify([[2.5]])), ("score", "{}", "/score", .score([2.5])),
    ("rerank", "{}", "/v1/rerank", .rerank([2.5])), ("pooling", "{}", "/pooling", .pooling([[2.5]])),
    ("embeddings", #"{"server": "sglang", "template": "chatml"}"#, "/v1/embeddings", .embeddings([[2.5]])),
    (
      "pooling", #"{"steps": {"marker": "<extra_0>", "aggregate": "last"}}"#, "/pooling",
      .pooling(perToken: [[[1], [2.5]]])
    ),
  ]

  @Test(arguments: endpoints.indices) func everyEndpointIsFound(at: Int) async throws {
    let (kind, reward, target, reply) = Self.endpoints[at]
    let server = try ModelServer { $0.target == target ? reply : .unknownPath($0) }
    defer { server.close() }
    let judge = try OpenAIJudge(config: JSONReader(config(server, kind, reward)))
    defer { judge.close() }
    var call = Reward.call([(.user, "Q"), (.assistant, "a\n\nb")])
    call.traceParent = TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    let answer = try await judge.reply(to: call)
    #expect(server.requests.first?.header("traceparent") == call.traceParent?.text)
    #expect(try answer.scores[0].outcome.get().value == 2.5)
    #expect(answer.usage.requests == 1 && server.requests.count == 1)
  }

  static let failures: [(ModelServer.Reply, UnscoredReason, String)] = [
    (.error(400, "This model's maximum context length is 4096 tokens."), .invalidInput, "maximum context length"),
    (
      .error(413, "`inputs` must have less than 512 tokens. Given: 800", dialect: .textEmbeddings, type: "Validation"),
      .invalidInput, "must have less than 512 tokens"
    ),
    (.error(404, "The model `rm` does not exist."), .judgeError, "does not exist"),
    (.unknown, .judgeError, "404"),
    (.classify([[2.5]]).with(.htmlPage), .judgeError, "the answer is a page"),
    (.classify([[2.5]]).with(.errorWith200), .judgeError, "an error 500: the engine is dead"),
    (.classify([[2.5]]).with(.emptyBody), .judgeError, "the answer is empty"),
    (.classify([[2.5]]).with(.halfJSON), .judgeError, "the answer is not JSON"),
    (.classify([[2.5]]).with(.close), .judgeError, "closed"),
    (.classify([]), .judgeError, "there are 0 answers"),
    (.classify([[1], [2]]), .judgeError, "there are 2 answers"),
    (.classify([[1, 2]]), .judgeError, "reward.label"),
    (.chat("42"), .judgeError, "'data' is missing"),
  ]

  @Test(arguments: failures.indices) func failuresAreNoScores(at: Int) async throws {
    let (reply, reason, message) = Self.failures[at]
    let server = try ModelServer { _ in reply }
    defer { server.close() }
    let judge = try OpenAIJudge(config: JSONReader(config(server, "classify", "{}", #", "retries": 0"#)))
    defer { judge.close() }
    let unscored = await #expect(throws: Unscored.self) { try await judge.reply(to: Reward.call()) }
    #expect(
      unscored?.reason == reason && unscored?.message.contains(message) == true, "\(String(describing: unscored))")
    #expect(unscored?.spent.requests == 1)
  }

  @Test func attemptsAreCounted() async throws {
    let server = try ModelServer { $0.times == 1 ? .error(503, retryAfter: "0") : .classify([[2.5]]) }
    defer { server.close() }
    let judge = try OpenAIJudge(config: JSONReader(config(server, "classify", "{}")))
    defer { judge.close() }
    #expect(try await judge.reply(to: Reward.call()).usage.requests == 2)
  }

  /// Through the shared library and the road: what `cupel grade --rubric reward` does.
  @Test func thePipelineJudgesByReward() async throws {
    let server = try ModelServer { request in
      let text = String(decoding: request.body, as: UTF8.self)
      if text.contains("Perth") { return .error(400, "This model's maximum context length is 8 tokens.") }
      return .classify([[text.contains("Canberra") ? 3.5 : -1.25]])
    }
    defer { server.close() }
    let judge = try PluginHost().judge(plugin: "openai", name: "rm", config: config(server, "classify", "{}"))
    #expect(judge.description.kind == .scoring)
    let library = RubricLibrary(folders: [Self.rubrics], styleFolders: [Self.rubrics + "/styles"])
    var options = Pipeline.Options()
    let prompt = Content(turns: [
      Turn(role: "system", parts: [.text("Be brief.")]), Turn(role: "user", parts: [.text("Australia's capital?")]),
    ])
    let item = Item(id: "q", prompt: prompt, responses: ["Sydney", "Canberra", "Perth"].map { Content($0) })
    let alone = try await Pipeline(
      rubric: library.rubric("reward"), judge: judge, checks: nil, media: nil, options: options
    ).judge(item)
    #expect(alone.scores == [-1.25, 3.5, nil])
    #expect(alone.unscored.map(\.unscored.reason) == [.invalidInput])
    #expect(server.requests[0].json?["messages"]?.array?.count == 3)
    options.format = .pairwise
    let pair = Item(id: "q", prompt: prompt, responses: ["Sydney", "Canberra"].map { Content($0) })
    let compared = try await Pipeline(
      rubric: library.rubric("reward"), judge: judge, checks: nil, media: nil, options: options
    ).judge(pair)
    #expect(compared.comparison?.winner == 1)
    let bounded = try await Pipeline(
      rubric: library.rubric("reward-probability"), judge: judge, checks: nil, media: nil
    ).judge(pair)
    #expect(bounded.unscored.first?.unscored.message.contains("activation: sigmoid") == true)
  }

  private static let rubrics =
    String(#filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()) + "/Rubrics"
}

extension ModelServer.Reply {
  /// FastAPI's word for a path that it does not know.
  fileprivate static var unknown: Self { .error(404, "Not Found", dialect: .fastAPI) }
}
