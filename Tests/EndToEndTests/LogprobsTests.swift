import Glibc
import JSON
import Testing

/// Verdicts from the log-probabilities that a recording holds.
@Suite(.oneAtATime) struct LogprobsTests {
  let scratch = Scratch()

  /// Writes a rubric, an item, and a reply whose verdict is an 8 of probability 0.75 and a 6 of 0.24.
  init() {
    scratch.write(
      "r.yaml", "name: r\ndescription: Is it right?\nscale: {min: 1, max: 9}\nverdict: {from: logprobs}\n")
    scratch.write("items.jsonl", "{\"id\": \"q1\", \"prompt\": \"p\", \"response\": \"r\"}\n")
    scratch.write("replies", reply(tokens: true))
    scratch.write("words", reply(tokens: false))
  }

  private func reply(tokens: Bool) -> String {
    let top = [("8", log(0.75)), ("6", log(0.24))].map { "{\"text\": \"\($0)\", \"logprob\": \($1)}" }
    let measured = [
      "{\"text\": \"<think>2</think>\", \"logprob\": -3}", "{\"text\": \"<answer>\", \"logprob\": 0}",
      "{\"text\": \"8\", \"logprob\": \(log(0.75)), \"top\": [\(top.joined(separator: ", "))]}",
      "{\"text\": \"</answer>\", \"logprob\": 0}", "{\"text\": \"<|im_end|>\", \"logprob\": 0}",
    ]
    let key = "\"key\": {\"item\": \"q1\", \"response\": 0, \"order\": [0]}"
    let text = "\"text\": \"<think>2</think><answer>8</answer>\""
    return "{\(key), \(text)\(tokens ? ", \"tokens\": [\(measured.joined(separator: ", "))]" : "")}\n"
  }

  private func grade(_ replies: String, _ output: String, _ arguments: String...) -> Program.Finished {
    Program.run(
      ["grade", "--rubric", "r.yaml", "items.jsonl", "--judge", "replay=\(replies)", "-o", output] + arguments,
      in: scratch)
  }

  private func judgment(_ name: String) throws -> JSONValue {
    try JSONParser.parse(try #require(scratch.lines(name).first))
  }

  @Test func aRecordingHoldsWhatAVerdictWasTakenFrom() throws {
    let finished = grade("replies", "first", "--record", "recorded")
    #expect(finished.status == 0, "\(finished.errors)")
    let first = try judgment("first")
    let score = try #require(first["scores"]?.array?.first?.double)
    #expect(abs(score - 7.44 / 0.99) < 1e-9)
    let evidence = try #require(first["samples"]?.array?.first?["logprobs"])
    #expect(evidence["said"] == [8.0])
    let mass = try #require(evidence["answers"]?.array?.first?["mass"]?.double)
    #expect(abs(mass - 0.99) < 1e-9)
    #expect(first["provenance"]?["parser"] == "answer-tags@1+logprobs@1")
    #expect(first["provenance"]?["sampling"]?["top_logprobs"] == 2)

    #expect(grade("recorded", "again").status == 0)
    let again = try judgment("again")
    #expect(again["scores"] == first["scores"])
    #expect(again["samples"]?.array?.first?["logprobs"] == evidence)
  }

  @Test func theCommandLineSaysOtherwise() throws {
    #expect(grade("replies", "in-words", "--verdict-from", "words").status == 0)
    #expect(try judgment("in-words")["scores"] == [8.0])
    #expect(try judgment("in-words")["samples"]?.array?.first?["logprobs"] == nil)

    let strict = grade("replies", "strict", "--min-mass", "0.995")
    #expect(strict.status == 4)
    #expect(try judgment("strict")["reason"] == "unparsed")
    let message = try #require(judgment("strict")["message"]?.string)
    #expect(message.contains("less than min_mass 0.995"), "\(message)")
  }

  @Test func aJudgeWithoutThemIsRefused() {
    let finished = grade("words", "out")
    #expect(finished.status == 2)
    #expect(
      finished.errors.contains("gives no log-probabilities, and verdicts of rubric 'r' are to be taken from them"))
    #expect(grade("words", "out", "--min-mass", "0.5", "--verdict-from", "words").status == 2)
  }
}
