import JSON
import Testing

@testable import Calibration

@Suite struct LabelsTests {
  static let scale = try? HumanScale(1, 5, step: 1)

  private func problem(_ lines: [String], scale: HumanScale? = LabelsTests.scale) -> String? {
    var labels = LabelSet(scale: scale)
    do {
      for (place, line) in lines.enumerated() {
        try labels.add(JSONReader(JSONParser.parse(line)), line: place + 1)
      }
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    ([#"{"id": "a"}"#], "no label; one of 'score', 'pass' and 'winner' is needed"),
    ([#"{"id": "a", "score": 1, "pass": true}"#], "'score' stands beside 'pass'; give one of them"),
    ([#"{"score": 1}"#], "'id' is missing"),
    ([#"{"id": "a", "score": 6}"#], "score: 6.0 is off the scale; accepted: 1.0 to 5.0"),
    (
      [#"{"id": "a", "score": 2.5}"#],
      "score: 2.5 lies between the steps of the scale; accepted: 1.0 and every 1.0 after it"
    ),
    (
      [#"{"id": "a", "scoer": 2, "score": 1}"#],
      "scoer: unknown field 'scoer'; did you mean 'score'? accepted: id, response, rater, group, systems, style, score, pass, winner"
    ),
    ([#"{"id": "a", "pass": 1}"#], "pass: expected true or false, found an integer"),
    ([#"{"id": "a", "score": "4"}"#], "score: expected a number, found a string"),
    ([#"{"id": "a", "score": null}"#], "'score' is missing"),
    ([#"{"id": "a", "winner": -1}"#], "winner: -1 is out of range; accepted: 0 to 4095"),
    (
      [#"{"id": "a", "winner": 0, "response": 1}"#],
      "response: stands beside 'winner', which is about all responses of an item"
    ),
    (
      [#"{"id": "a", "score": 1}"#, #"{"id": "b", "pass": true}"#],
      "'pass', and the lines before have 'score'; one file has one kind of label"
    ),
    (
      [#"{"id": "a", "score": 1}"#, #"{"id": "a", "score": 2}"#],
      "'a' is labelled a second time by somebody without a name, first in line 1; several people are told apart by 'rater'"
    ),
    (
      [#"{"id": "a", "score": 1, "group": "x"}"#, #"{"id": "a", "score": 1, "rater": "r"}"#],
      "'group' and 'systems' differ from those of the same item in line 1"
    ),
    (
      [#"{"id": "a", "winner": 0, "systems": ["x", "x"]}"#],
      "systems: expected the names of two different systems, one for each response"
    ),
    (
      [#"{"id": "a", "winner": 0, "systems": ["x", "y"], "style": {"tokens": [1]}}"#],
      "style: 'tokens' needs a number, 0 and more, for each of 'systems'"
    ),
  ]) func refused(lines: [String], message: String) {
    let found = problem(lines)
    #expect(found == message)
  }

  @Test func whatPeopleSayTogether() throws {
    var labels = LabelSet()
    for (id, value, rater) in [("a", 0, "x"), ("a", 0, "y"), ("a", 1, "z"), ("b", 0, "x"), ("b", 1, "y")] {
      let label: JSONValue = ["id": .string(id), "winner": .int(Int64(value)), "rater": .string(rater)]
      try labels.add(JSONReader(label), line: 1)
    }
    try labels.add(JSONReader(["id": "c", "winner": nil, "rater": "x"]), line: 6)
    let said = labels.subjects.map { labels.entries[$0].flatMap { labels.consensus($0) } }
    #expect(said == [0, nil, Label.tie])
    #expect(labels.raters == ["x", "y", "z"])
  }

  @Test(arguments: [
    ("1:5:1", true), ("0:1", true), ("-1:1:0.5", true), ("5:1", false), ("1:5:3", false), ("1", false), ("a:b", false),
    ("1:5:0", false), ("1:nan", false), ("1:inf", false), ("", false),
  ]) func scales(text: String, isOne: Bool) throws {
    #expect(((try? HumanScale(text)) != nil) == isOne)
    guard isOne else { return }
    let scale = try HumanScale(text)
    #expect(try HumanScale(JSONReader(scale.json)) == scale)
  }

  private func joining(_ labels: [JSONValue], _ judgments: [JSONValue], _ rules: EvidenceRules) -> String? {
    do {
      _ = try Judged.data(labels, judgments, rules)
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// Labels and judgments that do not go together.
  @Test func unfitPairs() {
    let label = Judged.label("a", .score, 3)
    let rules = EvidenceRules.score(within: 0.5, scale: nil)
    #expect(joining([], [], rules) == "there are no labels")
    #expect(joining([label], [], rules) == "there are no judgments")
    #expect(joining([Judged.label("a", .pass, true)], [], rules) == "the labels say 'pass', not 'score'")
    #expect(
      joining([label], [Judged.scores("b", [3])], rules)
        == "none of the 1 labelled ids, such as 'a', has a judgment with a score; 1 judgments were read, 0 of them unscored"
    )
    #expect(
      joining([label], [Judged.scores("a", [3]), Judged.scores("a", [4])], rules)
        == "the id 'a' was in line 1 already; one judgment of each item is needed")
    var other = Judged.provenance.object ?? JSONObject()
    other["fingerprint"] = "f2"
    #expect(
      joining([label], [Judged.scores("a", [3]), Judged.scores("b", [3], with: ["provenance": .object(other)])], rules)
        == "is by another judge than the lines before it: fingerprint is f2, not f1")
    #expect(joining([label], [["id": "a"]], rules) == "'provenance' is missing")
    #expect(
      joining([Judged.label("a", .winner, 0)], [Judged.scores("a", [3])], .winner)
        == "has no 'winner', as it would if its responses had been compared; labels of the kind 'winner' are about that"
    )
    #expect(
      joining([label], [Judged.scores("a", [3], with: ["status": "done"])], rules)
        == "status: 'done' is no status; accepted: ok, partial, unscored")
  }

  @Test func whatIsLeftOutIsCounted() throws {
    let labels = ["a", "b", "c"].map { Judged.label($0, .score, 3) }
    let unscored: JSONValue = [
      "id": "b", "status": "unscored", "format": "pointwise", "reason": "truncated", "provenance": Judged.provenance,
    ]
    let data = try Judged.data(
      labels, [Judged.scores("a", [3]), unscored, Judged.scores("d", [2])], .score(within: 0.5, scale: nil))
    var counts = LabelledJudgments.Counts()
    (counts.judgments, counts.unscored, counts.labelled) = (3, 1, 3)
    (counts.unmatched, counts.unlabelled) = (2, 1)
    #expect(data.counts == counts)
    #expect(data.rows.map(\.isRight) == [true])
  }
}
