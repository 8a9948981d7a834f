import CupelTesting
import JSON
import Judging
import Testing
import Wire

@testable import Grading
@testable import Rubrics

@Suite struct SideBySideTests {
  static let flex = "name: t\ndescription: Which is better?\nformat: pairwise\norder: both"
  static let bracketed = flex + "\nstyle: bracketed"

  private func judge(_ yaml: String, _ item: Item, _ answer: @escaping @Sendable (JudgeCall) -> String) async throws
    -> Judgment
  {
    try await Pipeline(yaml, judge: ScriptedJudge { .text(answer($0)) }).judge(item)
  }

  @Test func scoresGoBackToTheirResponses() async throws {
    let judgment = try await judge(Self.flex, Item("good", "bad")) { call in
      call.key.order == [0, 1] ? "<answer>9</answer><answer>2</answer>" : "<answer>3</answer><answer>8</answer>"
    }
    #expect(judgment.scores == [8.5, 2.5])
    #expect(judgment.comparison?.winner == 0)
    #expect(judgment.comparison?.preference == [1, 0])
    #expect(judgment.comparison?.ranking == [[0], [1]])
    #expect(judgment.comparison?.positionConsistent == true)
    #expect(judgment.comparison?.confidence == 1)
  }

  @Test func aTasteForTheFirstPlaceIsSeen() async throws {
    let judgment = try await judge(Self.flex, Item("good", "bad")) { _ in "<answer>9</answer><answer>2</answer>" }
    #expect(judgment.scores == [5.5, 5.5])
    #expect(judgment.comparison?.winner == nil)
    #expect(judgment.comparison?.preference == [0.5, 0.5])
    #expect(judgment.comparison?.positionConsistent == false)
    #expect(judgment.comparison?.confidence == 0)
  }

  @Test func anOrderWithoutAVerdictLeavesNothingToCompare() async throws {
    let judgment = try await judge(Self.flex, Item("good", "bad")) { call in
      call.key.order == [0, 1] ? "<answer>9</answer><answer>2</answer>" : "<answer>9</answer>"
    }
    #expect(judgment.status == .unscored)
    #expect(judgment.scores.isEmpty)
    #expect(judgment.comparison == nil)
    #expect(judgment.unscored.map(\.unscored.message) == ["in the order [1, 0]: expected 2 <answer> elements, found 1"])
  }

  @Test func everyRotationShowsEachResponseInEachPlace() async throws {
    let yaml = "name: t\ndescription: d\nformat: listwise\norder: all-rotations"
    let judgment = try await judge(yaml, Item("a", "b", "c")) { call in
      call.key.order.map { "<answer>\([2, 9, 9][$0])</answer>" }.joined()
    }
    #expect(judgment.samples.map(\.order) == [[0, 1, 2], [1, 2, 0], [2, 0, 1]])
    #expect(judgment.scores == [2, 9, 9])
    #expect(judgment.comparison?.ranking == [[1, 2], [0]])
    #expect(judgment.comparison?.winner == nil)
    #expect(judgment.comparison?.preference == [0, 0.5, 0.5])
  }

  @Test func anOrderWithoutAWholeVerdictLeavesNothingToCompare() async throws {
    let yaml = """
      name: t
      format: pairwise
      order: both
      samples: 2
      calls: per-criterion
      criteria: [{name: a, ask: A?}, {name: b, ask: B?}]
      """
    // Turned around, one sample answers the first criterion and the other one the second.
    let judgment = try await judge(yaml, Item("x", "y")) { call in
      let isReadable = call.key.order == [0, 1] || (call.key.criterion == "a") == (call.key.sample == 0)
      return isReadable ? "<answer>8</answer><answer>3</answer>" : "hm"
    }
    #expect(judgment.status == .unscored)
    #expect(judgment.comparison == nil)
    #expect(
      judgment.unscored.map(\.unscored.message) == ["in the order [1, 0]: no sample has a verdict for every criterion"])
  }

  @Test func checksAloneHaveNoOrder() async throws {
    let yaml = "name: t\ncriteria: [{name: c, check: {regex: x}}]"
    let options = Pipeline.Options.with { $0.format = .listwise }
    let judgment = try await Pipeline(yaml, checks: ["c": 0.5], options: options).judge(Item("x", "y", "z"))
    #expect(judgment.scores == [0.5, 0.5, 0.5])
    #expect(judgment.comparison?.ranking == [[0, 1, 2]])
    #expect(judgment.comparison?.positionConsistent == nil)
  }

  static let choices: [(first: String, second: String, winner: Int?, consistent: Bool, preference: [Double])] = [
    ("[[A]]", "[[B]]", 0, true, [1, 0]),
    ("[[B>>A]]", "[[A>>B]]", 1, true, [0, 1]),
    ("[[A]]", "[[A]]", nil, false, [0.5, 0.5]),
    ("[[A=B]]", "[[C]]", nil, true, [0.5, 0.5]),
    ("[[A]]", "[[A=B]]", 0, false, [0.75, 0.25]),
  ]

  @Test(arguments: choices.indices) func choicesAreVotes(at: Int) async throws {
    let row = Self.choices[at]
    let judgment = try await judge(Self.bracketed, Item("x", "y")) { $0.key.order == [0, 1] ? row.first : row.second }
    #expect(judgment.scores.isEmpty)
    #expect(judgment.comparison?.winner == row.winner)
    #expect(judgment.comparison?.positionConsistent == row.consistent)
    #expect(judgment.comparison?.preference == row.preference)
    #expect(judgment.status == .ok)
  }

  @Test func aChoiceThatCannotBeReadIsUnscored() async throws {
    let judgment = try await judge(Self.bracketed, Item("x", "y")) { $0.key.order == [0, 1] ? "[[A]]" : "neither" }
    #expect(judgment.status == .unscored)
    #expect(judgment.unscored[0].unscored.reason == .unparsed)
  }

  @Test func aChoiceCannotBeWeighedWithACheck() throws {
    let yaml = Self.bracketed + "\ncriteria: [{name: q, ask: Good?}, {name: c, check: {regex: x}}]"
    let error = try #require(throws: GradingError.self) {
      try Pipeline(yaml, judge: ScriptedJudge { _ in .hang }, checks: ["c": 1])
    }
    #expect(error.description.contains("make it a gate"))
  }

  @Test func theSameSeedGivesTheSameResultInWhateverOrderRepliesCome() async throws {
    let yaml = Self.flex + "\nsamples: 3"
    func run(slowFirst: Bool) async throws -> String {
      let gate = Gate()
      let judge = ScriptedJudge { call in
        let text = ScriptedJudge.Answer.text(
          "<answer>\(call.key.sample + 3)</answer><answer>\(call.key.order[0] + 1)</answer>")
        let isFirst = call.key.sample == 0 && call.key.order == [0, 1]
        if isFirst, slowFirst { return .after(gate, text) }
        if call.key.sample == 2 { gate.open() }
        return text
      }
      let options = Pipeline.Options.with { $0.seed = 11 }
      return try await JSONWriter.compact(Pipeline(yaml, judge: judge, options: options).judge(Item("x", "y")).json)
    }
    let slow = try await run(slowFirst: true)
    #expect(try await run(slowFirst: false) == slow)
  }

  @Test func cancellingEndsAJudgment() async throws {
    let judge = ScriptedJudge { _ in .hang }
    let pipeline = try Pipeline(Self.flex, judge: judge)
    let task = Task { await pipeline.judge(Item("x", "y")) }
    task.cancel()
    let judgment = await task.value
    #expect(judgment.unscored.map(\.unscored.reason) == [.cancelled])
  }
}
