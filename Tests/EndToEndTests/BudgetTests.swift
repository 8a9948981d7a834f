import JSON
import Testing

/// `cupel grade --max-cost`, `--max-tokens` and `--skip`, with a recording that says what each reply consumed.
@Suite(.oneAtATime) struct BudgetTests {
  let scratch = Scratch()

  /// Ten items; every reply consumes 310 and 24 tokens, which is 0.001015 USD.
  init() {
    scratch.write("r.yaml", "name: r\ndescription: Is the answer right?\n")
    scratch.write("items.jsonl", (0..<10).map { #"{"id": "q\#($0)", "prompt": "?", "response": "!"}"# + "\n" }.joined())
    scratch.write(
      "replies.jsonl", (0..<10).map { Self.reply($0, #""prompt_tokens": 310, "completion_tokens": 24"#) }.joined())
    configure("replies.jsonl")
  }

  static func reply(_ item: Int, _ usage: String) -> String {
    #"{"key": {"item": "q\#(item)", "order": [0], "response": 0}, "text": "<think>So.</think><answer>3</answer>", "#
      + "\"usage\": {\(usage)}}\n"
  }

  func configure(_ replies: String) {
    scratch.write(
      "cupel.yaml",
      """
      judges:
        teacher:
          plugin: replay
          options: {file: \(replies)}
          prices: {currency: USD, per_million: {prompt: 2.5, completion: 10}}
      """)
  }

  func grade(_ arguments: String..., to output: String) -> Program.Finished {
    Program.run(["grade", "--rubric", "r.yaml", "items.jsonl", "-o", output] + arguments, in: scratch)
  }

  func summary(_ finished: Program.Finished) throws -> JSONValue { try JSONParser.parse(finished.output) }

  @Test func theSummarySaysWhatWasSpent() throws {
    let finished = grade("--format", "json", to: "all.jsonl")
    #expect(finished.status == 0, "\(finished.errors)")
    let summary = try summary(finished)
    #expect(summary["usage"] == ["prompt_tokens": 3100, "completion_tokens": 240])
    #expect(summary["cost"] == ["currency": "USD", "amount": 0.01015])
    let first = try JSONParser.parse(try #require(scratch.lines("all.jsonl").first))
    #expect(first["cost"] == ["currency": "USD", "amount": 0.001015])
  }

  static let budgets: [(option: String, value: String, items: Int, message: String)] = [
    ("--max-cost", "0.005", 4, "0.00406 of 0.005 USD are spent"),
    ("--max-tokens", "1100", 3, "1,002 of 1,100 tokens are spent"),
    ("--max-tokens", "3339", 9, "3,006 of 3,339 tokens are spent"),
  ]

  @Test(arguments: budgets) func aBudgetEndsTheRunAndTheRestFollows(
    option: String, value: String, items: Int, message: String
  ) throws {
    #expect(grade("--quiet", to: "all.jsonl").status == 0)
    let first = grade(option, value, "--concurrency", "8", to: "first.jsonl")
    #expect(first.status == 7)
    #expect(
      first.errors.contains("cupel: error: the budget is used up: \(message); one more item is likely to pass it; "))
    #expect(
      first.errors.contains(
        "\(items) judgments are written, \(10 - items) \(items == 9 ? "item is" : "items are") left; "
          + "to go on: --skip \(items) with another --output"))
    #expect(first.output.contains("\(items) items, \(items) fully scored"))
    #expect(grade("--skip", "\(items)", "--quiet", to: "rest.jsonl").status == 0)
    #expect(scratch.read("first.jsonl") + scratch.read("rest.jsonl") == scratch.read("all.jsonl"))
  }

  @Test func aBudgetThatSufficesChangesNothing() {
    #expect(grade("--max-cost", "0.01015", "--max-tokens", "3340", to: "out.jsonl").status == 0)
    #expect(scratch.lines("out.jsonl").count == 10)
  }

  @Test(arguments: [
    (
      "--max-tokens", #""prompt_tokens": 310"#, "--max-tokens: the judge answers without saying how many tokens it read"
    ),
    (
      "--max-cost", #""completion_tokens": 24"#, "--max-cost: the judge answers without a count that it has a price for"
    ),
  ])
  func aBudgetThatCannotBeWatchedEndsTheRun(option: String, usage: String, message: String) throws {
    scratch.write("blind.jsonl", (0..<10).map { Self.reply($0, usage) }.joined())
    configure("blind.jsonl")
    let finished = grade(option, "1000", "--format", "json", to: "out.jsonl")
    #expect(finished.status == 8)
    #expect(finished.errors.contains(message))
    #expect(finished.errors.contains("1 judgment is written, 9 items are left; to go on without it: --skip 1 with"))
    #expect(
      try summary(finished)["cost"]
        == ["currency": "USD", "amount": nil, "at_least": 0.0, "unknown_items": 1])
  }

  /// Failures without a word of what they consumed: the recording lacks every other item.
  @Test func failuresAreHeldAgainstTheBudget() throws {
    let known = (0..<10).filter { $0 % 2 == 0 }
    scratch.write("half.jsonl", known.map { Self.reply($0, #""prompt_tokens": 300, "completion_tokens": 0"#) }.joined())
    configure("half.jsonl")
    let finished = grade("--max-tokens", "1900", to: "out.jsonl")
    #expect(finished.status == 7)
    #expect(finished.errors.contains("900 of 1,900 tokens are spent, and an estimated 900 by failed calls of 3 items;"))
    #expect(finished.output.contains("cost: at least 0.00225 USD; not known in full for 3 of 6 items"))
  }

  @Test func theRestOfAPipeIsNotWaitedFor() {
    let finished = Program.script(
      """
      mkfifo pipe; exec 3<>pipe; cat items.jsonl >pipe
      cupel grade --rubric r.yaml pipe -o out.jsonl --max-tokens 1000 --quiet 3<&-
      """, in: scratch)
    #expect(finished.status == 7, "\(finished.errors)")
    #expect(finished.errors.contains("2 judgments are written, the rest of the input is left; to go on: --skip 2"))
  }
}
