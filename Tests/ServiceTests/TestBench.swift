import Configuration
import CupelTesting
import Judging
import Service
import Wire

/// What the tests of this target judge with: the installed rubrics, and scripted judges.
enum TestBench {
  /// A generation in which `judges` stand ready by their names; the one under `default` needs no name.
  static func generation(
    _ judges: [String: any Judge], configuration: Configuration = Configuration()
  ) -> Generation {
    Generation(
      Workbench(configuration),
      judges: judges.map { name, judge in
        Workbench.OpenedJudge(judge: judge, settings: JudgeSettings(name: name, plugin: "scripted"))
      })
  }

  /// A judge that gives every response `score` on each of the four criteria of the rubric `helpfulness`, in its style.
  static func steady(_ score: Int) -> ScriptedJudge {
    ScriptedJudge { call in
      let answers = call.key.order.flatMap { _ in Array(repeating: "<answer>\(score)</answer>", count: 4) }
      return .text("<think>fine</think>" + answers.joined())
    }
  }

  /// Somebody who waits for an hour: longer than any machine needs.
  static func caller(_ route: String = "/test", name: String = "") -> Caller {
    Caller(requestID: "test", name: name, route: route, deadline: .now + .seconds(3600))
  }
}
