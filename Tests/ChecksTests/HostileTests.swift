import JSON
import Testing

@testable import Checks

/// Inputs made to take long, to overflow or to confuse. None of these tests has a clock: a check that is not linear where it
/// must be would not finish here.
@Suite struct HostileTests {
  @Test(
    "a pattern that backtracks without end is unscored",
    arguments: [
      ("(a+)+$", 30), ("(a|aa)+$", 60), ("^(\\w+\\s?)*$", 40), ("(.*)*\\1[xy]", 200), ("(a*)*[bc]", 40),
      ("((a+)+)+[cd]", 2000),
    ])
  func catastrophicPatterns(pattern: String, length: Int) throws {
    let response = String(repeating: "a", count: length) + "!"
    let message = try #require(try run(["regex": .string(pattern)], response).unscored)
    #expect(message.hasPrefix("the pattern reached its limit of"), "\(message)")
  }

  /// PCRE2's limits do not count the steps of a single repeated character: this is quadratic and below all of them.
  @Test("a quadratic repeat over a megabyte is unscored", arguments: ["\\s+$", "\\s*[xy]", "[ ]+[xy]"])
  func quadraticPatterns(pattern: String) throws {
    let response = String(repeating: " ", count: 1 << 20) + "!"
    let message = try #require(try run(["regex": .string(pattern)], response).unscored)
    #expect(message.hasPrefix("the pattern reached its limit of"), "\(message)")
  }

  @Test("an ordinary pattern over a megabyte is answered")
  func longSubjects() throws {
    let response = String(repeating: "lorem ipsum dolor sit amet 12 ", count: 35_000)
    #expect(try run(["regex": "\\bamet \\d{3}"], response).score == 0)
    #expect(try run(["regex": "sit\\s+amet"], response).score == 1)
  }

  @Test("NUL and any other character may stand in a text")
  func anyCharacter() throws {
    let response = "a\u{0}b\u{FFFD}\u{10FFFF}\u{202E}\r\n"
    #expect(try run(["regex": "a\\x00b"], response).score == 1)
    #expect(try run(["contains": "\u{0}b"], response).score == 1)
    #expect(try run(["character_count": ["min": 8, "max": 8]], response).value == 8)
    #expect(try run(["equals": .string(response)], response).score == 1)
    #expect(try run(["edit_ratio": .string(response)], response).score == 1)
    #expect(try run(["json": true], "\u{0}").score == 0)
    #expect(try run(["number": 5], "5\u{0}").score == 1)
  }

  @Test("a limit on sizes is named")
  func limits() throws {
    let long = String(repeating: "word ", count: 30)
    let table: [(JSONValue, String)] = [
      (
        ["edit_ratio": "x", "max_characters": 100],
        "the response has more than max_characters 100 characters; raise max_characters to check it"
      ),
      (
        ["rouge_l": "x", "max_tokens": 20],
        "the response has more than max_tokens 20 tokens; raise max_tokens to check it"
      ),
      (
        ["bleu": "x", "max_tokens": 20],
        "the response has more than max_tokens 20 tokens; raise max_tokens to check it"
      ),
      (
        ["chrf": "x", "max_characters": 20],
        "the response has more than max_characters 20 characters; raise max_characters to check it"
      ),
    ]
    for (check, message) in table { #expect(try run(check, long).unscored == message) }
    let wide = String(repeating: "x", count: 100_001)
    #expect(try run(["edit_ratio": "x"], wide).unscored?.contains("max_characters 100000") == true)
    #expect(
      try run(["edit_ratio": .string(wide)], "x").unscored?.hasPrefix(
        "the reference has more than max_characters 100000") == true)
  }

  @Test("edit distances and subsequences of texts at their limit are found")
  func longComparisons() throws {
    let left = String(repeating: "abcdefghij", count: 2000)
    let right = String(repeating: "bcdefghija", count: 2000)
    #expect(try run(["edit_ratio": .string(right)], left).value == 1 - 2.0 / 20_000)
    let words = (0..<5000).map { "w\($0)" }.joined(separator: " ")
    let shifted = (1...5000).map { "w\($0)" }.joined(separator: " ")
    #expect(try run(["rouge_l": .string(shifted)], words).value == 4999.0 / 5000)
  }

  @Test("JSON of any depth is read without recursion, and too deep a value for the schema is unscored")
  func deepJSON() throws {
    let deep = String(repeating: "[", count: 1_000_000) + String(repeating: "]", count: 1_000_000)
    #expect(try run(["json": true], deep).score == 1)
    #expect(try run(["json": true], String(repeating: "[", count: 1_000_000)).score == 0)
    let schema: JSONValue = ["items": ["$ref": "#"]]
    #expect(try run(["json_schema": schema], deep).unscored?.contains("cannot be compared with the schema") == true)
    let nested = String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000)
    let message = try run(["json_schema": schema], nested).unscored
    #expect(message == "the schema and the response nest deeper than max_depth 200; raise max_depth to check it")
    let fitting = String(repeating: "[", count: 490) + String(repeating: "]", count: 490)
    #expect(try run(["json_schema": schema, "max_depth": 1000], fitting).score == 1)
    #expect(try run(["json_schema": ["enum": [1, [[]]]]], nested).score == 0)
  }

  @Test("a schema that refers to itself without end is unscored")
  func endlessSchema() throws {
    let schema: JSONValue = ["$defs": ["a": ["$ref": "#/$defs/b"], "b": ["$ref": "#/$defs/a"]], "$ref": "#/$defs/a"]
    #expect(try run(["json_schema": schema], "1").unscored?.contains("max_depth") == true)
    #expect(
      try run(["json_schema": ["pattern": "(a+)+$"]], "\"\(String(repeating: "a", count: 40))!\"").unscored != nil)
  }

  @Test("valid JSON that cannot be held is unscored, not wrong")
  func unholdableJSON() throws {
    for response in ["123456789012345678901234567890", "{\"a\":1,\"a\":2}", "\"\\u0000\""] {
      #expect(try run(["json": true], response).score == 1)
      #expect(try run(["json_schema": true], response).unscored?.hasPrefix("the response is valid JSON, but") == true)
    }
  }

  @Test(
    "long runs of what a scanner looks for take linear time",
    arguments: [
      "answer1", "answer ((((", "\\frac{", "\\boxed{", "<think></think>", "<answer>", "1,234", "1.2.", "1/2/", "$-",
      "\\sqrt[", "```", "a1_", "²",
      "(A", "**", "&amp;", "the ", "x^{", "5 x 10^", "\u{130}", "Σ",
    ])
  func longRuns(piece: String) throws {
    let response = String(repeating: piece, count: 50_000 / piece.utf8.count)
    let checks: [JSONValue] = [
      ["number": 1], ["choice": "A"], ["json": true, "from": "fence"], ["tags": ["think", "answer"]],
      ["regex": "z$", "part": "answer"],
      ["equals": "x", "ignore": ["case", "punctuation", "articles", "whitespace"]], ["contains": .string(piece + "z")],
      ["sentence_count": ["min": 0]], ["repetition": true], ["rouge_2": "a b c", "stemmer": true], ["bleu": "a b c"],
      ["chrf": "abc"],
    ]
    for check in checks {
      let outcome = try run(check, response)
      #expect(outcome.score != nil || outcome.unscored != nil)
    }
  }

  @Test("a picture whose sizes do not fit its bytes is refused")
  func badPictures() {
    #expect(Picture(width: 0, height: 1, rgb: []) == nil)
    #expect(Picture(width: 2, height: 1, rgb: [0, 0, 0]) == nil)
    #expect(Picture(width: Int.max, height: 2, rgb: []) == nil)
    #expect(Picture(width: Int.max / 2, height: 1, rgb: []) == nil)
  }
}
