import Configuration
import CupelTesting
import HTTPServing
import JSON
import Judging
import Rubrics
import Wire

@testable import Service

/// Routes, and a judge that finds its verdict in what it reads.
enum DialectBench {
  /// Gives a response that says `worth=7` a 7 on every criterion of `helpfulness`; one that says `fails=timeout` fails so.
  static func judge() -> ScriptedJudge {
    ScriptedJudge { call in
      let words = call.shownText
      if let found = words.firstMatch(of: /fails=([a-z_]+)/), let reason = UnscoredReason(rawValue: String(found.1)) {
        return .unscored(reason, "as it was told")
      }
      guard let found = words.firstMatch(of: /worth=([0-9]+)/) else { return .text("Hm.") }
      return .text("<think>fine</think>" + String(repeating: "<answer>\(found.1)</answer>", count: 4))
    }
  }

  static func route(
    _ path: String, _ dialect: String, rubric: String = "helpfulness", _ policy: RouteSettings.FailurePolicy,
    _ options: JSONValue = [:]
  ) -> RouteSettings {
    var settings = RouteSettings(path: path, dialect: dialect, rubric: rubric, onFailure: policy)
    settings.options = options.object ?? JSONObject()
    settings.timeoutMilliseconds = 600_000
    return settings
  }

  /// Limits that requests of a table can reach.
  static func engine(_ judge: any Judge = judge()) -> Engine {
    var configuration = Configuration()
    configuration.serve.limits.maxStringBytes = 10_000
    configuration.serve.limits.maxParts = 3
    configuration.serve.limits.maxDepth = 16
    return Engine(TestBench.generation(["default": judge], configuration: configuration), metrics: Metrics())
  }

  /// The routes that the table of requests speaks to.
  static func front(_ judge: any Judge = judge()) throws -> Front {
    let engine = engine(judge)
    return try Front(
      [
        route("/get_reward", "openrlhf", .httpError),
        route("/openrlhf/mean", "openrlhf", .groupMean),
        route("/openrlhf/neutral", "openrlhf", .neutral(5.5), ["label_pointer": "/answers/0"]),
        route("/slime", "slime", .httpError),
        route("/slime/mean", "slime", .groupMean),
        route("/slime/neutral", "slime", .neutral(0)),
        route("/slime/object", "slime", .neutral(5.5), ["key": "score", "run": "from-options"]),
        route("/slime/nowhere", "slime", rubric: "nowhere", .neutral(5.5)),
      ].map { try Route($0, engine).endpoint })
  }
}

extension JudgeCall {
  /// All text that the judge is shown.
  fileprivate var shownText: String {
    messages.flatMap(\.parts).compactMap { if case .text(let text) = $0 { text } else { nil } }.joined()
  }
}
