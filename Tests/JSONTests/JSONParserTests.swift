import Testing

@testable import JSON

@Suite struct JSONParserTests {
  static let refused: [(String, String)] = [
    ("", "empty"),
    ("{\"a\":1,\"a\":2}", "duplicate object key"),
    ("[1,2", "end of file"),
    ("{} x", "end of file expected"),
    ("[\"a\\u0000\"]", "the character \\u0000 is not allowed near"),
    ("[NaN]", "invalid token"),
    ("[1e999]", "real number overflow"),
    ("[9223372036854775808]", "too big integer"),
    ("[01]", "invalid token"),
    ("[1,]", "unexpected token"),
  ]

  @Test(arguments: refused) func refuses(text: String, reason: String) throws {
    let error = try #require(throws: JSONError.self) { try JSONParser.parse(text) }
    #expect(error.description.contains(reason), "\(error)")
    #expect(error.line != nil)
  }

  @Test func refusesInvalidUTF8AndDeepNesting() throws {
    #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xFF, 0xFE, 0x22]) }
    #expect(throws: JSONError.self) { try JSONParser.parse(String(repeating: "[", count: 5000)) }
  }

  @Test(arguments: [
    #"{"b":1,"a":[true,false,null,-0.5,1e-7],"text":"a\"\\\n\t\u0001é😀"}"#, "[]", "{}", "\"x\"", "0.1",
    "12345678901234567",
  ])
  func readsAndWritesTheSameText(text: String) throws {
    let value = try JSONParser.parse(text)
    #expect(try JSONParser.parse(JSONWriter.compact(value)) == value)
    #expect(try JSONParser.parse(JSONWriter.pretty(value)) == value)
  }

  @Test func writesShortDoublesAndRefusesNaN() throws {
    #expect(try JSONWriter.compact([0.1, 100.0, 1]) == "[0.1,100.0,1]")
    for text in ["", "a \"b\" \\", "\u{0}\n\u{1F}\u{2028}é"] {
      #expect(try JSONWriter.quoted(text) == JSONWriter.compact(.string(text)))
    }
    let error = try #require(throws: JSONError.self) { try JSONWriter.compact(["a": [1, .number(.nan)]]) }
    #expect(error.path == "a[1]")
  }

  @Test func appendsBehindWhatIsThere() throws {
    var bytes = Array("{\"a\":".utf8)
    try JSONWriter.append(["b": "\"\u{1}é", "c": [1, 0.5]], to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"a":{"b":"\"\u0001é","c":[1,0.5]}"#)
    let before = bytes
    #expect(throws: JSONError.self) { try JSONWriter.append([1, .number(.infinity)], to: &bytes) }
    #expect(bytes == before)
  }

  @Test func canonicalTextIgnoresKeyOrder() throws {
    #expect(try JSONWriter.canonical(["b": 1, "a": ["d": 2, "c": 3]]) == #"{"a":{"c":3,"d":2},"b":1}"#)
    #expect(["b": 1, "a": 2] as JSONValue == ["a": 2, "b": 1])
  }

  /// Canonically equivalent keys trapped in the index of a large object, and the second replaced the first in a small one.
  @Test(arguments: [0, 20]) func equivalentTextsAreDifferent(others: Int) throws {
    let more = (0..<others).map { ",\"k\($0)\":0" }.joined()
    let value = try JSONParser.parse("{\"\u{E9}\":1,\"e\u{301}\":2\(more)}")
    #expect(value.object?.count == 2 + others)
    #expect(value["\u{E9}"] == 1)
    #expect(value["e\u{301}"] == 2)
    #expect(JSONValue.string("\u{E9}") != JSONValue.string("e\u{301}"))
  }

  @Test func largeObjectsKeepOrderAndFindEveryKey() throws {
    var object = JSONObject()
    for number in 0..<50 { object["k\(number)"] = .int(Int64(number)) }
    object["k7"] = nil
    #expect(object.count == 49)
    #expect(object["k7"] == nil)
    #expect(object["k49"] == 49)
    #expect(object.keys.prefix(8).last == "k8")
  }
}

@Suite struct JSONReaderTests {
  enum Colour: String, CaseIterable { case red, green }

  @Test func errorsNameThePathAndTheAcceptedValues() throws {
    let reader = JSONReader(["items": [["colour": "gren", "n": 3.5]]])
    let item = try #require(try reader.require("items").array().first)
    func message(_ body: () throws -> Void) throws -> String {
      try #require(throws: JSONError.self) { try body() }.description
    }
    #expect(
      try message { _ = try item.require("colour").choice(Colour.self) }
        == "items[0].colour: unknown value 'gren'; did you mean 'green'? accepted: red, green")
    #expect(try message { _ = try item.require("n").int() } == "items[0].n: expected a whole number, found a number")
    #expect(try message { _ = try item.require("size") } == "items[0]: 'size' is missing")
    #expect(
      try message { try item.allowOnly("color", "n") }
        == "items[0].colour: unknown field 'colour'; did you mean 'color'? accepted: color, n")
  }

  @Test(arguments: [("wieght", "weight", 1), ("kitten", "sitting", 3), ("", "abc", 3), ("ab", "ba", 1)])
  func editDistance(left: String, right: String, expected: Int) {
    #expect(Suggestion.distance(left, right) == expected)
  }
}
