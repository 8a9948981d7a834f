import JSON
import Testing
import Wire

@testable import Rubrics

@Suite struct AnswerShapeTests {
  static let verdicts: [PairVerdict.Token] = [
    .init("A>>B", PairVerdict(.first, isStrong: true)), .init("A=B", PairVerdict(.tie)),
    .init("B>A", PairVerdict(.second)),
    .init("C", PairVerdict(.tie), isOffered: false),
  ]

  static func shape(
    _ pattern: AnswerPattern, _ format: JudgmentFormat, _ responses: Int, _ names: [String] = ["score"]
  ) -> AnswerShape {
    AnswerShape(
      pattern, format, responses: responses, questions: names.map { .init($0, Scale(1, 5)) },
      verdicts: pattern.comparesPairs && format == .pairwise ? verdicts : [])
  }

  static let wordings: [(AnswerShape, String)] = [
    (
      shape(.answerTags, .pointwise, 1),
      "End with exactly one <answer></answer> that holds a whole number from 1 to 5 and nothing else."
    ),
    (
      shape(.answerTags, .pointwise, 1, ["a", "b"]),
      "End with exactly 2 <answer></answer> elements, one for each criterion, in this order: a, b. "
        + "Each holds a whole number from 1 to 5 and nothing else."
    ),
    (
      shape(.answerTags, .pairwise, 2),
      "End with exactly 2 <answer></answer> elements, one for each response, in the order in which they are shown. "
        + "Each holds a whole number from 1 to 5 and nothing else."
    ),
    (
      shape(.answerTags, .listwise, 3, ["a", "b"]),
      "End with exactly 6 <answer></answer> elements, for each response, in the order in which they are shown, "
        + "one for each criterion, in this order: a, b. Each holds a whole number from 1 to 5 and nothing else."
    ),
    (
      shape(.bracketed, .pointwise, 1),
      "End with your answer in double brackets, [[...]], where ... is a whole number from 1 to 5."
    ),
    (
      shape(.bracketed, .pairwise, 2),
      """
      End with your verdict in double brackets, one of:
      - [[A>>B]]: response A is much better
      - [[A=B]]: they are equally good
      - [[B>A]]: response B is better
      """
    ),
    (
      shape(.result, .pointwise, 1),
      "End with a line that holds [RESULT] and then a whole number from 1 to 5."
    ),
    (
      shape(.json, .pointwise, 1),
      """
      End with one JSON object of this form, where each answer is a whole number from 1 to 5:
      {"reasoning": "...", "score": ...}
      """
    ),
    (
      shape(.json, .pointwise, 1, ["a", "b"]),
      """
      End with one JSON object of this form, where each answer is a whole number from 1 to 5:
      {"reasoning": "...", "scores": {"a": ..., "b": ...}}
      """
    ),
    (
      shape(.json, .pairwise, 2),
      """
      End with one JSON object of this form, where each answer is a whole number from 1 to 5:
      {"reasoning": "...", "scores": [..., ...]}
      The list holds one entry for each response, in the order in which they are shown.
      """
    ),
  ]

  @Test(arguments: wordings) func theWordingNamesCountOrderAndScale(shape: AnswerShape, wording: String) {
    #expect(shape.wording == wording)
  }

  @Test func criteriaOnDifferentScalesAreNotGivenOne() {
    let shape = AnswerShape(
      .answerTags, .pointwise, responses: 1, questions: [.init("a", Scale(1, 5)), .init("b", Scale(0, 1))])
    #expect(shape.wording.contains("Each holds an answer on the criterion's own scale"))
  }

  @Test func labelsAreStringsInJSON() {
    let labels = Scale(labels: [.init("no", 0), .init("yes", 1)])
    let one = AnswerShape(.json, .pointwise, responses: 1, questions: [.init("score", labels)])
    #expect(one.wording.hasSuffix(#"{"reasoning": "...", "score": "..."}"#))
    let mixed = AnswerShape(.json, .pointwise, responses: 1, questions: [.init("a", labels), .init("b", Scale(1, 5))])
    #expect(mixed.wording.hasSuffix(#""scores": {"a": "...", "b": ...}}"#))
  }

  @Test func countsAndPlaces() {
    let shape = Self.shape(.json, .listwise, 3, ["a", "b"])
    #expect(shape.count == 6)
    #expect((0..<6).map { shape.question(at: $0).name } == ["a", "b", "a", "b", "a", "b"])
    #expect(Self.shape(.bracketed, .pairwise, 2).count == 1)
    #expect(Self.shape(.json, .pointwise, 9).responses == 1)
    #expect((0..<2).map { AnswerShape.responseName($0, in: .pairwise) } == ["A", "B"])
    #expect((0..<3).map { AnswerShape.responseName($0, in: .listwise) } == ["1", "2", "3"])
  }

  @Test func verdictsIgnoreCaseAndSpaces() {
    let shape = Self.shape(.bracketed, .pairwise, 2)
    #expect(shape.verdict(of: " a >> b ") == PairVerdict(.first, isStrong: true))
    #expect(shape.verdict(of: "c") == PairVerdict(.tie))
    #expect(shape.verdict(of: "A>B") == nil)
    #expect(shape.verdict(of: "") == nil)
    #expect(Self.shape(.json, .pairwise, 2).verdict(of: "A") == nil)
    #expect(PairVerdict(.tie, isStrong: true).isStrong == false)
  }

  @Test func theHintForStructuredOutput() throws {
    let hint = Self.shape(.json, .pairwise, 2, ["a", "b"]).json
    #expect(hint["pattern"] == "json")
    #expect(hint["responses"] == 2)
    let scores = try #require(hint["schema"]?["properties"]?["scores"])
    #expect(scores["minItems"] == 2)
    #expect(scores["items"]?["required"] == ["a", "b"])
    #expect(scores["items"]?["properties"]?["a"] == ["type": "integer", "minimum": 1, "maximum": 5])
    let pair = Self.shape(.bracketed, .pairwise, 2).json
    #expect(pair["verdicts"] == ["A>>B", "A=B", "B>A"])
    #expect(pair["schema"] == nil)
    #expect(pair["questions"] == nil)
  }
}
