import Configuration
import Documents
import JSON
import Testing

@Suite struct ServeSettingsTests {
  static func read(_ serve: String) throws -> ServeSettings {
    try Configuration(try Document.parse("serve: \(serve)", name: "etc/cupel.yaml")).serve
  }

  @Test func readsEverything() throws {
    let serve = try Self.read(
      """
      {listen: "[::1]:9000", keys_file: keys, without_keys: true, cors: [https://lab.example, "*"], max_in_flight: 7,
       max_waiting: 0, max_per_key: 6, grace_ms: 3, timeout_ms: 10, max_timeout_ms: 20, cache: {max_bytes: 5}, drain_ms: 0,
       max_runs: 3, log: {file: requests.jsonl, text: true, max_text_bytes: 8, max_queued_bytes: 4096},
       jobs: {directory: jobs, max_running: 2, max_queued: 3, max_kept: 4, max_in_flight: 5, max_calls: 6, max_items: 7, max_bytes: 65536}, limits: {max_body_bytes: 3, max_depth: 7}, routes: {
       /get_reward: {dialect: openrlhf, rubric: r, judge: j, samples: 2, seed: 9, on_failure: group_mean, timeout_ms: 4,
         options: {a: 1}},
       /rm: {dialect: slime, rubric: r, reward: calibrated, on_failure: {neutral: 0.5}}, /x: {dialect: d, rubric: r, on_failure: http_error}}}
      """)
    #expect((serve.listen.host, serve.listen.port) == ("::1", 9000))
    #expect((serve.keysFile, serve.isForAnyone) == ("etc/keys", true))
    #expect(serve.corsOrigins == ["https://lab.example", "*"])
    #expect((serve.maxInFlight, serve.maxWaiting) == (7, 0))
    #expect((serve.maxPerKey, serve.graceMilliseconds) == (6, 3))
    #expect((serve.timeoutMilliseconds, serve.maxTimeoutMilliseconds, serve.drainMilliseconds) == (10, 20, 0))
    #expect(serve.cacheBytes == 5)
    #expect(serve.log.target == .file("etc/requests.jsonl") && serve.log.includesText)
    #expect((serve.log.maxTextBytes, serve.log.maxQueuedBytes, serve.maxRuns) == (8, 4096, 3))
    let jobs = serve.jobs
    #expect((jobs.directory, jobs.maxRunning, jobs.maxQueued, jobs.maxKept) == ("etc/jobs", 2, 3, 4))
    #expect((jobs.maxInFlight, jobs.maxCalls, jobs.maxItems, jobs.maxBytes) == (5, 6, 7, 65536))
    #expect((serve.limits.maxBodyBytes, serve.limits.maxDepth) == (3, 7))
    #expect(serve.routes.map(\.path) == ["/get_reward", "/rm", "/x"])
    #expect(serve.routes.map(\.onFailure) == [.groupMean, .neutral(0.5), .httpError])
    #expect(serve.routes.map(\.reward) == [.score, .calibrated, .score])
    let first = try #require(serve.routes.first)
    #expect((first.dialect, first.rubric, first.judge) == ("openrlhf", "r", "j"))
    #expect((first.samples, first.seed, first.timeoutMilliseconds) == (2, 9, 4))
    #expect(first.options["a"] == 1 && first.jsonPath.description == "serve.routes[\"/get_reward\"]")
  }

  @Test func anEmptyObjectIsTheDefaults() throws {
    #expect(try Self.read("{}") == ServeSettings())
    #expect(try Self.read("{cache: none}").cacheBytes == nil)
    #expect(try Self.read("{log: none}").log.target == .none)
    #expect(try Self.read("{log: stderr}").log.target == .standardError)
    #expect(try Self.read("{log: /var/log/cupel}").log.target == .file("/var/log/cupel"))
    #expect(try Self.read("{timeout_ms: 7200000}").maxTimeoutMilliseconds == 7_200_000)
  }

  static let refused: [(serve: String, message: String)] = [
    ("[]", "serve: expected an object, found an array"),
    ("{lisen: a}", "serve.lisen: unknown field 'lisen'; did you mean 'listen'?"),
    ("{listen: 8080}", "serve.listen: expected a string"),
    ("{listen: localhost}", "serve.listen: expected HOST:PORT such as 127.0.0.1:8080 or [::1]:8080, found 'localhost'"),
    ("{keys_file: \"\"}", "serve.keys_file: must not be empty"),
    ("{without_keys: yes}", "serve.without_keys: expected true or false"),
    ("{cors: [lab.example]}", "serve.cors[0]: expected an origin such as https://lab.example (no path), or *"),
    ("{cors: [https://lab.example/]}", "serve.cors[0]: expected an origin"),
    ("{max_in_flight: 0}", "serve.max_in_flight: 0 is out of range; accepted: 1 to 1000000"),
    ("{timeout_ms: 30, max_timeout_ms: 20}", "serve.timeout_ms: 30 is more than max_timeout_ms, which is 20"),
    ("{jobs: none}", "serve.jobs: expected an object"),
    ("{jobs: {directory: \"\"}}", "serve.jobs.directory: must not be empty"),
    ("{jobs: {max_bytes: 1}}", "serve.jobs.max_bytes: 1 is out of range; accepted: 65536 to 1125899906842624"),
    ("{cache: 5}", "serve.cache: expected none or {max_bytes: N}"),
    ("{cache: {}}", "serve.cache: 'max_bytes' is missing"),
    ("{cache: {max_bytes: 0}}", "serve.cache.max_bytes: 0 is out of range"),
    ("{log: \"\"}", "serve.log: must not be empty; accepted: none, stderr, or a file"),
    ("{log: {texts: true}}", "serve.log.texts: unknown field 'texts'; did you mean 'text'?"),
    ("{log: {file: x, max_queued_bytes: 1}}", "serve.log.max_queued_bytes: 1 is out of range; accepted: 4096 to"),
    ("{max_runs: -1}", "serve.max_runs: -1 is out of range; accepted: 0 to 100000"),
    ("{limits: {max_item: 4}}", "serve.limits.max_item: unknown field 'max_item'; did you mean 'max_items'?"),
    ("{limits: {max_depth: 3}}", "serve.limits.max_depth: 3 is out of range; accepted: 4 to 512"),
    ("{routes: []}", "serve.routes: expected an object"),
    ("{routes: {rm: {dialect: d, rubric: r, on_failure: http_error}}}", "a route's name is the path it answers at"),
    ("{routes: {/rm: {rubric: r, on_failure: http_error}}}", "'dialect' is missing"),
    ("{routes: {/rm: {dialect: d, on_failure: http_error}}}", "'rubric' is missing"),
    (
      "{routes: {/rm: {dialect: d, rubric: r, reward: rank, on_failure: http_error}}}",
      "serve.routes[\"/rm\"].reward: unknown value 'rank'; accepted: score, calibrated"
    ),
    (
      "{routes: {/rm: {dialect: d, rubric: r}}}",
      "'on_failure' is missing: say what clients get where there is no score"
    ),
    (
      "{routes: {/rm: {dialect: d, rubric: r, on_failure: zero}}}",
      "accepted: http_error, group_mean or {neutral: NUMBER}"
    ),
    ("{routes: {/rm: {dialect: d, rubric: r, on_failure: {neutral: bad}}}}", "neutral: expected a number"),
    ("{routes: {/rm: {dialect: d, rubric: r, on_failure: http_error, seed: -1}}}", "-1 is out of range"),
  ]

  @Test(arguments: refused) func saysWhatIsWrong(_ serve: String, _ message: String) {
    let errors = #expect(throws: DocumentErrors.self) { try Self.read(serve) }
    let text = errors.map { "\($0)" } ?? ""
    #expect(text.contains(message), "\(text)")
    #expect(text.hasPrefix("etc/cupel.yaml:1:"))
  }

  static let addresses: [(text: String, isLoopback: Bool?)] = [
    ("127.0.0.1:0", true), ("localhost:80", true), ("[::1]:65535", true), ("127.8.9.1:1", true), ("0.0.0.0:80", false),
    ("[::]:80", false), ("10.0.0.1:80", false), ("127.evil.example:80", false), ("judge.example:80", false),
    ("::1:80", nil), ("[1.2.3.4]:80", nil), ("host", nil), (":80", nil), ("host:", nil), ("host:65536", nil),
    ("host:-1", nil), ("host:+1", nil), ("http://host:80", nil), ("a b:80", nil), ("", nil),
  ]

  @Test(arguments: addresses) func addressesAreRead(_ text: String, _ isLoopback: Bool?) {
    let address = ListenAddress(text)
    #expect(address?.isLoopback == isLoopback)
    if let address { #expect(address.description == text) }
  }
}
