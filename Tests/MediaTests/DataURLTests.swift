import Testing
import Wire

@testable import Media

@Suite struct DataURLTests {
  static let accepted: [(url: String, type: String?, content: String)] = [
    ("data:image/png;base64,Zm9v", "image/png", "foo"),
    ("DATA:Image/PNG;BASE64,Zm9v", "image/png", "foo"),
    ("data:image/png;name=x.png;base64,Zm9v", "image/png", "foo"),
    ("data:;base64,Zm9v", nil, "foo"),
    ("data:,foo", nil, "foo"),
    ("data:text/plain;charset=utf-8,%66oo", "text/plain", "foo"),
    ("data:text/plain,a,b;base64,c", "text/plain", "a,b;base64,c"),
    ("data:base64,Zm9v", "base64", "Zm9v"),
    ("data:image/png;base64,Zm%39v", "image/png", "foo"),
    ("data:image/png;base64,Zg%3D%3D", "image/png", "f"),
    ("data:,%E2%82%AC", nil, "€"),
  ]

  @Test(arguments: accepted) func reads(url: String, type: String?, content: String) throws {
    guard case .data(let data) = try MediaSource(url, relativeTo: nil) else {
      Issue.record("\(url) was not taken for a data: URL")
      return
    }
    #expect(data.mediaType == type)
    #expect(try data.decode(maxBytes: 100) == Array(content.utf8))
  }

  static let refused: [(url: String, cause: String)] = [
    ("data:image/png;base64", "needs a comma"),
    ("data:", "needs a comma"),
    ("data:,%4", "two hexadecimal digits"),
    ("data:,%zz", "two hexadecimal digits"),
    ("data:;base64,Zg%3", "two hexadecimal digits"),
    ("data:;base64,Zg", "not a multiple of 4"),
    ("data:;base64,", "is empty"),
    ("data:,", "is empty"),
    ("data:,123456789", "over the limit max_input_bytes = 8"),
    ("data:;base64,MTIzNDU2Nzg5", "over the limit max_input_bytes = 8"),
    ("data:;base64,MTIzNDU2Nzg5%4D%54I%3D", "over the limit max_input_bytes = 8"),
  ]

  @Test(arguments: refused) func refuses(url: String, cause: String) async {
    var limits = MediaLimits()
    limits.maxInputBytes = 8
    let error = await MediaLoader(decoders: [StubDecoder()], limits: limits).failure(url)
    #expect(error?.message.contains(cause) == true, "\(String(describing: error))")
    #expect(error?.reason == .invalidInput)
  }

  @Test func takesAsManyBytesAsTheLimitAllows() throws {
    for (url, bytes) in [("data:,12345678", 8), ("data:;base64,MTIzNDU2Nzg=", 8), ("data:;base64,MTIzNDU2", 6)] {
      guard case .data(let data) = try MediaSource(url, relativeTo: nil) else { continue }
      #expect(try data.decode(maxBytes: bytes).count == bytes)
    }
  }

  @Test func messagesShowTheBeginning() async {
    let url = "data:image/png;base64," + String(repeating: "A", count: 9999) + "!"
    let error = await MediaLoader(decoders: []).failure(url)
    let start = "image 'data:image/png;base64,AAAAAAAAAAAAAAAAAAAAAAAAAA…' (10022 bytes): the base64 content has '!'"
    #expect(error?.message.hasPrefix(start) == true, "\(String(describing: error))")
  }
}
