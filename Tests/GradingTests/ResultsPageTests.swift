import CupelTesting
import Foundation
import JSON
import Judging
import PluginHost
import Testing
import Wire

@testable import Grading
@testable import Rubrics

/// docs/results.md is run: its rubric, item and replies give its judgment.
@Suite struct ResultsPageTests {
  /// The fenced blocks of the page, in order.
  private func blocks() throws -> [String] {
    let page = try String(contentsOfFile: Shipped.root + "/docs/results.md", encoding: .utf8)
    return page.split(separator: "```").enumerated().filter { $0.offset % 2 == 1 }.map { block in
      String(block.element.drop { !$0.isNewline })
    }
  }

  @Test func theExampleHolds() async throws {
    let blocks = try blocks()
    try #require(blocks.count == 7)
    let rubric = try Rubric(yaml: blocks[0])
    let item = try Item(JSONReader(JSONParser.parse(blocks[1])))
    let replies = try Dictionary(
      uniqueKeysWithValues: blocks[2].split(separator: "\n").map { line in
        let recorded = try RecordedReply(JSONReader(JSONParser.parse(String(line))))
        return (recorded.key, try recorded.outcome.get())
      })
    let judge = ScriptedJudge { call in
      replies[call.key].map { .reply($0) } ?? .unscored(.judgeError, "no reply for \(call.key)")
    }
    let criteria: [JSONValue] = rubric.checked.map { ["name": .string($0.name), "check": $0.check ?? .null] }
    let checks = try PluginHost().judge(plugin: "checks", name: "checks", config: ["criteria": .array(criteria)])
    let options = Pipeline.Options.with { $0.seed = 7 }
    let pipeline = try Pipeline(rubric: rubric, judge: judge, checks: checks, media: nil, options: options)
    let judgment = await pipeline.judge(item)
    let actual = try JSONWriter.pretty(judgment.json.abbreviated)
    let documented = try JSONWriter.pretty(JSONParser.parse(blocks[3]))
    #expect(actual == documented, "the page should read:\n\(actual)")
  }

  @Test func theRewardHolds() async throws {
    let documented = try JSONWriter.pretty(JSONParser.parse(try blocks()[4]))
    let measured = CriterionScore.Measured(value: -1.5, score: 0.18242552380635635, reason: "sigmoid")
    let judge = ScriptedJudge(ScriptedJudge.scoring) { _ in
      .reply(
        JudgeReply(
          finish: nil, model: "rm-1", usage: Usage(promptTokens: 310, requests: 1),
          scores: [CriterionScore(name: "reward", .success(measured))]))
    }
    let rubric = try Shipped.library.rubric("reward-probability")
    let judgment = try await Pipeline(rubric: rubric, judge: judge, checks: nil, media: nil).judge(Item("42"))
    let actual = try JSONWriter.pretty(#require(judgment.json["samples"]?.array?.first).abbreviated)
    #expect(actual == documented, "the page should read:\n\(actual)")
  }

  @Test func everyReasonIsOnThePage() throws {
    let page = try String(contentsOfFile: Shipped.root + "/docs/results.md", encoding: .utf8)
    for reason in UnscoredReason.allCases {
      let row = page.split(separator: "\n").first { $0.hasPrefix("| `\(reason.rawValue)` | ") }
      #expect(row?.hasSuffix(reason.isRetryable ? "| yes |" : "| no |") == true, "\(reason.rawValue)")
    }
  }
}

extension JSONValue {
  /// Digests shortened as the page shows them.
  var abbreviated: JSONValue {
    switch self {
    case .string(let text): .string(text.replacing(/sha256:[0-9a-f]{64}/, with: "sha256:…"))
    case .array(let values): .array(values.map(\.abbreviated))
    case .object(let object): .object(JSONObject(object.members.map { ($0.key, $0.value.abbreviated) }))
    default: self
    }
  }
}
