import Configuration
import CupelTesting
import HTTPServing
import JSON
import Synchronization
import Testing
import Wire

@testable import Service

/// Requests as the clients send them, and what they get, in process and over a live port: first row to last, because a group's
/// mean knows what came before.
@Suite(.timeLimit(.minutes(10))) struct DialectTests {
  static let rows = RequestRow.table("dialects")

  @Test func inProcess() async throws {
    let front = try DialectBench.front()
    for row in Self.rows { try row.check(await front.ask(row), "in process, \(row.name)") }
  }

  @Test func live() async throws {
    let live = try LiveFront(DialectBench.front())
    for row in Self.rows { try row.check(await live.ask(row), "live, \(row.name)") }
  }

  /// Python reads `7` as an integer, and torch has no mean of integers.
  @Test func everyNumberHasAFraction() async throws {
    let front = try DialectBench.front()
    for row in Self.rows where row.status == 200 {
      let text = try await front.ask(row).text
      #expect(text.firstMatch(of: /(^|[^0-9.])[0-9]+($|[^0-9.e])/) == nil, "\(row.name): \(text)")
    }
  }

  /// The keys of an answer are the same whatever came of its samples: clients take them from one and look for them in all.
  @Test func theKeysAreAlwaysTheSame() async throws {
    let front = try DialectBench.front()
    for path in ["/get_reward", "/openrlhf/neutral", "/slime/object"] {
      var seen: Set<[String]> = []
      for row in Self.rows where row.status == 200 && row.path == path {
        let answer = try JSONParser.parse(try await front.ask(row).body)
        seen.insert((answer.object?.keys ?? []) + (answer["extra_logs"]?.object?.keys ?? []))
      }
      #expect(seen.count == 1, "\(path): \(seen)")
    }
  }

  @Test(
    arguments: [
      (["dialect": "verl"], "routes.x.dialect: unknown dialect 'verl'; accepted: openrlhf, slime"),
      (
        ["dialect": "slim"], "routes.x.dialect: unknown dialect 'slim'; did you mean 'slime'? accepted: openrlhf, slime"
      ),
      (
        ["dialect": "slime", "options": ["keys": "score"]],
        "routes.x.options.keys: unknown field 'keys'; did you mean 'key'? accepted: run, group_window_ms, empty_response, special_tokens, label_pointer, key"
      ),
      (
        ["dialect": "openrlhf", "options": ["key": "score"]],
        "routes.x.options.key: unknown field 'key'; accepted: run, group_window_ms, empty_response, special_tokens, label_pointer"
      ),
      (
        ["dialect": "slime", "options": ["key": "unscored"]],
        "routes.x.options.key: 'unscored' cannot be the key of the reward; it must not be empty, and these are taken: fraction, verdicts, unscored"
      ),
      (
        ["dialect": "slime", "options": ["label_pointer": "answer"]],
        "routes.x.options.label_pointer: expected a JSON pointer such as \"/answer\", found 'answer'"
      ),
      (
        ["dialect": "slime", "options": ["special_tokens": ["</s>", " "]]],
        "routes.x.options.special_tokens[1]: a special token must not be blank"
      ),
      (
        ["dialect": "slime", "options": ["run": "my run"]],
        "routes.x.options.run: the name of a run is 1 to 128 letters, digits and signs of . _ - / : +"
      ),
      (
        ["dialect": "slime", "options": ["group_window_ms": 1]],
        "routes.x.options.group_window_ms: 1 is out of range; accepted: 1000 to 86400000"
      ),
    ] as [(JSONValue, String)])
  func aRouteThatCannotBeSaysWhere(_ fields: JSONValue, _ message: String) {
    var settings = DialectBench.route("/x", fields["dialect"]?.string ?? "", .httpError, fields["options"] ?? [:])
    settings.jsonPath = JSONPath("routes.x")
    let error = #expect(throws: JSONError.self) { try Route(settings, DialectBench.engine()) }
    #expect(error?.description == message)
  }

  /// No judge is asked about nothing, and a policy for failures has no say in what is none.
  @Test func anEmptyResponseMayHaveAWorth() async throws {
    let judge = DialectBench.judge()
    let options: JSONValue = ["empty_response": 1]
    let settings = DialectBench.route("/x", "openrlhf", .httpError, options)
    let front = try Front([Route(settings, DialectBench.engine(judge)).endpoint])
    let row: JSONValue = [
      "name": "n", "path": "/x", "status": 200,
      "json": ["query": ["Q: worth=4", "Q: ", "Q: \n</s>"], "prompts": ["Q: ", "Q: ", "Q: "]],
      "answer": [
        "rewards": [4, 1, 1], "scores": ["…", 0, 0],
        "extra_logs": ["cupel_unscored": [0, 0, 0], "cupel_verdicts": [1, 0, 0]],
      ], "answer_headers": ["X-Cupel-Unscored": nil],
    ]
    let request = try RequestRow(JSONReader(row))
    try request.check(await front.ask(request), "in process")
    #expect(judge.calls.count == 1)
  }

  @Test func tooManySamplesAreRefusedWhole() async throws {
    let limit = Configuration().serve.limits.maxItems
    let queries = JSONValue.array(Array(repeating: "[INST] a [/INST] worth=4", count: limit + 1))
    let row: JSONValue = [
      "name": "n", "path": "/get_reward", "json": ["query": queries], "status": 413,
      "answer": ["error": ["code": "too_large", "message": .string("…max_items is \(limit)")]],
    ]
    let request = try RequestRow(JSONReader(row))
    try request.check(await DialectBench.front().ask(request), "in process")
  }

  @Test func whatIsMissingIsFoundAtTheStart() throws {
    let engine = DialectBench.engine()
    let route = try Route(DialectBench.route("/x", "slime", rubric: "helpfulnes", .httpError), engine)
    let fault = #expect(throws: Fault.self) { try route.check(in: engine.generation) }
    #expect(fault?.message.contains("did you mean 'helpfulness'?") == true)
  }

  @Test func theAccountSaysWhatHappened() async throws {
    let seen = Mutex<[Answered]>([])
    var settings = Front.Settings()
    settings.observe = { answered in seen.withLock { $0.append(answered) } }
    let options: JSONValue = ["run": "from-options"]
    let route = try Route(DialectBench.route("/x", "openrlhf", .neutral(5), options), DialectBench.engine())
    let front = Front([route.endpoint], settings: settings)
    let body = #"{"query": ["Q: worth=1", "Q: fails=refused", "Q: fails=refused"], "prompts": ["Q: ", "Q: ", "Q: "]}"#
    for path in ["/x", "/x?run=from-url"] {
      let head = ["name": "n", "path": .string(path), "text": .string(body), "status": 200] as JSONValue
      _ = try await front.ask(RequestRow(JSONReader(head)))
    }
    let entries = seen.withLock { $0.map(\.account) }
    #expect(entries.map(\.run) == ["from-options", "from-url"])
    #expect(entries.allSatisfy { $0.rubric == "helpfulness" && $0.judge == "default" && $0.items == 3 })
    #expect(entries.allSatisfy { $0.unscored == [.refused: 2] && $0.standIns == 2 })
  }
}
