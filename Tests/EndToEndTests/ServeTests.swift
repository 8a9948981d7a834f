import Glibc
import JSON
import Testing

/// `cupel serve` from its start to its end, over a live port.
@Suite(.oneAtATime) struct ServeTests {
  let scratch = Scratch()

  @Test func answersWithoutAnyConfiguration() async throws {
    let served = try await Served(in: scratch)
    #expect(try await served.ask("/healthz").json["status"] == "ok")
    #expect(try await served.ask("/readyz").json["status"] == "ready")
    let nowhere = try await served.ask("/nowhere")
    #expect(nowhere.status == 404 && nowhere.json["error"]?["code"] == "not_found")
    let (status, errors) = await served.stop()
    #expect(status == 0, "\(errors)")
  }

  static let refused: [(arguments: [String], yaml: String, message: String)] = [
    (["--listen", "8080"], "{}", "--listen: expected HOST:PORT such as 127.0.0.1:8080 or [::1]:8080, found '8080'"),
    (["--listen", "0.0.0.0:0"], "{}", "0.0.0.0:0 can be reached by other machines, and there are no API keys"),
    ([], "serve: {listen: \"[::]:0\"}", "[::]:0 can be reached by other machines"),
    ([], "serve: {keys_file: nowhere}", "nowhere: cannot be read: No such file or directory"),
    ([], "serve: {keys_file: keys}", "keys:2: the key of 'b' is too short; it must have 16 characters at least"),
    ([], "serve: {lisen: x}", "cupel.yaml:1:9: serve.lisen: unknown field 'lisen'; did you mean 'listen'?"),
    ([], "judges: {a: {plugin: nowhere}}", "judges.a: unknown judge plugin 'nowhere'"),
    ([], "rubrics: [broken]", "broken/r.yaml:"),
    ([], "serve: {log: nowhere/log}", "cupel.yaml:1:9: serve.log: nowhere/log: cannot be written to: No such file or"),
    (
      [], "serve: {routes: {/rm: {dialect: slim, rubric: answer-checks, on_failure: http_error}}}",
      "cupel.yaml:1:24: serve.routes[\"/rm\"].dialect: unknown dialect 'slim'"
    ),
  ]

  @Test(arguments: refused) func refusesToStart(_ arguments: [String], _ yaml: String, _ message: String) {
    scratch.write("cupel.yaml", yaml)
    scratch.write("keys", "a 0123456789abcdef\nb short\n")
    scratch.write("broken/r.yaml", "name: r\nscal: 1\n")
    let finished = Program.run(["serve"] + arguments, in: scratch)
    #expect(finished.status == 2)
    #expect(finished.errors.contains("cupel: error: "))
    #expect(finished.errors.contains(message), "\(finished.errors)")
    #expect(!finished.errors.contains("0123456789abcdef") && finished.output.isEmpty)
  }

  @Test func aPortInUseIsSaid() async throws {
    let served = try await Served(in: scratch)
    let finished = Program.run(["serve", "--listen", String(served.url.dropFirst("http://".count))], in: scratch)
    #expect(finished.status == 2)
    #expect(finished.errors.contains("Address already in use"), "\(finished.errors)")
  }

  @Test func keysAreAskedForAndReloaded() async throws {
    scratch.write("keys", "# who may\nloop 0123456789abcdef\n")
    chmod(scratch("keys"), 0o600)
    scratch.write("cupel.yaml", "serve: {keys_file: keys}\n")
    let served = try await Served(in: scratch)
    func status(_ key: String?) async throws -> Int {
      try await served.ask("/metrics", headers: key.map { ["Authorization": "Bearer \($0)"] } ?? [:]).status
    }
    #expect(try await served.ask("/healthz").status == 200)
    #expect(try await status(nil) == 401)
    #expect(try await status("0123456789abcdee") == 401)
    // What a client sends that was given http://loop:KEY@… for an address.
    let basic = ["Authorization": "Basic bG9vcDowMTIzNDU2Nzg5YWJjZGVm"]
    #expect(try await served.ask("/metrics", headers: basic).status == 200)
    #expect(try await status("0123456789abcdef") == 200)
    scratch.write("keys", "loop fedcba9876543210\n")
    served.send(SIGHUP)
    #expect(await served.said { $0 == "cupel: reloaded; this is generation 2" } != nil)
    #expect(try await status("0123456789abcdef") == 401)
    #expect(try await status("fedcba9876543210") == 200)
    let (_, errors) = await served.stop()
    #expect(!errors.contains { $0.contains("0123456789abcde") || $0.contains("fedcba9876543210") })
  }

  /// A page whose host's name leads here is no program of this machine; with keys, it would need one.
  @Test func anotherHostsNameIsNotAnswered() async throws {
    let served = try await Served(in: scratch)
    let connection = try StandingConnection(served.url)
    func status(_ host: String) async throws -> Int {
      try await connection.send("GET /v1/judges HTTP/1.1\r\nHost: \(host)\r\n\r\n").status
    }
    #expect(try await status("localhost:8080") == 200)
    #expect(try await status("127.0.0.1") == 200)
    #expect(try await status("evil.example:8080") == 401)
    #expect(await served.stop().status == 0)
    scratch.write("cupel.yaml", "serve: {without_keys: true}\n")
    let forAnyone = try await Served(in: scratch)
    let answer = try await StandingConnection(forAnyone.url).send(
      "GET /v1/judges HTTP/1.1\r\nHost: judge.example\r\n\r\n")
    #expect(answer.status == 200)
    #expect(await forAnyone.stop().status == 0)
  }

  @Test func aBadReloadKeepsTheOld() async throws {
    scratch.write("cupel.yaml", "serve: {drain_ms: 1000}\n")
    let served = try await Served(in: scratch)
    scratch.write("cupel.yaml", "serve: {drain_ms: soon}\n")
    served.send(SIGHUP)
    #expect(
      await served.said { $0.contains("reload: cupel.yaml:1:9: serve.drain_ms: expected a whole number") } != nil)
    #expect(await served.said { $0.hasSuffix("reload: nothing has changed; generation 1 goes on") } != nil)
    #expect(try await served.ask("/readyz").json["generation"] == 1)
    scratch.write("cupel.yaml", "serve: {drain_ms: 2000, limits: {max_head_bytes: 2048}}\n")
    served.send(SIGHUP)
    #expect(
      await served.said {
        $0.contains("serve.limits.max_head_bytes has changed, which takes effect with the next start")
      } != nil)
    #expect(try await served.ask("/readyz").json["generation"] == 2)
    #expect(await served.stop().status == 0)
  }

  @Test func routesSpeakTheirDialectAndAreReloaded() async throws {
    func configure(_ path: String, _ rubric: String) {
      scratch.write(
        "cupel.yaml", "serve: {routes: {\(path): {dialect: slime, rubric: \(rubric), on_failure: http_error}}}")
    }
    configure("/rm", "answer-checks")
    let served = try await Served(in: scratch)
    let sample = #"{"prompt": "2 + 2?", "response": "It is 4. #### 4", "label": "4"}"#
    let answer = try await served.ask("/rm", sample)
    #expect(answer.status == 200 && answer.json.double != nil, "\(answer.text)")
    configure("/rm", "answer-check")
    served.send(SIGHUP)
    #expect(await served.said { $0.contains("unknown rubric 'answer-check'; did you mean 'answer-checks'?") } != nil)
    #expect(try await served.ask("/rm", sample).text == answer.text)
    configure("/other", "answer-checks")
    served.send(SIGHUP)
    #expect(await served.said { $0.hasPrefix("cupel: reloaded") } != nil)
    #expect(try await served.ask("/rm", sample).status == 404)
    #expect(try await served.ask("/other", sample).text == answer.text)
    #expect(await served.stop().status == 0)
  }

  /// It would never be asked.
  @Test(arguments: ["/v1/judge", "/v1/audits/x", "/v1/media", "/rpc", "/metrics", "/healthz", "/openapi.json"])
  func noRouteStandsAtAPathOfCupelsOwn(_ path: String) {
    scratch.write(
      "cupel.yaml", "serve: {routes: {\(path): {dialect: slime, rubric: answer-checks, on_failure: http_error}}}")
    let finished = Program.run(["config", "check", "--config", "cupel.yaml"], in: scratch)
    #expect(finished.status == 6)
    #expect(finished.errors.contains("cupel.yaml:1:18: "), "\(finished.errors)")
    #expect(finished.errors.contains("Cupel itself answers at '\(path)'; choose another path"), "\(finished.errors)")
  }

  /// The lines of the log, in the order of the file.
  private func log(_ name: String) throws -> [JSONValue] { try scratch.lines(name).map { try JSONParser.parse($0) } }

  @Test func theRequestLogIsWrittenAndMayBeRenamed() async throws {
    scratch.write("keys", "loop 0123456789abcdef\n")
    chmod(scratch("keys"), 0o600)
    scratch.write(
      "cupel.yaml",
      """
      serve:
        keys_file: keys
        log: requests.jsonl
        routes: {/rm: {dialect: slime, rubric: answer-checks, on_failure: http_error, options: {run: exp-7}}}
      """)
    let served = try await Served(in: scratch)
    let sample = #"{"prompt": "marmalade?", "response": "porridge. #### 4", "label": "4"}"#
    let headers = [
      "Authorization": "Bearer 0123456789abcdef", "X-Request-ID": "step-1",
      "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ]
    #expect(try await served.ask("/rm", sample, headers: headers).status == 200)
    #expect(try await served.ask("/rm", sample).status == 401)
    let page = try await served.ask("/metrics", headers: headers).text
    #expect(page.contains("cupel_run_rewards_total{run=\"exp-7\",rubric=\"answer-checks\"} 1\n"), "\(page)")
    #expect(page.contains("cupel_log_lines_total{outcome=\"dropped\"} 0\n"))
    // A bad reload opens the log again all the same.
    rename(scratch("requests.jsonl"), scratch("requests.jsonl.1"))
    scratch.write("cupel.yaml", "serve: {drain_ms: soon}\n")
    served.send(SIGHUP)
    #expect(await served.said { $0.contains("nothing has changed") } != nil)
    #expect(try await served.ask("/healthz").status == 200)
    let (status, errors) = await served.stop()
    #expect(status == 0, "\(errors)")
    let (old, new) = (try log("requests.jsonl.1"), try log("requests.jsonl"))
    try #require(old.count + new.count == 4)
    #expect(new.last?["route"] == "/healthz")
    let first = try #require(old.first)
    #expect(first["request_id"] == "step-1" && first["key"] == "loop" && first["run"] == "exp-7")
    #expect(first["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736" && first["parent_id"] == "00f067aa0ba902b7")
    #expect(first["items"] == 1 && first["scored"] == 1 && first["status"] == 200)
    #expect(old[1]["fault"] == "unauthorized" && old[1]["key"] == nil)
    for name in ["requests.jsonl.1", "requests.jsonl"] {
      let text = scratch.lines(name).joined()
      for secret in ["0123456789abcdef", "marmalade", "porridge"] { #expect(!text.contains(secret), "\(text)") }
    }
  }

  @Test func theRequestLogMayGoToStandardErrorWithTexts() async throws {
    scratch.write("cupel.yaml", "serve: {log: {file: stderr, text: true, max_text_bytes: 20}}\n")
    let served = try await Served(in: scratch)
    #expect(try await served.ask("/v1/judge", #"{"rubric": "x", "items": ["\u001b[2J"]}"#).status == 422)
    let line = try #require(await served.said { $0.hasPrefix("{") })
    let json = try JSONParser.parse(line)
    #expect(json["status"] == 422 && json["request"]?.string == #"{"rubric": "x", "ite…"#)
    #expect(json["response"]?.string?.hasPrefix(#"{"error":"#) == true)
    #expect(await served.stop().status == 0)
  }
}
