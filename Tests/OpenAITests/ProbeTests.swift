import CupelTesting
import JSON
import Judging
import Testing
import Wire

@testable import OpenAI

@Suite struct ProbeTests {
  @Test func aServerThatCanEverythingIsSeenSo() async throws {
    let server = try ModelServer { Self.capable($0) }
    defer { server.close() }
    let report = try await probe(server)
    #expect(
      Self.lines(report) == [
        "models yes: flex, other", "server yes: vLLM 0.11.2", "context-length yes: 32768 tokens",
        "chat yes: answers, finish stop, 5 tokens", "reasoning yes: apart from the text", "system-role yes: system",
        "n yes: 2 replies to one request",
        "logprobs yes: 5 alternatives for each token; more are refused: 400: at most 5",
        "structured: json_schema, JSON yes: the reply has the shape",
        "structured: vllm, expression yes: the reply has the shape",
        "structured: vllm, JSON yes: the reply has the shape",
        "seed yes: the same seed gave the same reply", "an image of 2 x 2 yes: taken", "images yes: read as 4 tokens",
        "frames as images yes: read as 8 tokens", "frames as video_url yes: read as 4 tokens",
        "sound yes: read as 4 tokens",
        "/completions no: 404: Not Found", "/embeddings no: 404: Not Found", "/classify no: 404: Not Found",
        "/score yes: answers", "/rerank no: 404: Not Found", "/pooling no: 404: Not Found",
      ])
    #expect(
      report.options.map { JSONValue.object($0) } == [
        "url": .string("\(server.url)/v1"), "model": "flex", "logprobs": 5, "structured": "vllm",
        "modalities": ["image", "frames", "sound"],
      ])
    // After a 404 the models are looked up once more, for the message; that is not counted.
    let asked = server.requests.filter { $0.target != "/v1/models" }.count + 1
    #expect(report.usage.requests == asked && (report.usage.promptTokens ?? 0) > 100)
    // What is to be pasted is a configuration.
    _ = try Options(JSONReader(.object(try #require(report.options))))
  }

  @Test func aServerThatRefusesIsQuoted() async throws {
    let server = try ModelServer { Self.plain($0) }
    defer { server.close() }
    let report = try await probe(
      server, #", "n": 8, "logprobs": true, "modalities": ["image"], "image": {"detail": "low"}"#)
    #expect(
      Self.lines(report).prefix(17) == [
        "models no: 'flex' is not listed; there are: tiny.gguf", "server yes: llama.cpp b6410",
        "context-length yes: 2048 tokens", "chat yes: answers, finish stop",
        "reasoning yes: in the text, between <think> tags",
        "system-role yes: user; not system: 400: no system; not developer: 400: no system",
        "n no: 500: Only one completion choice is allowed", "logprobs no: asked for, and no tokens came",
        "structured: json_schema, JSON no: passed over; the reply was '<think>a</think>hello'",
        "structured: json_object, JSON no: passed over; the reply was '<think>a</think>hello'",
        "structured: vllm, expression no: passed over; the reply was '<think>a</think>hello'",
        "structured: vllm_guided, expression no: passed over; the reply was '<think>a</think>hello'",
        "structured: sglang, expression no: passed over; the reply was '<think>a</think>hello'",
        "seed unknown: all replies were the same, with another seed too",
        "an image of 2 x 2 no: 500: image input is not supported", "images no: 500: image input is not supported",
        "frames unknown: pictures are not seen, so these were not tried",
      ])
    #expect(
      Self.lines(report).dropFirst(17).first
        == "sound unknown: taken, but the server counts no tokens that would show that it was read"
    )
    #expect(
      report.options.map { JSONValue.object($0) } == [
        "url": .string("\(server.url)/v1"), "model": "flex", "system_role": "user", "n": "never",
      ])
  }

  @Test func settingsThatAreRefusedAreLeftOutOfTheConfiguration() async throws {
    let server = try ModelServer { request in
      guard request.path == "/v1/chat/completions", let body = request.json else { return .unknownPath(request) }
      if body["max_tokens"] != nil { return .error(400, "Unsupported parameter: use 'max_completion_tokens' instead.") }
      if body["temperature"] != nil { return .error(400, "Unsupported value: 'temperature' does not support 0.") }
      return body["seed"] == nil ? .chat("yes", for: request) : .error(400, "unknown field seed")
    }
    defer { server.close() }
    let report = try await probe(server)
    let options = try #require(report.options)
    #expect(options["max_tokens_field"] == "max_completion_tokens" && options["omit"] == ["temperature", "seed"])
    #expect(report.findings.first { $0.name == "seed" }?.status == .no)
  }

  /// Whatever a server takes without a word and does not do is not support.
  @Test func aServerThatTakesEverythingAndDoesNothingCanNothing() async throws {
    let server = try ModelServer { _ in .chat("hello") }
    defer { server.close() }
    let report = try await probe(server)
    #expect(
      Self.lines(report).contains("images no: taken and passed over: the prompt has 12 tokens with it and 12 without"))
    let can = report.findings.filter { $0.status == .yes }.map(\.name)
    #expect(
      can == [
        "chat", "system-role", "an image of 2 x 2", "/completions", "/embeddings", "/classify", "/score", "/rerank",
        "/pooling",
      ])
    let options = try #require(report.options)
    #expect(options.keys.sorted() == ["model", "n", "url"])
  }

  /// As llama-cpp-python does it with a model of text.
  @Test func filesThatGoIntoThePromptAsTextAreNotSeen() async throws {
    let server = try ModelServer { request in
      guard request.path == "/v1/chat/completions" else { return .unknownPath(request) }
      var reply = ModelServer.ChatCompletion([.init("yes")])
      reply.usage = Usage(promptTokens: request.body.count / 3, completionTokens: 1)
      return .chat(reply)
    }
    defer { server.close() }
    let report = try await probe(server)
    for name in ["images", "sound"] {
      let finding = try #require(report.findings.first { $0.name == name })
      #expect(
        finding.status == .no && finding.detail.contains(name == "images" ? "written into the prompt as text" : ""))
    }
    #expect(report.options?["modalities"] == nil)
  }

  @Test func aServerWithoutChatIsNoGenerativeJudge() async throws {
    let server = try ModelServer { $0.path == "/v1/models" ? .models("flex") : .unknownPath($0) }
    defer { server.close() }
    let report = try await probe(server)
    #expect(report.options == nil)
    #expect(report.findings.first { $0.name == "chat" }?.status == .no)
    #expect(!report.findings.contains { $0.name == "images" })
  }

  @Test func aRewardModelIsAskedForAReward() async throws {
    let server = try ModelServer { request in
      switch request.path {
      case "/v1/models": .models("flex", maxLength: 512)
      case "/classify":
        .json(["model": "flex", "data": [["index": 0, "label": "LABEL_0", "probs": [2.5], "num_classes": 1]]])
      default: .unknownPath(request)
      }
    }
    defer { server.close() }
    let report = try await probe(server, #", "kind": "classify""#)
    #expect(Self.lines(report).contains("classify yes: gives 2.5 for '4' as the answer to 'How much is 2 + 2?'"))
    #expect(report.options?["kind"] == "classify")
  }

  @Test(arguments: [(401, "Incorrect API key"), (403, "Forbidden"), (503, "loading the model")])
  func whereNothingCanBeFoundOutTheProbeFails(status: Int, message: String) async throws {
    let server = try ModelServer { _ in .error(status, message) }
    defer { server.close() }
    let unscored = await #expect(throws: Unscored.self) { _ = try await probe(server) }
    #expect(unscored?.message.contains(message) == true && unscored?.spent.requests == 1)
    #expect(server.requests.count == 1)
  }

  @Test func loadInTheMiddleIsNotANo() async throws {
    let server = try ModelServer { request in
      request.json?["n"] != nil ? .error(429, "slow down") : Self.capable(request)
    }
    defer { server.close() }
    let report = try await probe(server)
    #expect(report.findings.first { $0.name == "n" }?.status == .unknown)
    #expect(report.options?["n"] == "never")
  }

  /// On a machine that is busy the time may be over before anything was answered.
  @Test func theTimeIsKept() async throws {
    let server = try ModelServer { $0.path == "/v1/chat/completions" ? .fault(.hang) : .models("flex") }
    defer { server.close() }
    do throws(Unscored) {
      let report = try await run(server, milliseconds: 3000)
      #expect(report.options == nil && report.findings.first { $0.name == "chat" }?.status == .unknown)
    } catch {
      #expect(error.spent.requests == 1)
    }
  }

  private func run(_ server: ModelServer, milliseconds: Int) async throws(Unscored) -> ProbeReport {
    do {
      return try await probe(server, milliseconds: milliseconds)
    } catch {
      throw error as? Unscored ?? Unscored(.judgeError, "\(error)")
    }
  }

  private func probe(_ server: ModelServer, _ more: String = "", milliseconds: Int = 1_800_000) async throws
    -> ProbeReport
  {
    let text = #"{"url": "\#(server.url)/v1", "model": "flex"\#(more)}"#
    let judge = try OpenAIJudge(config: JSONReader(try JSONParser.parse(text)))
    defer { judge.close() }
    return try await judge.probe(timeoutMilliseconds: milliseconds)
  }

  private static func lines(_ report: ProbeReport) -> [String] {
    report.findings.map { "\($0.name) \($0.status.rawValue): \($0.detail)" }
  }
}

/// Servers to probe.
extension ProbeTests {
  /// vLLM with a model that sees, hears and thinks.
  private static func capable(_ request: ModelServer.Request) -> ModelServer.Reply {
    switch request.path {
    case "/v1/models": .models("flex", "other", maxLength: 32_768)
    case "/version": .json(["version": "0.11.2"])
    case "/score": .json(["data": [["index": 0, "score": 0.5]]])
    case "/v1/chat/completions": completion(request)
    default: .unknownPath(request)
    }
  }

  private static func completion(_ request: ModelServer.Request) -> ModelServer.Reply {
    guard let body = request.json else { return .error(400, "no JSON") }
    let count = body["top_logprobs"]?.int ?? 0
    if count > 5 { return .error(400, "at most 5") }
    let text =
      if body["response_format"] != nil || body["structured_outputs"]?["json"] != nil {
        #"{"score": 2}"#
      } else if body["structured_outputs"]?["regex"] != nil {
        "yes"
      } else {
        "the ship \(body["seed"]?.int ?? 0)"
      }
    let top = (0..<count).map { (token: "t\($0)", logprob: -Double($0) - 0.5) }
    let token = ModelServer.ChatCompletion.Token("t0", -0.5, top: top)
    let choice = ModelServer.ChatCompletion.Choice(.string(text), reasoning: "Hm.", logprobs: count > 0 ? [token] : nil)
    var reply = ModelServer.ChatCompletion(Array(repeating: choice, count: request.wantedChoices))
    reply.usage = Usage(promptTokens: 10 + 4 * media(body), completionTokens: 5)
    return .chat(reply)
  }

  /// Parts of the messages that are no text.
  private static func media(_ body: JSONValue) -> Int {
    (body["messages"]?.array ?? []).reduce(0) { sum, message in
      sum + (message["content"]?.array ?? []).count { $0["type"] != "text" }
    }
  }

  /// llama.cpp with a small model that thinks in its text, as it refuses things.
  private static func plain(_ request: ModelServer.Request) -> ModelServer.Reply {
    switch request.path {
    case "/v1/models": return .models("tiny.gguf")
    case "/props": return .json(["default_generation_settings": ["n_ctx": 2048], "build_info": "b6410"])
    case "/v1/chat/completions": break
    default: return .error(404, "File Not Found", dialect: .llamaCpp)
    }
    guard let body = request.json else { return .error(400, "no JSON") }
    if request.wantedChoices > 1 { return .error(500, "Only one completion choice is allowed", dialect: .llamaCpp) }
    for message in body["messages"]?.array ?? [] {
      if ["system", "developer"].contains(message["role"]?.string) { return .error(400, "no system") }
      let types = (message["content"]?.array ?? []).compactMap { $0["type"]?.string }
      if types.contains("image_url") { return .error(500, "image input is not supported", dialect: .llamaCpp) }
    }
    var reply = ModelServer.ChatCompletion([.init("<think>a</think>hello")])
    reply.usage = nil
    return .chat(reply)
  }
}
