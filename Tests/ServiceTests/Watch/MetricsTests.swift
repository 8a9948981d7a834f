import Configuration
import CupelTesting
import Foundation
import JSON
import Judging
import Testing
import Wire

@testable import Service

/// What is counted of judgments and requests, and how it is told.
@Suite(.timeLimit(.minutes(10))) struct MetricsTests {
  static func body(_ items: [JSONValue], _ more: [(String, JSONValue)] = []) -> JSONValue {
    .object(JSONObject([("rubric", "helpfulness"), ("items", .array(items))] + more))
  }

  static let labels = ["rubric": "helpfulness", "judge": "default", "route": "/v1/judge"]

  @Test func judgmentsAreCountedByWhatCameOfThem() async throws {
    let bench = try WatchBench(prices: Prices(currency: "USD", prompt: try #require(Money(decimal: "0.5"))))
    let items = [
      WatchBench.item("a", ["10"]), WatchBench.item("b", ["timeout"]), WatchBench.item("c", ["1", "truncated"]),
      WatchBench.item("d", ["nothing"]),
    ]
    try await bench.post("/v1/judge", Self.body(items))
    try await bench.post("/v1/judge", Self.body([items[0]]))
    let page = try await bench.page()
    func count(_ name: String, _ more: [String: String] = [:]) -> Double? {
      page.value(name, Self.labels.merging(more) { $1 })
    }
    #expect(count("cupel_judgments_total", ["origin": "judged", "status": "ok"]) == 1)
    #expect(count("cupel_judgments_total", ["origin": "judged", "status": "partial"]) == 1)
    #expect(count("cupel_judgments_total", ["origin": "judged", "status": "unscored"]) == 2)
    #expect(count("cupel_judgments_total", ["origin": "cached", "status": "ok"]) == 1)
    #expect(count("cupel_unscored_total", ["reason": "timeout"]) == 1)
    #expect(count("cupel_unscored_total", ["reason": "truncated"]) == 1)
    #expect(count("cupel_unscored_total", ["reason": "unparsed"]) == 1)
    // A failure is no score: three scores, those of a (twice) and the first of c.
    #expect(count("cupel_score_ratio_count") == 3 && count("cupel_score_ratio_sum") == 2)
    #expect(count("cupel_score_ratio_bucket", ["le": "0"]) == 1)
    #expect(count("cupel_judgment_seconds_count") == 5)
    let judge = ["rubric": "helpfulness", "judge": "default"]
    // What was cut off is asked for once more.
    #expect(page.value("cupel_judge_calls_total", judge) == 6)
    #expect(page.value("cupel_judge_retries_total", judge.merging(["kind": "call"]) { $1 }) == 1)
    #expect(page.value("cupel_judge_retries_total", judge.merging(["kind": "request"]) { $1 }) == 0)
    #expect(page.value("cupel_judge_failed_calls_total", judge.merging(["reason": "timeout"]) { $1 }) == 1)
    #expect(page.value("cupel_judge_failed_calls_total", judge.merging(["reason": "truncated"]) { $1 }) == 2)
    #expect(page.value("cupel_judge_tokens_total", judge.merging(["kind": "prompt"]) { $1 }) == 300)
    #expect(page.value("cupel_judge_tokens_total", judge.merging(["kind": "completion"]) { $1 }) == 30)
    #expect(page.value("cupel_judge_tokens_total", judge.merging(["kind": "cached"]) { $1 }) == nil)
    #expect(page.value("cupel_judge_uncounted_calls_total", judge) == 3)
    #expect(page.value("cupel_judge_cost_total", judge.merging(["currency": "USD"]) { $1 }) == 150)
    #expect(page.value("cupel_judge_unpriced_calls_total", judge) == 3)
    for stage in ["queue", "decode", "prompt", "judge", "parse", "aggregate"] {
      #expect(page.value("cupel_stage_seconds_count", judge.merging(["stage": stage]) { $1 }) == 4, "\(stage)")
    }
    #expect(page.value("cupel_stage_seconds_count", judge.merging(["stage": "checks"]) { $1 }) == nil)
    #expect(page.value("cupel_cache_entries") == 1)
    #expect(page.value("cupel_in_flight") == 0 && page.value("cupel_waiting") == 0 && page.value("cupel_admitted") == 0)
    #expect(page.value("cupel_judge_in_flight", ["judge": "default"]) == 0)
    #expect(page.value("cupel_build_info", ["version": "1.2.3"]) == 1)
  }

  @Test func tiesAndFlipsAreCounted() async throws {
    // Takes the first place for better, whoever stands there.
    let judge = ScriptedJudge { call in
      let texts = call.messages.flatMap(\.parts).map { if case .text(let text) = $0 { text } else { "" } }.joined()
      return .text(texts.contains("xyzzy") ? "[[C]]" : "[[A]]")
    }
    let bench = try WatchBench(judge)
    func item(_ id: String, _ one: String, _ other: String) -> JSONValue {
      ["id": .string(id), "prompt": "How?", "responses": [.string(one), .string(other)]]
    }
    let body: JSONValue = [
      "rubric": "preference", "order": "both",
      "items": [item("a", "one", "other"), item("b", "xyzzy", "xyzzy")],
    ]
    let came = try await bench.post("/v1/judge", body)
    let page = try await bench.page()
    let labels = ["rubric": "preference", "judge": "default", "route": "/v1/judge"]
    #expect(page.value("cupel_comparisons_total", labels) == 2, "\(came.text)")
    #expect(page.value("cupel_order_checks_total", labels) == 2)
    #expect(page.value("cupel_order_flips_total", labels) == 1, "\(came.text)")
    #expect(page.value("cupel_ties_total", labels) == 2, "\(came.text)")
    #expect(page.value("cupel_score_ratio_count", labels) == 0)
  }

  @Test func whatStandsInForAScoreIsCounted() async throws {
    let routes = [
      DialectBench.route("/neutral", "slime", .neutral(0.5)), DialectBench.route("/error", "slime", .httpError),
      DialectBench.route("/mean", "openrlhf", .groupMean),
    ]
    let bench = try WatchBench(routes: routes)
    for path in ["/neutral", "/error"] {
      try await bench.post(path, ["prompt": "How?", "response": "worth timeout"])
      try await bench.post(path, ["prompt": "How?", "response": "worth 7"])
    }
    try await bench.post(
      "/mean",
      [
        "query": ["Q: worth 3", "Q: worth refused", "Q: worth 5", "Q: worth refused"],
        "prompts": ["Q:", "Q:", "Q:", "Q:"],
      ])
    let page = try await bench.page()
    func standIns(_ route: String, _ policy: String, _ reason: String) -> Double? {
      page.value("cupel_stand_ins_total", ["route": route, "policy": policy, "reason": reason])
    }
    #expect(standIns("/neutral", "neutral", "timeout") == 1 && standIns("/mean", "group_mean", "refused") == 2)
    #expect(page["cupel_stand_ins_total"]?.samples.count == 2)
    #expect(page.value("cupel_unscored_total", ["route": "/error", "reason": "timeout"]) == 1)
    // What stands in for a score is not among the scores.
    #expect(page.value("cupel_score_ratio_count", ["route": "/neutral"]) == 1)
    #expect(page.value("cupel_score_ratio_count", ["route": "/mean"]) == 2)
  }

  @Test func requestsAreCountedByWhatTheTableOfRoutesKnows() async throws {
    let bench = try WatchBench()
    try await bench.post("/v1/judge", Self.body([WatchBench.item("a", ["3"])]))
    try await bench.post("/v1/judge", ["rubric": "nowhere"])
    let before = try await bench.page().families.map(\.samples.count)
    // Whatever strangers write makes no series of its own.
    for number in 0..<300 {
      let text = "\(number)\"\n"
      try await bench.post(
        "/v1/judge", Self.body([WatchBench.item("a\(number)", ["3"])], [("seed", .int(Int64(number)))]))
      try await bench.post("/v1/judge", ["rubric": .string("r\(text)"), "judge": .string("j\(text)"), "items": []])
      _ = try await bench.get("/nowhere/\(number)")
    }
    let page = try await bench.page()
    // The routes "" and /metrics are new, with one status each.
    let routes = Set(page["cupel_http_requests_total"]?.samples.compactMap { $0.labels["route"] } ?? [])
    #expect(routes == ["", "/metrics", "/v1/judge"])
    let more = zip(page.families, before).filter { $0.0.samples.count != $0.1 }.map(\.0.name)
    #expect(
      more == [
        "cupel_http_requests_total", "cupel_http_request_seconds", "cupel_http_request_bytes_total",
        "cupel_http_response_bytes_total", "cupel_http_cut_short_total",
      ], "\(more)")
    func requests(_ route: String, _ status: String, _ fault: String) -> Double? {
      page.value("cupel_http_requests_total", ["route": route, "status": status, "fault": fault])
    }
    #expect(requests("/v1/judge", "200", "") == 301)
    #expect(requests("", "404", "not_found") == 300)
    #expect(page.value("cupel_http_request_seconds_count", ["route": ""]) == 300)
    #expect(page.value("cupel_http_cut_short_total", ["route": "/v1/judge"]) == 0)
  }

  @Test func everyNumberIsThereFromTheStart() async throws {
    let page = try await WatchBench().page()
    #expect(page.families.count > 40)
    #expect(page.value("cupel_generation") == 1 && page.value("cupel_reloads_total", ["outcome": "bad"]) == 0)
    #expect(try #require(page.value("process_resident_memory_bytes")) > 0)
  }

  static let promtool = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/promtool" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Prometheus' own opinion of the names and the format.
  @Test(.enabled(if: promtool != nil, "needs promtool (Debian: prometheus)"))
  func promtoolHasNothingToSay() async throws {
    let bench = try WatchBench(
      routes: [DialectBench.route("/neutral", "slime", .neutral(0.5))],
      prices: Prices(currency: "USD", prompt: try #require(Money(decimal: "0.5"))))
    try await bench.post("/v1/judge", Self.body([WatchBench.item("a", ["3"])], [("run", "r \"\\\n{}")]))
    try await bench.post("/neutral?run=r/2", ["prompt": "How?", "response": "worth timeout"])
    let scratch = EngineScratch()
    let file = scratch.write("metrics", try await bench.get("/metrics").body)
    let check = try ChildProcess.run(
      ["/bin/sh", "-c", "exec \"$0\" check metrics < \"$1\"", Self.promtool ?? "", file], deadlineMilliseconds: 60_000)
    #expect(check.end == .exited(0), "\(check.output)\(check.errorOutput)")
    #expect((check.output + check.errorOutput).isEmpty, "\(check.output)\(check.errorOutput)")
  }
}
