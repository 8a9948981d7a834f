import JSON
import Testing

@testable import Checks

/// What an author is told about a mistake in a rubric's checks. The messages are part of the interface.
@Suite struct ConfigurationTests {
  static let mistakes: [(JSONValue, String)] = [
    ([:], "criteria[0].check: the check is empty; name one, such as {regex: '\\d+'}"),
    (["regx": "a"], "criteria[0].check.regx: unknown check 'regx'; did you mean 'regex'? accepted: equals, contains,"),
    (
      ["regex": "a", "number": 1],
      "criteria[0].check: 'regex' and 'number' are two checks; give each a criterion of its own"
    ),
    (
      ["regex": "a", "flag": ["dotall"]],
      "criteria[0].check.flag: unknown option of 'regex' 'flag'; did you mean 'flags'?"
    ),
    (["regex": "a", "flags": ["dotal"]], "criteria[0].check.flags[0]: unknown value 'dotal'; did you mean 'dotall'?"),
    (
      ["regex": "(a"], "criteria[0].check.regex: the pattern does not compile: missing closing parenthesis, at offset 2"
    ),
    (["regex": 1], "criteria[0].check.regex: expected a string, found an integer"),
    (["equals": "$refernce"], "criteria[0].check.equals: '$refernce' is not a variable; did you mean '$reference'?"),
    (["contains": []], "criteria[0].check.contains: the list is empty; give at least one text"),
    (["contains": ["a"], "mode": "some"], "criteria[0].check.mode: unknown value 'some';"),
    (["number": true], "criteria[0].check.number: expected a number or $reference, found a boolean"),
    (["number": "none"], "criteria[0].check.number: there is no number in 'none'"),
    (["number": 1, "tolerance": -1], "criteria[0].check.tolerance: -1.0 is out of range; accepted: 0.0 to"),
    (["choice": "Z"], "criteria[0].check.choice: 'Z' is none of the letters; accepted: ABCDEFGHIJ"),
    (
      ["choice": "A", "letters": "A1"], "criteria[0].check.letters: expected different letters such as ABCD, found 'A1'"
    ),
    (
      ["word_count": true],
      "criteria[0].check.word_count: the value of 'word_count' has no score of its own; add at_least"
    ),
    (["word_count": ["minimum": 1]], "criteria[0].check.word_count.minimum: unknown field 'minimum';"),
    (["word_count": ["min": 9, "max": 1]], "criteria[0].check.word_count: min 9.0 is above max 1.0"),
    (
      ["word_count": []],
      "criteria[0].check.word_count: expected true or bounds such as {min: 1, max: 10}, found an array"
    ),
    (["tags": []], "criteria[0].check.tags: the list is empty; give at least one tag name"),
    (["tags": ["<think>"]], "criteria[0].check.tags[0]: '<think>' is not a tag name; write letters"),
    (["tags": ["a", "a"]], "criteria[0].check.tags[1]: the tag 'a' stands twice"),
    (
      ["psnr": "$reference"],
      "criteria[0].check.psnr: the value of 'psnr' has no score of its own; add at_least, at_most or"
    ),
    (
      ["psnr": "other.png", "at_least": 1],
      "criteria[0].check.psnr: expected $reference, the item's reference image, found"
    ),
    (["sharpness": true], "criteria[0].check.sharpness: the value of 'sharpness' has no score of its own;"),
    (["dimensions": [:]], "criteria[0].check.dimensions: nothing is asked for; give width, height,"),
    (["blank": "no"], "criteria[0].check.blank: expected true or false, found a string"),
    (["blank": false, "part": "answer"], "criteria[0].check.part: unknown option of 'blank' 'part';"),
    (
      ["regex": "a", "range": [1, 2], "at_least": 1], "criteria[0].check.range: 'range' cannot stand beside 'at_least'"
    ),
    (["regex": "a", "range": [1]], "criteria[0].check.range: expected two numbers [lo, hi], found 1"),
    (["regex": "a", "range": [1, 1]], "criteria[0].check.range: both ends are 1.0; they must differ"),
    (["regex": "a", "negate": 1], "criteria[0].check.negate: expected true or false, found an integer"),
    (["regex": "a", "part": "anser"], "criteria[0].check.part: unknown value 'anser'; did you mean 'answer'?"),
    (["rouge_l": "a", "max_tokens": 0], "criteria[0].check.max_tokens: 0 is out of range; accepted: 1 to"),
    (["json": "objekt"], "criteria[0].check.json: unknown value 'objekt'; did you mean 'object'?"),
    (
      ["json_schema": ["properties": ["a": ["type": "strin"]]]],
      "criteria[0].check.json_schema.properties.a.type: unknown value 'strin'; did you mean 'string'?"
    ),
    (
      ["json_schema": ["$ref": "https://example.com/s.json"]],
      "criteria[0].check.json_schema.$ref: 'https://example.com/s.json' leads outside this schema; remote schemas are not"
    ),
    (
      ["json_schema": ["$ref": "#/$defs/a"]],
      "criteria[0].check.json_schema.$ref: '#/$defs/a' leads nowhere: there is no '$defs'"
    ),
    (
      ["json_schema": ["pattern": "("]],
      "criteria[0].check.json_schema.pattern: the pattern does not compile: missing closing parenthesis"
    ),
    (
      ["json_schema": ["$schema": "http://json-schema.org/draft-07/schema#"]],
      "criteria[0].check.json_schema.$schema: the dialect 'http://json-schema.org/draft-07/schema#' is not known;"
    ),
    (
      ["json_schema": 5],
      "criteria[0].check.json_schema: expected a schema (an object, true or false), found an integer"
    ),
  ]

  @Test("a mistake is refused with its place, the accepted names and the nearest one", arguments: mistakes)
  func refuses(check: JSONValue, message: String) {
    let error = compileError(check)
    #expect(error?.hasPrefix(message) == true, "\(error ?? "compiled") instead of \(message)")
  }

  @Test("the list of criteria is checked as a whole")
  func criteria() {
    let table: [(JSONValue, String)] = [
      ([:], "'criteria' is missing"),
      (["criteria": []], "criteria: there are no criteria; give at least one"),
      (["critera": []], "critera: unknown field 'critera'; did you mean 'criteria'? accepted: criteria"),
      (["criteria": [["name": "a"]]], "criteria[0]: 'check' is missing"),
      (["criteria": [["check": ["regex": "a"]]]], "criteria[0]: 'name' is missing"),
      (
        ["criteria": [["name": "a", "check": ["regex": "a"]], ["name": "a", "check": ["regex": "b"]]]],
        "criteria[1]: there are two criteria named 'a'; rename one"
      ),
    ]
    for (config, message) in table {
      #expect(throws: JSONError.self) { _ = try CheckSet.compile(JSONReader(config)) }
      do { _ = try CheckSet.compile(JSONReader(config)) } catch { #expect("\(error)" == message) }
    }
  }

  @Test("no option has the name of a check, and no two checks have the same name")
  func namesAreDistinct() {
    let names = Registry.kinds.map(\.name)
    #expect(Set(names).count == names.count)
    for kind in Registry.kinds {
      #expect(Set(kind.allOptions).isDisjoint(with: names), "\(kind.name)")
      #expect(Set(kind.allOptions).count == kind.allOptions.count, "\(kind.name)")
    }
  }
}
