import HTTP
import JSON
import Testing
import Wire

@testable import OpenAI

/// The parts of delivery that need no server.
@Suite struct DeliveryPartsTests {
  // 2023-11-14 22:13:20 GMT
  private static let now = 1_700_000_000

  @Test(
    arguments: [
      (["Retry-After": "3"], Duration.seconds(3)), (["retry-after": "0"], .zero),
      (["Retry-After": "1.5"], .seconds(1.5)),
      (["Retry-After": "Tue, 14 Nov 2023 22:13:30 GMT"], .seconds(10)),
      (["Retry-After": "Mon, 13 Nov 2023 22:13:30 GMT"], .zero),
      (["retry-after-ms": "250", "Retry-After": "9"], .milliseconds(250)),
      (["retry-after-ms": "soon", "Retry-After": "9"], .seconds(9)),
      (["Retry-After": "1e300"], .seconds(31_536_000)),
      (["Retry-After": "-1"], nil), (["Retry-After": "nan"], nil), (["Retry-After": "inf"], nil),
      (["Retry-After": ""], nil), (["Retry-After": "Tue, 14 Nov 2023 25:13:30 GMT"], nil),
      (["Retry-After": "Tue, 14 Foo 2023 22:13:30 GMT"], nil), (["Retry-After": "Tuesday"], nil), ([:], nil),
    ] as [([String: String], Duration?)])
  func retryAfterIsReadAsItIsMeant(headers: [String: String], wait: Duration?) {
    let response = HTTPResponse(status: 503, headers: headers.map { HTTPHeader($0.key, $0.value) })
    #expect(RetryAfter.wait(in: response, secondsSince1970: Self.now) == wait)
  }

  @Test func backoffIsJitteredBoundedAndRepeatable() {
    let first = Backoff(seed: 7), second = Backoff(seed: 7), other = Backoff(seed: 8)
    let failures = (0..<200).map { 1 + $0 % 12 }
    let waits = failures.map(first.wait)
    #expect(waits == failures.map(second.wait))
    #expect(waits != failures.map(other.wait))
    for (count, wait) in zip(failures, waits) {
      #expect(wait >= .zero)
      #expect(wait <= min(.milliseconds(250) * (1 << (count - 1)), .seconds(30)))
    }
    // Even over the whole interval: the mean of the longest ones is near its middle.
    let long = (0..<1000).map { _ in first.wait(failures: 100).seconds }
    #expect(abs(long.reduce(0, +) / 1000 - 15) < 1.5)
  }

  @Test(arguments: [
    (#"{"error":{"message":"a","type":"T","code":400}}"#, "a", ["t"]),
    (#"{"error":{"message":"a","type":"t","code":"c"}}"#, "a", ["c", "t"]),
    (#"{"object":"error","message":"a","type":"T","code":400}"#, "a", ["t"]),
    (#"{"error":{"code":400,"message":"a","type":"t"}}"#, "a", ["t"]),
    (#"{"detail":"a"}"#, "a", []), (#"{"detail":{"error":"a"}}"#, "a", []),
    (
      #"{"detail":[{"loc":["body","n"],"msg":"a"},{"loc":["body","items",0],"msg":"b"}]}"#,
      "body.n: a; body.items.0: b", []
    ),
    (#"{"error":"a","error_type":"Overloaded"}"#, "a", ["overloaded"]),
    (#""a""#, "a", []), ("a\nb", "a b", []), ("", "", []), (" \r\n\t", "", []),
    ("<!DOCTYPE html><HTML><TITLE>502 Bad <b>Gateway</b></TITLE><body>x", "502 Bad Gateway", []),
    ("<html><title> </title><h1>Down</h1>", "Down", []), ("<p>Down</p> now", "Down now", []),
    ("a\u{1B}[31m\u{0}b\u{202E}c", "a [31m b c", []), ("{broken", "{broken", []),
    (#"{"unknown":"shape"}"#, #"{"unknown":"shape"}"#, []),
  ])
  func theServersWordsAreFound(body: String, message: String, codes: [String]) {
    let words = ServerWords(Array(body.utf8), secrets: [])
    #expect(words.message == message)
    #expect(words.codes == codes)
  }

  @Test func wordsAreBoundedAndHoldNoSecret() {
    let key = "sk-abcdefghijklmnop"
    // A key that the bound would cut in two is gone all the same.
    for padding in [0, 380, 390, 399, 500] {
      let body = String(repeating: "x", count: padding) + " \(key) and \(key)"
      for text in [body, #"{"error":{"message":"\#(body)"}}"#] {
        let words = ServerWords(Array(text.utf8), secrets: [key])
        #expect(words.message.count <= 401)
        #expect(!words.message.contains("sk-"))
        #expect(padding > 300 || words.message == "[key] and [key]")
      }
    }
    #expect(ServerWords(Array("a b".utf8), secrets: ["a", ""]).message == "a b")
    let invalid = ServerWords([0x61, 0xFF, 0xC3, 0x28], secrets: [])
    #expect(invalid.message == "a\u{FFFD}\u{FFFD}(")
    let huge = ServerWords([UInt8](repeating: UInt8(ascii: "["), count: 8 << 20), secrets: [])
    #expect(huge.message.count == 401)
  }

  @Test(
    arguments: [
      ("This model's maximum context length is 8 tokens", UnscoredReason.invalidInput),
      ("The prompt (total length 9) is longer than the maximum model length of 8", .invalidInput),
      ("The input (9 tokens) is longer than the model's context length (8 tokens).", .invalidInput),
      ("the request exceeds the available context size, try increasing it", .invalidInput),
      ("`inputs` must have less than 512 tokens. Given: 600", .invalidInput),
      ("cannot identify image file <_io.BytesIO object at 0x7f>", .invalidInput),
      ("'max_tokens' is too large: 9. This model's maximum context length is 8 tokens", nil),
      ("unknown field", nil), ("", nil),
    ] as [(String, UnscoredReason?)])
  func inputIsAtFaultOnlyWhereTheServerSaysSo(message: String, reason: UnscoredReason?) {
    #expect(ServerWords(Array(message.utf8), secrets: []).inputFault(status: 400) == reason)
  }

  @Test(arguments: [
    ("/a", Letter.Root.base, "http://h/v1", "http://h/v1/a"), ("/a", .server, "http://h/v1", "http://h/a"),
    ("/a", .server, "http://h/api", "http://h/api/a"), ("/a", .server, "http://h/x/v1", "http://h/x/a"),
  ])
  func pathsStartWhereTheyAreKept(path: String, root: Letter.Root, base: String, url: String) {
    #expect(Letter(path: path, root: root).url(base: base) == url)
  }

  @Test func aRequestMayTakeWhatIsLeftOfTheCall() throws {
    let reader = JSONReader(["url": "http://h/v1", "first_byte_timeout_ms": 5000, "max_response_bytes": 2048])
    let options = try DeliveryOptions(reader)
    let request = Letter(path: "/a").request("http://h/v1/a", headers: [], options: options, time: .microseconds(1500))
    #expect(request.method == .get)
    #expect(request.maxResponseBytes == 2048)
    #expect(
      request.timeouts
        == HTTPTimeouts(connectMilliseconds: 2, firstByteMilliseconds: 2, totalMilliseconds: 2))
  }
}
