import Testing
import Wire

@testable import Media

/// The test vectors of RFC 4648, 10, and what a lenient reader would take.
@Suite struct Base64Tests {
  static let accepted: [(text: String, content: String)] = [
    ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
    ("Zm9vYmFy", "foobar"), ("Pz8/", "???"), ("Pj4+", ">>>"),
  ]

  @Test(arguments: accepted) func decodes(text: String, content: String) throws {
    #expect(try Base64.decode(text.utf8) == Array(content.utf8))
    #expect(try Base64.decode(Array(text.utf8)) == Array(content.utf8))
  }

  static let refused: [(text: String, cause: String)] = [
    ("Zg", "not a multiple of 4"),
    ("Zg=", "not a multiple of 4"),
    ("Z", "not a multiple of 4"),
    ("Zm9vZg= =", "not a multiple of 4"),
    ("Zm9v\n", "not a multiple of 4"),
    ("Zm\n9vYgA", "the byte 0xa at character 2"),
    ("Zm 9", "the byte 0x20 at character 2"),
    ("Pz8_", "'_' at character 3; this is base64url"),
    ("Pj4-", "'-' at character 3; this is base64url"),
    ("Zm9vZ*==", "'*' at character 5"),
    ("====", "'=' at character 0"),
    ("Z===", "'=' at character 1"),
    ("Zg==Zg==", "'=' at character 2"),
    ("Zh==", "bits that belong to no byte"),
    ("Zm9=", "bits that belong to no byte"),
    ("Zm9\u{00E9}YQ=", "the byte 0xc3 at character 3"),
  ]

  @Test(arguments: refused) func refuses(text: String, cause: String) {
    let error = #expect(throws: Unscored.self) { try Base64.decode(text.utf8) }
    #expect(error?.message.contains(cause) == true, "\(String(describing: error))")
    #expect(error?.reason == .invalidInput)
  }
}
