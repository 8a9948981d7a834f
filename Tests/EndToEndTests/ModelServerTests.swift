import CupelTesting
import Foundation
import Glibc
import JSON
import Synchronization
import Testing

/// `cupel grade` with a judge behind a server, over a live port.
@Suite(.oneAtATime) struct ModelServerTests {
  let scratch = Scratch()

  init() {
    scratch.write("r.yaml", "name: r\ndescription: Is the answer right?\n")
  }

  /// Items with a prompt each.
  func items(_ prompts: [String], responses: Int = 1) {
    let responses = (0..<responses).map { "\"r\($0)\"" }.joined(separator: ", ")
    let lines = prompts.map { "{\"id\": \"\($0)\", \"prompt\": \"<<\($0)>>\", \"responses\": [\(responses)]}\n" }
    scratch.write("items.jsonl", lines.joined())
  }

  /// A configuration with one judge; `more` stands among its options, `settings` beside them.
  func configure(_ url: String, _ more: String = "retries: 0", settings: String = "timeout_ms: 20000") {
    scratch.write(
      "cupel.yaml",
      """
      judges:
        teacher:
          plugin: openai
          options: {url: "\(url)", model: tiny, \(more)}
          \(settings)
      """)
  }

  func grade(_ arguments: String..., environment: [String: String] = [:]) -> Program.Finished {
    Program.run(
      ["grade", "--rubric", "r.yaml", "items.jsonl", "-o", "out.jsonl"] + arguments, in: scratch,
      environment: environment)
  }

  func judgments() throws -> [String: JSONValue] {
    var judgments: [String: JSONValue] = [:]
    for line in scratch.lines("out.jsonl") {
      let judgment = try JSONParser.parse(line)
      judgments[try #require(judgment["id"]?.string)] = judgment
    }
    return judgments
  }

  static let answer = "<think>So.</think><answer>4</answer>"

  @Test func pointwise() throws {
    let server = try ModelServer { .chat(Self.answer, for: $0) }
    defer { server.close() }
    configure("\(server.url)/v1", settings: "prices: {currency: USD, per_million: {prompt: 2.5, completion: 10}}")
    items((0..<20).map { "q\($0)" })
    let finished = grade("--samples", "3")
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.output.contains("overall  4.000 ± 0.000  20"))
    // One request for three samples: 12 and 5 tokens each.
    #expect(
      finished.output.contains("\ntokens: 240 prompt, 100 completion\nrequests: 20\ncost: 0.0016 USD\n"),
      "\(finished.output)")
    let judgment = try #require(try judgments()["q0"])
    #expect(judgment["cost"] == ["currency": "USD", "amount": 0.00008])
    #expect(judgment["samples"]?.array?.count == 3)
    #expect(server.requests.count == 20)
    #expect(server.requests.allSatisfy { $0.path == "/v1/chat/completions" && $0.wantedChoices == 3 })
  }

  @Test func pairwiseInBothOrders() throws {
    // A judge that likes whatever stands first.
    let server = try ModelServer { .chat("<think>So.</think><answer>5</answer><answer>2</answer>", for: $0) }
    defer { server.close() }
    items(["q0", "q1"], responses: 2)
    let finished = grade("--judge", "openai=\(server.url)/v1,tiny", "--mode", "pairwise", "--order", "both")
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.output.contains("same verdict in every order: 0.0% of 2"))
    #expect(try judgments()["q0"]?["winner"] == .null)
    #expect(server.requests.count == 4)
  }

  static let faults: [(name: String, reply: ModelServer.Reply, reason: String, message: String)] = [
    ("key", .error(401, "invalid api key"), "judge_error", "no key is sent: give api_key_env or api_key_file"),
    ("model", .error(404, "The model `tiny` does not exist."), "judge_error", "check 'url' (it is the base URL, as in"),
    (
      "path", .error(404, "Not Found", dialect: .fastAPI), "judge_error",
      "answered 404: Not Found; after 1 attempt; check"
    ),
    ("html", .fault(.htmlPage), "judge_error", "is a page (Sign in to the network), not JSON; does the URL lead to"),
    ("half", .fault(.halfBody), "judge_error", "closed the connection within the answer, after"),
    ("json", .fault(.halfJSON), "judge_error", "the answer is not JSON (line 1, column"),
    ("empty", .fault(.emptyBody), "judge_error", "the answer is empty; a proxy before the server may have cut it"),
    ("error", .fault(.errorWith200), "judge_error", "status 200, but the answer is an error 500: the engine is dead"),
    ("close", .fault(.close), "judge_error", "without an answer; after 1 attempt"),
    ("reset", .fault(.reset), "judge_error", "after 1 attempt"),
    ("garbage", .fault(.garbage), "judge_error", "another kind of server may listen there, or it wants https://"),
    (
      "elsewhere", .fault(.redirectElsewhere), "judge_error",
      "redirects are not followed: give the final address as 'url'"
    ),
    ("loop", .fault(.redirectLoop), "judge_error", "redirects are not followed: give the final address as 'url'"),
    ("utf8", .fault(.invalidUTF8), "judge_error", "the answer is not JSON (line 1, column 7: unable to decode byte"),
    ("choices", .fault(.fewerChoices), "judge_error", "the answer's list of 'choices' is empty"),
    (
      "busy", .error(429, "slow down", retryAfter: "1"), "overloaded",
      "answered 429: slow down; after 1 attempt; if this"
    ),
    ("broken", .error(500, "CUDA error"), "judge_error", "answered 500: CUDA error; after 1 attempt"),
    ("hang", .fault(.hang), "timeout", "after 1 attempt; raise timeout_ms if the judge needs longer"),
    (
      "stall", .fault(.stallAfterHead), "timeout",
      "after 1 attempt; raise timeout_ms if the judge needs longer"
    ),
    ("words", .chat("I would rather not say."), "unparsed", "'I would rather not say.'"),
    ("scale", .chat("<answer>99</answer>"), "out_of_range", "'99' is off the scale"),
  ]

  /// Every fault beside good answers, in one run: each is an outcome of its own item, with a reason and what was seen.
  @Test func everyFaultIsAnOutcomeOfItsOwn() throws {
    let faults = Self.faults.filter { $0.reason != "timeout" }
    try check(faults, beside: ["good", "better"], timeoutMilliseconds: 60_000)
  }

  /// By themselves, since good answers must not depend on how fast the machine is.
  @Test func whatIsNeverAnsweredEndsAtItsDeadline() throws {
    let faults = Self.faults.filter { $0.reason == "timeout" }
    try check(faults, beside: [], timeoutMilliseconds: 3000)
  }

  func check(
    _ faults: [(name: String, reply: ModelServer.Reply, reason: String, message: String)], beside good: [String],
    timeoutMilliseconds: Int
  ) throws {
    let server = try ModelServer { request in
      let text = String(decoding: request.body, as: UTF8.self)
      return Self.faults.first { text.contains("<<\($0.name)>>") }?.reply ?? .chat(Self.answer, for: request)
    }
    defer { server.close() }
    configure("\(server.url)/v1", settings: "timeout_ms: \(timeoutMilliseconds)")
    items(good + faults.map(\.name))
    let finished = grade("--format", "json")
    #expect(finished.status == (good.isEmpty ? 4 : 0), "\(finished.errors)")
    let judgments = try judgments()
    #expect(judgments.count == good.count + faults.count)
    for name in good { #expect(judgments[name]?["scores"] == [4.0]) }
    for fault in faults {
      let judgment = try #require(judgments[fault.name])
      let message = judgment["message"]?.string ?? ""
      #expect(judgment["status"] == "unscored", "\(fault.name)")
      #expect(judgment["scores"] == [nil])
      #expect(judgment["reason"]?.string == fault.reason, "\(fault.name): \(message)")
      #expect(message.contains(fault.message), "\(fault.name): \(message)")
      #expect(judgment["provenance"]?["judge"] == "teacher")
    }
  }

  @Test func whatIsTriedAgainIsCounted() throws {
    let server = try ModelServer { request in
      request.times < 3 ? .error(503, "loading", retryAfter: "0") : .chat(Self.answer, for: request)
    }
    defer { server.close() }
    configure(
      "\(server.url)/v1", "retries: 5",
      settings: "prices: {currency: EUR, per_million: {prompt: 1, completion: 1}, per_request: 0.01}")
    items(["a", "b"])
    let finished = grade()
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.output.contains("requests: 6\ncost: 0.060034 EUR\n"), "\(finished.output)")
  }

  static let unreachable: [(url: String, message: String)] = [
    ("http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1/chat/completions"),
    ("http://judge.invalid/v1", "the host's name is not known"),
  ]

  @Test(arguments: unreachable) func aServerThatIsNotThereLeavesEverythingUnscored(url: String, message: String) throws
  {
    configure(url)
    items(["a", "b"])
    let finished = grade()
    #expect(finished.status == 4)
    #expect(finished.errors.contains("not one of 2 items could be scored"))
    #expect(try judgments()["a"]?["reason"] == "judge_error")
    let said = try judgments()["a"]?["message"]?.string ?? ""
    #expect(said.contains(message), "\(said)")
  }

  @Test func theKeyComesFromTheEnvironmentAndIsNeverShown() throws {
    let server = try ModelServer { request in
      request.header("Authorization") == "Bearer sesame"
        ? .chat(Self.answer, for: request) : .error(401, "bad key: \(request.header("Authorization") ?? "none")")
    }
    defer { server.close() }
    configure("\(server.url)/v1", "retries: 0, api_key_env: JUDGE_KEY")
    items(["a"])
    #expect(grade(environment: ["JUDGE_KEY": "sesame"]).status == 0)
    let finished = grade("--overwrite", environment: ["JUDGE_KEY": "barley"])
    #expect(finished.status == 4)
    let message = try judgments()["a"]?["message"]?.string ?? ""
    #expect(message.contains("answered 401: bad key: Bearer [key]"), "\(message)")
    for text in [scratch.read("out.jsonl"), finished.output, finished.errors] { #expect(!text.contains("barley")) }
  }

  /// A run with hundreds of calls out, none of which is ever answered.
  @Test func ctrlCEndsARunInTheMiddleOfItsCalls() async throws {
    let server = try ModelServer { request in
      String(decoding: request.body, as: UTF8.self).contains("<<i0>>")
        ? .chat(Self.answer, for: request) : .fault(.hang)
    }
    defer { server.close() }
    configure("\(server.url)/v1", settings: "timeout_ms: 600000")
    items((0..<200).map { "i\($0)" })
    let running = Running(
      [Program.cupel, "grade", "--rubric", "r.yaml", "items.jsonl", "-o", "out.jsonl", "--concurrency", "64"],
      in: scratch, input: "/dev/null")
    await server.until { $0.inFlight >= 64 && $0.answered >= 1 }
    kill(running.process, SIGINT)
    let finished = running.wait()
    #expect(finished.status == 130)
    #expect(
      finished.errors.contains("stopped; 1 judgments are written, 64 under way were given up"), "\(finished.errors)")
    #expect(try judgments().keys.sorted() == ["i0"])
    await server.until { $0.openConnections == 0 }
  }

  @Test func aBudgetEndsARunAgainstAServer() throws {
    let server = try ModelServer { .chat(Self.answer, for: $0) }
    defer { server.close() }
    configure("\(server.url)/v1")
    items((0..<50).map { "i\($0)" })
    let finished = grade("--max-tokens", "200")
    #expect(finished.status == 7, "\(finished.errors)")
    #expect(finished.errors.contains("187 of 200 tokens are spent"))
    #expect(finished.errors.contains("11 judgments are written, 39 items are left; to go on: --skip 11"))
    #expect(server.requests.count == 11)
  }

  @Test func aServerWithoutUsageCannotBeBudgeted() throws {
    let server = try ModelServer { _ in
      var completion = ModelServer.ChatCompletion([.init(.string(Self.answer))])
      completion.usage = nil
      return .chat(completion)
    }
    defer { server.close() }
    configure("\(server.url)/v1")
    items((0..<50).map { "i\($0)" })
    let finished = grade("--max-tokens", "200")
    #expect(finished.status == 8, "\(finished.errors)")
    #expect(server.requests.count == 1)
  }

  /// A reward model writes nothing, and says so by leaving its completion tokens out: its reading is what is paid.
  @Test func aRewardModelIsPaidForWhatItReads() throws {
    let server = try ModelServer { _ in .classify([[1.5]]) }
    defer { server.close() }
    configure(
      "\(server.url)/v1", "retries: 0, kind: classify",
      settings: "prices: {currency: USD, per_million: {prompt: 2, completion: 0}}")
    items((0..<20).map { "i\($0)" })
    let finished = Program.run(
      ["grade", "--rubric", "reward", "items.jsonl", "-o", "out.jsonl", "--max-tokens", "100"], in: scratch)
    #expect(finished.status == 7, "\(finished.errors)")
    #expect(finished.errors.contains("99 of 100 tokens are spent"), "\(finished.errors)")
    #expect(finished.output.contains("requests: 11\ncost: 0.000198 USD"), "\(finished.output)")
  }

  /// A text model that answers, gives log-probabilities, and reads nothing but text.
  @Sendable static func textModel(_ request: ModelServer.Request) -> ModelServer.Reply {
    if request.path == "/v1/models" { return .models("tiny", "other") }
    guard request.path == "/v1/chat/completions", let body = request.json else { return .unknownPath(request) }
    let text = String(decoding: request.body, as: UTF8.self)
    if text.contains("data:") { return .error(400, "this model reads text only") }
    var choice = ModelServer.ChatCompletion.Choice(.string(answer))
    if body["logprobs"] == true {
      choice.logprobs = [
        .init("<think>So.</think><answer>", 0), .init("4", -0.1, top: [("4", -0.1), ("3", -2.4)]),
        .init("</answer>", 0),
      ]
    }
    return .chat(ModelServer.ChatCompletion(Array(repeating: choice, count: request.wantedChoices)))
  }

  @Test func aProbeTellsWhatAServerCanDoAndWhatItTook() throws {
    let server = try ModelServer(script: Self.textModel)
    defer { server.close() }
    configure("\(server.url)/v1", settings: "prices: {currency: USD, per_million: {prompt: 1, completion: 1}}")
    let finished = Program.run(["judge", "probe"], in: scratch)
    #expect(finished.status == 0, "\(finished.output)\(finished.errors)")
    for finding in [
      /\nmodels +yes +tiny, other\n/, /\nchat +yes +answers/, /\nn +yes +2 replies/, /\nlogprobs +yes +2 alternatives/,
      /\nimages +no +400: this model reads text only\n/, /\nprobing took: [0-9]+ requests, [0-9]+ prompt tokens/,
      /\ncost: 0\.000[0-9]+ USD\n/,
    ] {
      #expect(finished.output.contains(finding), "\(finished.output)")
    }
    // What is printed is a configuration that judges.
    let start = try #require(finished.output.range(of: "\njudges:\n"))
    scratch.write("cupel.yaml", String(finished.output[start.lowerBound...]))
    items(["a"])
    #expect(grade().status == 0)
    #expect(grade("--verdict-from", "logprobs", "--overwrite").status == 0)
    #expect(try judgments()["a"]?["cost"]?["currency"] == "USD")
  }

  static let unusable: [(script: @Sendable (ModelServer.Request) -> ModelServer.Reply, message: String)] = [
    ({ _ in .error(401, "invalid api key") }, "401"), ({ _ in .fault(.htmlPage) }, "page"),
    ({ _ in .error(404, "The model `tiny` does not exist.") }, "404"),
    ({ _ in .fault(.close) }, "closed the connection"),
  ]

  @Test(arguments: unusable.indices) func aProbeOfWhatCannotJudgeSaysWhy(at index: Int) throws {
    let server = try ModelServer(script: Self.unusable[index].script)
    defer { server.close() }
    let finished = Program.run(
      ["judge", "probe", "--url", "\(server.url)/v1", "--model", "tiny", "--timeout-ms", "20000"], in: scratch)
    #expect(finished.status == 6, "\(finished.output)\(finished.errors)")
    #expect(finished.errors.contains("cupel: error: judge 'judge' cannot be used"), "\(finished.errors)")
    #expect(
      (finished.output + finished.errors).contains(Self.unusable[index].message), "\(finished.output)\(finished.errors)"
    )
    #expect(!finished.output.contains("\njudges:\n"))
  }
}
