import CupelTesting
import JSON
import Judging
import PluginHost
import PluginKit
import Testing
import Wire

@testable import OpenAI

/// The judge as it is opened from a configuration, against a server.
@Suite struct ChatServerTests {
  private static let completion = ModelServer.ChatCompletion([.init("<answer>4</answer>", reasoningContent: "Fine.")])

  @Test func aCallIsAnswered() async throws {
    let server = try ModelServer { _ in .chat(Self.completion) }
    defer { server.close() }
    let reply = try await judge(server).reply(to: Self.call())
    #expect(reply.text == "<answer>4</answer>" && reply.reasoning == "Fine." && reply.finish == .stop)
    #expect(reply.usage == Usage(promptTokens: 12, completionTokens: 5, requests: 1))
    let request = try #require(server.requests.first)
    #expect(request.method == "POST" && request.target == "/v1/chat/completions")
    #expect(request.header("Content-Type") == "application/json")
    #expect(request.json?["model"] == "m" && request.json?["temperature"] == 0.5)
  }

  /// Each request of a call, in each of its attempts, and no other.
  @Test func aCallsTraceIsPassedOn() async throws {
    let server = try ModelServer { request in
      request.ordinal == 1
        ? .error(503, retryAfter: "0")
        : request.wantedChoices > 1 ? .error(400, "n must be 1") : .chat(Self.completion)
    }
    defer { server.close() }
    let judge = try judge(server)
    var call = Self.call(samples: 2)
    call.traceParent = TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    _ = try await judge.reply(to: call)
    let asked = server.requests.map { $0.header("traceparent") }
    #expect(asked.count >= 3 && asked.allSatisfy { $0 == call.traceParent?.text }, "\(asked)")
    call.traceParent = nil
    _ = try await judge.reply(to: call)
    #expect(server.requests.last.map { $0.header("traceparent") } == .some(nil))
  }

  @Test func samplesAreCountedAcrossAttempts() async throws {
    let server = try ModelServer { request in
      request.times == 1 ? .error(503, retryAfter: "0") : .chat("[[A]]", for: request)
    }
    defer { server.close() }
    let reply = try await judge(server).reply(to: Self.call(samples: 4))
    #expect(reply.more.count == 3 && reply.usage.requests == 2)
    #expect(server.requests.map(\.wantedChoices) == [4, 4])
  }

  @Test func aServerWithoutNIsAskedOneByOne() async throws {
    let server = try ModelServer { request in
      request.wantedChoices > 1
        ? .error(500, "Only one completion choice is allowed", dialect: .llamaCpp) : .chat(Self.completion)
    }
    defer { server.close() }
    let judge = try judge(server, #", "retries": 0"#)
    let reply = try await judge.reply(to: Self.call(samples: 3))
    #expect(reply.more.count == 2 && reply.usage.requests == 4)
    #expect(try await judge.reply(to: Self.call(samples: 2)).usage.requests == 2)
  }

  /// What goes wrong at the server, and what the judgment says of it.
  @Test(arguments: [
    (
      ModelServer.Reply.error(401, "Incorrect API key provided"), UnscoredReason.judgeError,
      "Incorrect API key provided"
    ),
    (.error(404, "The model `m` does not exist."), .judgeError, "The model `m` does not exist."),
    (.error(400, "This model's maximum context length is 4096 tokens."), .invalidInput, "maximum context length"),
    (.chat(completion).with(.htmlPage), .judgeError, "the answer is a page (Sign in to the network), not JSON"),
    (.chat(completion).with(.errorWith200), .judgeError, "an error 500: the engine is dead"),
    (.chat(completion).with(.emptyBody), .judgeError, "the answer is empty"),
    (.chat(completion).with(.halfJSON), .judgeError, "the answer is not JSON"),
    (.chat(completion).with(.invalidUTF8), .judgeError, "the answer is not JSON"),
    (.chat(completion).with(.fewerChoices), .judgeError, "the answer's list of 'choices' is empty"),
    (.chat(completion).with(.redirectElsewhere), .judgeError, "redirect"),
    (.chat(completion).with(.close), .judgeError, "closed"),
    (.chat(completion).with(.hugeBody), .judgeError, "max_response_bytes"),
  ])
  func failuresAreNoScores(reply: ModelServer.Reply, reason: UnscoredReason, message: String) async throws {
    let models: JSONValue = ["data": [["id": "flex"]]]
    let server = try ModelServer { request in request.method == "GET" ? .json(models) : reply }
    defer { server.close() }
    let judge = try judge(server, #", "retries": 0, "max_response_bytes": 100000"#)
    let unscored = await #expect(throws: Unscored.self) { try await judge.reply(to: Self.call()) }
    #expect(
      unscored?.reason == reason && unscored?.message.contains(message) == true, "\(String(describing: unscored))")
    #expect(unscored?.message.contains(server.url) == true, "\(unscored?.message ?? "")")
    #expect(unscored?.spent.requests == 1)
  }

  /// A wrong URL may lead to something that repeats what it was sent.
  @Test(arguments: [
    #"{"error": {"message": "no such key: secret-key-123"}}"#, "<title>secret-key-123</title>",
    #"{"a": "secret-key-123"#,
    #"{"choices": [{"message": {"content": [{"type": "secret-key-123"}]}}]}"#,
    #"{"choices": [{"message": {"content": "1"}, "finish_reason": "secret-key-123"}]}"#,
  ])
  func theKeyIsInNoMessage(body: String) async throws {
    let options = try Options.read()
    let delivery = ScriptedDelivery { _, _ in
      .success(Delivered(body: Array(body.utf8), attempts: 1, server: "http://h/v1", secrets: ["secret-key-123"]))
    }
    let judge = ChatJudge(options, try #require(options.chat), delivery: delivery)
    let unscored = await #expect(throws: Unscored.self) { try await judge.reply(to: Self.call()) }
    #expect(unscored?.message.contains("[key]") == true && unscored?.message.contains("secret") == false)
  }

  /// Through the shared library, as `cupel` has it.
  @Test func theLibraryAnswersAsTheTypeDoes() async throws {
    let tokens = [ModelServer.ChatCompletion.Token("[[", -0.1), .init("A", -0.2, top: [("A", -0.2), ("B", -1.8)])]
    let choices = ["[[A", "[[A"].map { ModelServer.ChatCompletion.Choice(.string($0), logprobs: tokens) }
    let server = try ModelServer { _ in .chat(ModelServer.ChatCompletion(choices)) }
    defer { server.close() }
    let options = try JSONParser.parse(#"{"url": "\#(server.url)/v1", "model": "m", "logprobs": 5, "n": 2}"#)
    let judge = try PluginHost().judge(plugin: "openai", name: "teacher", config: options)
    #expect(judge.description.maxTopLogprobs == 5 && judge.description.maxSamples == 2)
    let reply = try await judge.reply(to: Self.call(samples: 2, topLogprobs: 2))
    #expect(reply.more.map(\.text) == ["[[A"] && reply.usage.requests == 1)
    #expect(reply.tokens.map(\.text) == ["[[", "A"] && reply.tokens[1].top.map(\.text) == ["A", "B"])
  }

  @Test(arguments: [
    (#""api_key_env": "CUPEL_NO_SUCH_KEY""#, "api_key_env: "), (#""ca_file": "/nonexistent.pem""#, "ca_file: "),
  ])
  func whatIsNotThereIsAnErrorWhenTheJudgeIsOpened(option: String, message: String) throws {
    let text = #"{"url": "http://h/v1", "model": "m", \#(option)}"#
    let error = #expect(throws: JSONError.self) { try OpenAIJudge(config: JSONReader(try JSONParser.parse(text))) }
    #expect(error?.description.contains(message) == true)
  }

  private func judge(_ server: ModelServer, _ more: String = "") throws -> OpenAIJudge {
    try OpenAIJudge(config: JSONReader(try JSONParser.parse(#"{"url": "\#(server.url)/v1", "model": "m"\#(more)}"#)))
  }

  private static func call(samples: Int = 1, topLogprobs: Int = 0) -> JudgeCall {
    ChatRequestTests.call(
      sampling: Sampling(temperature: 0.5, seed: 1, topLogprobs: topLogprobs, samples: samples), timeout: 1_800_000)
  }
}
