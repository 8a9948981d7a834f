import JSON
import Testing
import Wire

@testable import Rubrics

@Suite struct RubricTests {
  @Test func defaults() throws {
    let rubric = try Tree.rubric("description: Is it right?")
    #expect(rubric.name == "test")
    #expect(rubric.version == 1)
    #expect(rubric.style?.reference == "flex-judge@1")
    #expect(rubric.format == .pointwise && rubric.calls == .together && rubric.combine == .mean)
    #expect(rubric.samples == 1 && rubric.order == .asGiven)
    #expect(rubric.criteria.isEmpty && rubric.scale == nil && rubric.sampling == SamplingSettings())
  }

  @Test func theScaleComesFromCriterionRubricOrStyle() throws {
    let bare = try Tree.rubric("criteria: [{name: a, ask: x?}, {name: b, ask: y?, scale: {min: 0, max: 3}}]")
    #expect(bare.scale(in: .pointwise) == Scale(1, 5))
    #expect(bare.scale(in: .listwise) == Scale(1, 10))
    #expect(bare.shapes(in: .pairwise, responses: 2)[0].questions.map(\.scale) == [Scale(1, 10), Scale(0, 3)])
    let own = try Tree.rubric(
      "scale: {min: 0, max: 1, step: any}\ncriteria: [{name: a, ask: x?}, {name: c, check: {x: 1}}]")
    #expect(own.scale(in: .listwise) == Scale(0, 1, step: nil))
    #expect(own.scale(of: own.checked[0], in: .pointwise) == .fraction)
    let computed = try Tree.rubric("criteria: [{name: c, check: {x: 1}}]")
    #expect(computed.scale(in: .pointwise) == .fraction)
    #expect(!computed.needsJudge && computed.style == nil && computed.formats == JudgmentFormat.allCases)
  }

  @Test func shapesFollowCallsAndFormat() throws {
    let two = "criteria: [{name: a, ask: x?}, {name: k, check: {x: 1}}, {name: b, ask: y?}]\n"
    let together = try Tree.rubric(two).shapes(in: .listwise, responses: 3)
    #expect(together.count == 1 && together[0].questions.map(\.name) == ["a", "b"] && together[0].count == 6)
    let apart = try Tree.rubric(two + "calls: per-criterion").shapes(in: .pointwise, responses: 3)
    #expect(apart.map { $0.questions.map(\.name) } == [["a"], ["b"]])
    #expect(apart.allSatisfy { $0.count == 1 })
    #expect(try Tree.rubric("description: x").shapes(in: .pointwise, responses: 1)[0].questions[0].name == "score")
    #expect(try Tree.rubric("criteria: [{name: k, check: {x: 1}}]").shapes(in: .pointwise, responses: 1).isEmpty)
    let brackets = try Tree.rubric("description: x\nstyle: bracketed")
    #expect(brackets.shapes(in: .pairwise, responses: 2)[0].isComparison)
    #expect(brackets.shapes(in: .pairwise, responses: 2)[0].verdict(of: "A>>B") == PairVerdict(.first, isStrong: true))
    #expect(brackets.shapes(in: .listwise, responses: 3).isEmpty)
    #expect(brackets.formats == [.pointwise, .pairwise])
  }

  @Test func gates() throws {
    let rubric = try Tree.rubric(
      """
      scale: {labels: {bad: -1, good: 2}}
      criteria:
        - {name: a, ask: x?, required: true, threshold: GOOD}
        - {name: b, check: {x: 1}, required: true, weight: 0}
        - {name: c, check: {x: 1}, required: true, threshold: 0.5}
        - {name: d, ask: x?, scale: {min: 0, max: 5, step: 0.5}, required: true, threshold: 2.5}
        - {name: e, check: {x: 1}, required: false}
      """)
    #expect(rubric.criteria.map(\.threshold) == [2, 1, 0.5, 2.5, nil])
    #expect(rubric.criteria.map(\.weight) == [1, 0, 1, 1, 1])
  }

  @Test func samplingOfTheRubricGoesBeforeThatOfTheStyle() throws {
    let rubric = try Tree.rubric("description: x\nsampling: {temperature: 0, stop: END}")
    let style = try #require(rubric.style)
    let sampling = rubric.sampling.filled(from: style.sampling)
    #expect(sampling == SamplingSettings(temperature: 0, topP: 0.95, maxTokens: 4096, stop: ["END"]))
  }

  @Test func scalesAreShownOnceOrUnderEachQuestion() throws {
    let shared = try Tree.rubric("scale: {min: 1, max: 3}\ncriteria: [{name: a, ask: x?}, {name: b, ask: y?}]")
    let slots = shared.slots(for: shared.shapes(in: .pointwise, responses: 1)[0])
    #expect(slots[.criteria] == "- a: x?\n- b: y?")
    #expect(slots[.scale] == "Answer with a whole number from 1 to 3.")
    let mixed = try Tree.rubric(
      "criteria: [{name: a, ask: x?, scale: {min: 0, max: 1, anchors: {1: yes}}}, {name: b, ask: y?}]")
    let own = mixed.slots(for: mixed.shapes(in: .pointwise, responses: 1)[0])
    #expect(
      own[.criteria] == """
        - a: x?
          Answer with a whole number from 0 to 1.
          - 1: yes
        - b: y?
          Answer with a whole number from 1 to 5.
        """)
    #expect(own[.scale] == "")
    let pair = try Tree.rubric("description: x\nstyle: bracketed\nscale: {min: 1, max: 3}")
    #expect(pair.slots(for: pair.shapes(in: .pairwise, responses: 2)[0])[.scale] == "")
    #expect(pair.slots(for: pair.shapes(in: .pointwise, responses: 1)[0])[.scale] != "")
  }

  @Test func checksAreKeptAsTheyAreWritten() throws {
    let rubric = try Tree.rubric("criteria: [{name: c, check: {any_name: {deep: [1, x]}, of: yes}}]")
    #expect(rubric.checked[0].check == ["any_name": ["deep": [1, "x"]], "of": "yes"])
  }
}
