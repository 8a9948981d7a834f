import Configuration
import CupelTesting
import HTTPServing
import Judging
import Service
import Synchronization
import Wire

extension TestBench {
  /// A judge that finds a response to be worth what it says of itself: `worth 7`. One that says `worth timeout`, or another reason,
  /// gets no score for it. Knows the rubrics `helpfulness`, `best-of-group` and `preference`.
  static func worth() -> ScriptedJudge {
    ScriptedJudge { call in
      let text = call.messages.flatMap(\.parts).map { if case .text(let text) = $0 { text } else { "" } }.joined()
      let worths = text.matches(of: /worth ([a-z_0-9.]+)/).map { String($0.output.1) }
      if let reason = worths.lazy.compactMap({ UnscoredReason(rawValue: $0) }).first {
        return .unscored(reason, "the response said so")
      }
      let numbers = worths.compactMap { Double($0) }
      if text.contains("double brackets"), numbers.count == 2 {
        let sign = numbers[0] == numbers[1] ? "=" : numbers[0] > numbers[1] ? ">" : "<"
        return .text(sign == "<" ? "[[B>A]]" : "[[A\(sign)B]]")
      }
      let questions = text.contains("relevance") ? 4 : 1
      let answers = worths.flatMap { Array(repeating: "<answer>\($0)</answer>", count: questions) }
      return .reply(
        JudgeReply(
          text: "<think>fine</think>" + answers.joined(), model: "scripted-1",
          usage: Usage(promptTokens: 100, completionTokens: 10)))
    }
  }

  /// The methods in front of judges: `default`, which is ``worth()``, and `steady`, which finds all of it worth 8.
  static func front(
    _ change: (inout ServeSettings) -> Void = { _ in }, _ more: [Endpoint] = [],
    settings: Front.Settings = Front.Settings()
  ) -> Front {
    var serve = ServeSettings()
    change(&serve)
    let engine = Engine(generation(["default": worth(), "steady": steady(8)]), metrics: Metrics())
    return Front(MethodTable(engine, serve, version: "1.2.3").endpoints + more, settings: settings)
  }
}
