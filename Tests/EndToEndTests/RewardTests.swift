import Foundation
import JSON
import Testing

/// `cupel grade` with a judge that gives numbers.
@Suite(.oneAtATime) struct RewardTests {
  static let items = """
    {"id": "q1", "prompt": [{"role": "user", "content": "6 × 7?"}], "responses": ["42", "I do not know."]}
    {"id": "q2", "prompt": "Capital of Australia?", "responses": ["Canberra", "Sydney"]}
    """
  static let scores = """
    {"key": {"item": "q1", "order": [0], "response": 0}, "scores": [{"name": "reward", "value": 7.25, "score": 0.75, "reason": "a"}], "model": "rm", "usage": {"requests": 2}}
    {"key": {"item": "q1", "order": [1], "response": 1}, "scores": [{"name": "reward", "value": -3.5, "score": 0.25, "reason": "b"}], "model": "rm"}
    {"key": {"item": "q2", "order": [0], "response": 0}, "scores": [{"name": "reward", "value": 1.5, "score": 0.5, "reason": "c"}], "model": "rm"}
    {"key": {"item": "q2", "order": [1], "response": 1}, "unscored": {"reason": "timeout", "message": "late"}}
    """

  let scratch = Scratch()

  init() {
    scratch.write("items.jsonl", Self.items)
    scratch.write("scores.jsonl", Self.scores)
  }

  @Test func rewardsAreGradedRecordedAndReplayed() throws {
    let first = Program.run(
      [
        "grade", "--rubric", "reward", "--judge", "replay=scores.jsonl", "items.jsonl", "-o", "a.jsonl", "--record",
        "again.jsonl",
      ],
      in: scratch)
    #expect(first.status == 0, "\(first.errors)")
    #expect(
      first.output == """
        reward (version 1): 2 items, 1 fully scored

                     mean ± SE  lowest  highest  n  unscored
        overall  1.688 ± 0.188   1.500    1.875  2         1

        response      mean ± SE  n
        0         4.375 ± 2.875  2
        1                -3.500  1

        unscored: timeout 1
        requests: 2

        """, "\(first.output)")
    let second = Program.run(
      ["grade", "--rubric", "reward", "--judge", "replay=again.jsonl", "items.jsonl", "-o", "b.jsonl", "--quiet"],
      in: scratch)
    #expect(second.status == 0, "\(second.errors)")
    // The recording is another file, so the judge's fingerprint is the only thing that may differ.
    let judgments = ["a.jsonl", "b.jsonl"].map { name in
      scratch.read(name).replacing(/"fingerprint":"[^"]*"/, with: "")
    }
    #expect(judgments[0] == judgments[1])
    #expect(judgments[0].contains(#""value":7.25"#) && judgments[0].contains(#""requests":2"#))
  }

  @Test func pairsAreComparedByTheirNumbers() throws {
    let run = Program.run(
      [
        "grade", "--rubric", "reward-probability", "--mode", "pairwise", "--samples", "3", "--judge",
        "replay=scores.jsonl",
        "items.jsonl", "-o", "a.jsonl",
      ], in: scratch)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("judge 'replay' gives each response one number by itself; --samples is not used"))
    let lines = try scratch.read("a.jsonl").split(separator: "\n").map { try JSONParser.parse(String($0)) }
    #expect(lines[0]["scores"] == [0.75, 0.25])
    #expect(lines[0]["winner"] == 0)
    #expect(lines[1]["status"] == "unscored")
    #expect(lines[1]["message"] == "response 1: judge 'replay': late")
  }

  @Test(arguments: [
    ("helpfulness", "gives one number and reads no questions"),
    ("safety-refusal", "reads no questions; rubric 'safety-refusal' asks"),
  ]) func aRubricThatAsksIsRefused(rubric: String, message: String) throws {
    let run = Program.run(["grade", "--rubric", rubric, "--judge", "replay=scores.jsonl", "items.jsonl"], in: scratch)
    #expect(run.status == 2)
    #expect(run.errors.contains(message) && run.errors.contains("'reward'"), "\(run.errors)")
  }
}
