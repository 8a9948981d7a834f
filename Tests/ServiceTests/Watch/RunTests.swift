import Configuration
import CupelTesting
import JSON
import Testing
import Wire

@testable import Service

/// What goes into the statistics of a training run, by whichever path it is asked for.
@Suite(.timeLimit(.minutes(10))) struct RunTests {
  static let labels = ["run": "r1", "rubric": "helpfulness"]

  private func value(_ page: ExpositionReader, _ name: String, _ more: [String: String] = [:]) -> Double? {
    page.value(name, Self.labels.merging(more) { $1 })
  }

  @Test func itemsOfAJudgment() async throws {
    let bench = try WatchBench()
    let items = [
      WatchBench.item("a", ["4", "4", "timeout"]), WatchBench.item("b", ["10"], prompt: "Why?"),
      WatchBench.item("c", ["2"], prompt: "Why?"), WatchBench.item("d", ["refused"]),
    ]
    try await bench.post("/v1/judge", MetricsTests.body(items, [("run", "r1")]))
    try await bench.post("/v1/judge", MetricsTests.body(items))
    let page = try await bench.page()
    #expect(value(page, "cupel_run_rewards_total") == 4)
    #expect(value(page, "cupel_run_unscored_total") == 2)
    for window in ["all", "first", "last"] {
      #expect(value(page, "cupel_run_reward_mean", ["window": window]) == 5)
      #expect(value(page, "cupel_run_response_bytes", ["window": window]) == 7.25)
    }
    #expect(abs((value(page, "cupel_run_reward_stddev", ["window": "all"]) ?? 0) - (36.0 / 3).squareRoot()) < 1e-9)
    // a is a group; b and c are another, because their prompt is the same; d has no score.
    #expect(value(page, "cupel_run_groups") == 2)
    #expect(value(page, "cupel_run_zero_spread_ratio") == 0.5)
    #expect(value(page, "cupel_run_reward_drift") == nil)
    #expect(page.value("cupel_runs") == 1 && page.value("cupel_runs_forgotten_total") == 0)
  }

  static let rewards: [(kind: String, mean: Double, spread: Double)] = [
    ("score", 5, 0.5), ("rank", 5, 0.5), ("group_normalized", 5, 0.5), ("win_rate", 0.5, 0.5),
  ]

  /// Statistics are of scores, whatever is made of them; ranks and normalised rewards have the same mean for ever.
  @Test(arguments: rewards) func groupsOfRewards(_ kind: String, _ mean: Double, _ spread: Double) async throws {
    let bench = try WatchBench()
    let rubric = kind == "win_rate" ? "preference" : "helpfulness"
    let body: JSONValue = [
      "rubric": .string(rubric), "reward": .string(kind), "run": "r1",
      "groups": [WatchBench.item("a", ["3", "5"]), WatchBench.item("b", ["6", "6"])],
    ]
    let came = try await bench.post("/v1/reward", body)
    let page = try await bench.page()
    let labels = ["run": "r1", "rubric": rubric]
    #expect(page.value("cupel_run_rewards_total", labels) == 4, "\(came.text)")
    #expect(page.value("cupel_run_reward_mean", labels.merging(["window": "all"]) { $1 }) == mean)
    #expect(page.value("cupel_run_zero_spread_ratio", labels) == spread)
    #expect(page.value("cupel_run_groups", labels) == 2)
  }

  @Test func rolloutsOfATrainer() async throws {
    let routes = [
      DialectBench.route("/get_reward", "openrlhf", .neutral(0), ["empty_response": 1]),
      DialectBench.route("/rm", "slime", .neutral(0), ["run": "r1"]),
    ]
    let bench = try WatchBench(routes: routes)
    let batch: JSONValue = [
      "query": ["Q: worth 3", "Q: worth 5", "Q: worth timeout", "Q: "], "prompts": ["Q:", "Q:", "Q:", "Q:"],
    ]
    try await bench.post("/get_reward", batch, headers: ["X-Cupel-Run": "r1"])
    // By themselves, later: the same prompt is the same group.
    for response in ["worth 7", "worth 7", "worth refused"] {
      try await bench.post("/rm", ["prompt": "P", "response": .string(response)])
    }
    try await bench.post("/get_reward?run=other", batch)
    let page = try await bench.page()
    #expect(value(page, "cupel_run_rewards_total") == 5 && value(page, "cupel_run_unscored_total") == 2)
    #expect(value(page, "cupel_run_reward_mean", ["window": "last"]) == (3 + 5 + 1 + 7 + 7) / 5.0)
    #expect(value(page, "cupel_run_groups") == 2 && value(page, "cupel_run_zero_spread_ratio") == 0.5)
    #expect(page.value("cupel_run_rewards_total", ["run": "other"]) == 3 && page.value("cupel_runs") == 2)
  }

  @Test func aRunIsALabelAndNothingMore() async throws {
    let bench = try WatchBench(maxRuns: 5)
    let names = [
      "a\"b", "a\\", "a\nb", "a\"} 1\ncupel_forged 1", "\u{2028}\u{202E}\u{7F}\t\r", String(repeating: "é", count: 128),
    ]
    for name in names {
      try await bench.post("/v1/judge", MetricsTests.body([WatchBench.item("a", ["3"])], [("run", .string(name))]))
    }
    for (name, status) in [("", 422), (String(repeating: "a", count: 129), 422)] {
      let came = try await bench.post(
        "/v1/judge", MetricsTests.body([WatchBench.item("a", ["3"])], [("run", .string(name))]))
      #expect(came.status == status)
    }
    let page = try await bench.page()
    // As many as are kept, those that were heard of last.
    let kept = page["cupel_run_rewards_total"]?.samples.compactMap { $0.labels["run"] } ?? []
    #expect(Set(kept) == Set(names.dropFirst()))
    #expect(page.value("cupel_runs_forgotten_total") == 1)
  }
}
