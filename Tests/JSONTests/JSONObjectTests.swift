import JSON
import Testing

@Suite struct JSONObjectTests {
  private let object = JSONObject([("a", JSONValue.int(1)), ("b", ["c": 0.5] as JSONValue)])

  @Test func keptTextIsWrittenAsTheMembersWouldBe() throws {
    let kept = try object.keepingText()
    #expect(kept == object)
    #expect(kept.hashValue == object.hashValue)
    for (kept, plain) in [(kept, object), ([kept, kept][1], object)] {
      #expect(try JSONWriter.compact([.object(kept)]) == JSONWriter.compact([.object(plain)]))
      #expect(try JSONWriter.pretty(.object(kept)) == JSONWriter.pretty(.object(plain)))
      #expect(try JSONWriter.canonical(.object(kept)) == JSONWriter.canonical(.object(plain)))
    }
  }

  @Test func aChangeDropsTheKeptText() throws {
    let kept = try object.keepingText()
    var added = kept, replaced = kept, removed = kept
    added["d"] = nil
    added["d"] = JSONValue.null
    replaced["a"] = 2
    removed["a"] = nil
    #expect(try JSONWriter.compact(.object(added)) == #"{"a":1,"b":{"c":0.5},"d":null}"#)
    #expect(try JSONWriter.compact(.object(replaced)) == #"{"a":2,"b":{"c":0.5}}"#)
    #expect(try JSONWriter.compact(.object(removed)) == #"{"b":{"c":0.5}}"#)
    #expect(try JSONWriter.compact(.object(kept)) == #"{"a":1,"b":{"c":0.5}}"#)
  }

  @Test func whatCannotBeWrittenKeepsNoText() {
    #expect(throws: JSONError.self) { try JSONObject([("a", JSONValue.number(.nan))]).keepingText() }
  }

  @Test func manyMembersAreFoundThroughTheIndex() {
    var object = JSONObject()
    for number in 0..<40 { object["k\(number)"] = .int(Int64(number)) }
    object["k7"] = nil
    #expect(object.count == 39)
    #expect(object["k7"] == nil)
    for number in 8..<40 { #expect(object["k\(number)"] == .int(Int64(number))) }
  }

  /// A composed and a decomposed letter are one `Character`, and two keys; so are two orders of the same marks.
  @Test(arguments: [("\u{E9}", "e\u{301}"), ("a\u{323}\u{307}", "a\u{307}\u{323}")])
  func keysAreTheSameByteForByte(one: String, other: String) {
    #expect(one == other)
    #expect(JSONObject([(one, JSONValue.int(1)), (other, JSONValue.int(2))]).count == 2)
  }
}
