import Testing

@testable import JSON

/// The quick reader against jansson: what it reads is what jansson reads, and what jansson refuses it does not read.
@Suite struct QuickReaderTests {
  private static func quick(_ bytes: [UInt8]) -> JSONValue? { bytes.withUnsafeBufferPointer { QuickReader.read($0) } }

  private static func jansson(_ bytes: [UInt8]) -> JSONValue? {
    bytes.withUnsafeBytes { raw in
      raw.baseAddress.flatMap { try? JSONParser.parseWithJansson($0, raw.count) }
    }
  }

  /// Read without jansson.
  static let usual = [
    #"{"id":"c-1","created":1750000000,"choices":[{"index":0,"message":{"role":"assistant","content":"7"},"logprobs":null}]}"#,
    " { \"a\" : [ ] ,\r\n\t\"b\" : { } , \"\" : [ 1 , 2 ] } ", "[]", "{}", "\"\"", "0", "-0", "true", "false", "null",
    "[0,-1,9223372036854775807,-9223372036854775808,1e3,1E+3,1e-3,-0.0,0.1,1.5e300,5e-324,1e-400,123456789.123456789]",
    #""\"\\\/\b\f\n\r\t\u0001\u00e9\uD83D\uDE00 é 😀 \u20ac""#, #"{"é":1,"\u0065\u0301":2,"e":3}"#,
    "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":10,\"k\":11,\"l\":12,\"m\":13,\"n\":14}",
    String(repeating: "[", count: 200) + String(repeating: "]", count: 200),
  ]

  @Test(arguments: usual) func readsWhatIsUsual(text: String) throws {
    let value = try #require(Self.quick(Array(text.utf8)))
    #expect(value == Self.jansson(Array(text.utf8)))
    #expect(try JSONWriter.compact(value) == JSONWriter.compact(JSONParser.parse(text)))
  }

  /// Left to jansson, most of it to be refused.
  static let unsure = [
    "", " ", "{", "[1,]", "[,1]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "[1 2]", "{} x", "[]]", "01", "-", "-01", "1.",
    ".5", "1e",
    "1e+", "+1", "0x10", "1e999", "9223372036854775808", "-9223372036854775809", "nul", "nulll", "True", "NaN",
    "Infinity",
    #""\x""#, #""\u00""#, #""\u00g0""#, #""\u0000""#, #""\uD800""#, #""\uD800\u0041""#, #""\uDC00""#, "\"a", "\"a\\",
    "'a'",
    "\"\u{1}\"", "\"\t\"", "\u{FEFF}{}", #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#,
    "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":10,\"k\":11,\"l\":12,\"m\":13,\"a\":14}",
    String(repeating: "[", count: 300) + String(repeating: "]", count: 300), "/* */ 1", "[1]\u{0}",
  ]

  @Test(arguments: unsure) func leavesTheRestToJansson(text: String) { #expect(Self.quick(Array(text.utf8)) == nil) }

  @Test(arguments: [
    [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
  ])
  func leavesInvalidUTF8ToJansson(bytes: [UInt8]) { #expect(Self.quick(bytes) == nil) }

  /// Texts with a few bytes changed, taken out or put in, the same each time.
  @Test func readsNothingThatJanssonReadsOtherwise() {
    var state: UInt64 = 1
    func random(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(below))
    }
    let marks = Array("\"\\{}[]:,0123456789.eE+-truefalsnd \n\t\u{1}é😀".utf8) + [0, 0x80, 0xC3, 0xED, 0xF4, 0xFF]
    let texts = (Self.usual + Self.unsure).map { Array($0.utf8) }
    var read = 0
    for _ in 0..<40_000 {
      var text = texts[random(texts.count)]
      for _ in 0...random(3) {
        let at = random(text.count + 1)
        switch random(3) {
        case 0 where at < text.count: text[at] = marks[random(marks.count)]
        case 1 where at < text.count: text.remove(at: at)
        default: text.insert(marks[random(marks.count)], at: at)
        }
      }
      guard let quick = Self.quick(text) else { continue }
      read += 1
      #expect(quick == Self.jansson(text), "\(String(decoding: text, as: UTF8.self))")
    }
    #expect(read > 1000)
  }
}
