import JSON
import Testing

@testable import Checks

/// Scores, reasons, and what is not scored.
@Suite struct OutcomeTests {
  @Test("the common options turn a value into a score")
  func rules() throws {
    let words = "one two three four five"
    let table: [(JSONValue, Double)] = [
      (["word_count": ["min": 5, "max": 5]], 1), (["word_count": ["min": 6]], 0), (["word_count": ["max": 4]], 0),
      (["word_count": true, "at_least": 5], 1), (["word_count": true, "at_least": 5.5], 0),
      (["word_count": true, "at_most": 5], 1), (["word_count": true, "at_most": 4], 0),
      (["word_count": true, "range": [0, 10]], 0.5), (["word_count": true, "range": [10, 0]], 0.5),
      (["word_count": true, "range": [5, 4]], 0), (["word_count": true, "range": [0, 2]], 1),
      (["word_count": true, "range": [6, 8]], 0), (["word_count": true, "at_least": 5, "negate": true], 0),
      (["contains": ["one", "two", "ten", "six"]], 0), (["contains": ["one", "ten"], "mode": "any"], 1),
      (["contains": ["ten", "six"], "mode": "none"], 1), (["contains": ["one", "six"], "mode": "none"], 0),
      (["contains": ["one", "two", "ten", "six"], "range": [0, 1]], 0.5),
      (["contains": "thre", "whole_words": true], 0), (["contains": "three", "whole_words": true], 1),
      (["equals": ["x", "ONE two three four five"], "ignore": ["case"]], 1),
      (["equals": "x", "part": "final"], 0),
      (["regex": "four", "negate": true], 0), (["regex": "ten", "negate": true], 1),
      (["bleu": .string(words)], 1), (["chrf": .string(words)], 1), (["equals": "$prompt"], 0),
      (["contains": "$prompt"], 0),
      (["rouge_1": "one two", "measure": "precision"], 0.4), (["rouge_1": "one two", "measure": "recall"], 1),
      (["repetition": ["max": 0.1]], 1), (["character_count": ["max": 3]], 0),
      (["line_count": ["min": 1, "max": 1]], 1),
      (["exact_match": ["no", "The one: two, three four five!"]], 1), (["token_f1": ["x", .string(words)]], 1),
      (["json": true], 0), (["tags": ["a"]], 0), (["number": 5], 0), (["choice": "A"], 0),
    ]
    for (check, score) in table {
      let outcome = try run(check, words)
      let found = try #require(outcome.score, "\(check): \(outcome)")
      #expect(abs(found - score) < 1e-12, "\(check): \(outcome)")
    }
  }

  @Test("a check that gives no score of its own where one is due is unscored, not 0")
  func missingScores() throws {
    let written: JSONValue = ["word_count": ["max": 5]]
    let reader = JSONReader(written)
    let rule = try ScoreRule(
      Arguments(argument: try reader.require("word_count"), options: reader), check: "word_count", scoresItself: true)
    #expect(throws: Unscorable.self) { try rule.apply(Measurement(value: 1, score: nil, reason: "")) }
    #expect(try rule.apply(Measurement(value: 1, score: 0.5, reason: "")).score == 0.5)
  }

  @Test("a part of the response is looked at alone, without the white space around it")
  func parts() throws {
    let table: [(JSONValue, String, Double)] = [
      (["equals": "B", "part": "answer"], "<answer>A</answer> <answer>\n B </answer> C", 1),
      (["equals": "B", "part": "answer"], "<think><answer>A</answer></think><answer>B</answer>", 1),
      (["equals": "A", "part": "answer"], "<answer>A</answer></think>B", 0),
      (["equals": "B", "part": "answer"], "</answer>B<answer>", 0),
      (["equals": "B", "part": "final"], "<think>A</think>\n\nB\n", 1),
      (["equals": "B", "part": "final"], "A</think>A</think> B", 1),
      (["equals": "B", "part": "final"], " B ", 1),
      (["equals": " B ", "part": "whole"], " B ", 1),
      (["character_count": ["max": 0], "part": "final"], "<think>long</think>", 1),
    ]
    for (check, response, score) in table { #expect(try run(check, response).score == score, "\(check) \(response)") }
  }

  @Test("reasons are one line and say what was found")
  func reasons() throws {
    let table: [(JSONValue, String, String)] = [
      (["regex": "\\d+"], "a 42\nb", "matched \"42\""),
      (["regex": "x"], "a", "no match for /x/"),
      (["number": 42], "it is 41", "found 41, expected 42"),
      (["number": 42], "nothing", "no number in \"nothing\""),
      (["number": 0.5], "50%", "found 50%"),
      (["choice": "B"], "Answer: C", "chose C, expected B"),
      (["equals": "a"], "b\u{0}\nc", "\"b  c\" is not \"a\""),
      (["word_count": ["min": 3]], "a b", "2 words, below the minimum 3"),
      (["word_count": true, "at_most": 1], "a b", "2 words; 2 is above at_most 1"),
      (["contains": ["a", "q"]], "abc", "found \"a\"; missing \"q\""),
      (["tags": ["t"]], "<t>a</t> b", "there is text after the last tag: \" b\""),
      (["json": true], "{\"a\":1,\n \"b\":}", "not JSON: expected a value at line 2, column 6"),
      (["json": "object"], "[1]", "valid JSON, but no object"),
      (["json": true, "from": "fence"], "so\n```json\n{\"a\": 1}\n```\n", "valid JSON"),
      (["json_schema": ["type": "object"]], "[]", "expected object, found an array"),
      (
        ["json_schema": ["items": ["properties": ["n": ["minimum": 2]], "required": ["n"]]]], #"[{"n":1},{},{"n":3}]"#,
        "[0].n: 1 breaks minimum 2; [1]: 'n' is missing"
      ),
      (
        ["json_schema": ["items": ["type": "string"]]], "[1,2,3,4,5]",
        "[0]: expected string, found an integer; [1]: expected string, found an integer; [2]: expected string, found an integer; 2 more"
      ),
      (["json_schema": ["anyOf": [["type": "null"], ["const": 1]]]], "2", "fits none of the 2 schemas of anyOf"),
      (["regex": "a", "part": "answer"], "a", "the response has no <answer>…</answer>"),
      (["regex": "z", "part": "answer", "negate": true], "a", "the response has no <answer>…</answer>"),
    ]
    for (check, response, reason) in table {
      #expect(try run(check, response).reason == reason, "\(check)")
    }
  }

  @Test("what is missing leaves the criterion unscored")
  func missing() throws {
    let picture = try #require(Picture(width: 2, height: 1, rgb: [0, 0, 0, 9, 9, 9]))
    let wide = try #require(Picture(width: 3, height: 1, rgb: [UInt8](repeating: 0, count: 9)))
    let text = Subject(response: Text("42"))
    let drawn = Subject(images: [picture])
    let table: [(JSONValue, Subject, String)] = [
      (["number": "$reference"], text, "the item has no reference text"),
      (["equals": "$reference", "negate": true], text, "the item has no reference text"),
      (["rouge_l": "$reference"], text, "the item has no reference text"),
      (["regex": "a"], drawn, "the response has no text"),
      (["blank": false], text, "the response has no image"),
      (["blank": false, "image": 2], drawn, "the response has 1 image, not 2"),
      (["ssim": "$reference"], drawn, "the reference has no image"),
      (["dimensions": "$reference"], drawn, "the reference has no image"),
      (
        ["number": "$reference"], Subject(response: Text("1"), reference: Text("none")),
        "the reference \"none\" has no number"
      ),
      (
        ["choice": "$reference"], Subject(response: Text("A"), reference: Text("7")),
        "the reference \"7\" has no choice letter"
      ),
      (
        ["contains": "$reference"], Subject(response: Text("A"), reference: Text("")),
        "the text to look for is empty"
      ),
      (
        ["psnr": "$reference", "at_least": 1], Subject(images: [picture], referenceImages: [wide]),
        "psnr compares pixels, but the response is 2×1 and the reference 3×1; add {dimensions: $reference} as a criterion, or use phash, which takes any sizes"
      ),
      (
        ["ssim": "$reference"], Subject(images: [picture], referenceImages: [picture]),
        "ssim needs pictures of at least 7×7, this is 2×1"
      ),
    ]
    for (check, subject, message) in table {
      #expect(try run(check, subject).unscored == message, "\(check)")
    }
  }
}
