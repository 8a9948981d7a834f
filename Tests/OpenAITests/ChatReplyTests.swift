import JSON
import Judging
import Testing
import Wire

@testable import OpenAI

@Suite struct ChatReplyTests {
  private static let source = ServerAnswer.Source(model: "flex", server: "http://judge:8000/v1")

  /// One row of a file of replies.
  struct Row: Sendable, CustomTestStringConvertible {
    let file: String
    let value: JSONValue
    var testDescription: String { "\(file): \(value["name"]?.string ?? "")" }
  }

  private static func rows() throws -> [Row] {
    try ["vllm", "sglang", "llama-cpp", "hosted"].flatMap { file in
      (try Fixture.json("replies/\(file).json").array ?? []).map { Row(file: file, value: $0) }
    }
  }

  @Test(arguments: try rows()) func repliesOfServersAreRead(row: Row) throws {
    let body = try JSONWriter.bytes(try #require(row.value["body"]))
    let reader = ChatReply(
      source: Self.source, samples: row.value["samples"]?.int ?? 1, topLogprobs: row.value["top_logprobs"]?.int ?? 0)
    let outcome = Result { () throws(Unscored) in try reader.read(body) }
    if let error = row.value["error"] {
      guard case .failure(let unscored) = outcome else {
        Issue.record("was read")
        return
      }
      #expect(unscored.reason.rawValue == error["reason"]?.string)
      #expect(unscored.message.contains(try #require(error["message"]?.string)), "\(unscored.message)")
      #expect(unscored.message.hasPrefix("model 'flex' at http://judge:8000/v1: "))
      #expect(unscored.spent.json == error["spent"] ?? [:])
    } else {
      let expected = try #require(row.value["expect"])
      let contents = try outcome.get()
      #expect(.array(contents.replies.map { .string($0.text) }) == expected["texts"])
      #expect(.array(contents.replies.map { .string($0.finish?.rawValue ?? "") }) == expected["finish"])
      #expect(contents.replies.compactMap(\.reasoning).map { .string($0) } == expected["reasoning"]?.array ?? [])
      #expect(contents.usage.json == expected["usage"])
      if let model = expected["model"] { #expect(contents.replies[0].model == model.string) }
      #expect(contents.replies[0].tokens.map(Self.json) == expected["tokens"]?.array ?? [])
    }
  }

  private static func json(_ token: JudgeReply.Token) -> JSONValue {
    var object = JSONObject([("text", .string(token.text)), ("logprob", .number(token.logprob))])
    if !token.top.isEmpty { object["top"] = .array(token.top.map(json)) }
    return .object(object)
  }

  @Test(arguments: [
    ("", "the answer is empty"),
    (" \n ", "the answer is empty"),
    ("<html><head><TITLE>Sign in</TITLE></head>", "the answer is a page (Sign in), not JSON; does the URL lead to"),
    ("<!doctype html>\n<body>hello", "the answer is a page (<!doctype html> <body>hello), not JSON"),
    (#"{"choices": [{"message": {"conte"#, "the answer is not JSON (line 1, column "),
    (#"{"choices": [{"message": {"conte"#, #"32 bytes, ending in '{"choices": [{"message": {"conte'"#),
    ("nonsense", "the answer is not JSON"),
    ("[]", "the answer is an array, expected an object; is the URL that of a model server?"),
    ("null", "the answer is null, expected an object"),
    ("{}", "the answer has no list of 'choices'; is the URL that of a chat model?"),
    (#"{"choices": null}"#, "the answer has no list of 'choices'"),
    (#"{"choices": "x"}"#, "the answer has no list of 'choices'"),
    (#"{"choices": []}"#, "the answer's list of 'choices' is empty"),
    (#"{"choices": [null]}"#, "choices[0] has no 'message'"),
    (#"{"choices": [7]}"#, "choices[0] has no 'message'"),
    (#"{"choices": [{"text": "7"}]}"#, "choices[0] has no 'message'"),
    (#"{"choices": [{"message": "7", "finish_reason": "stop"}]}"#, "choices[0] has no 'message'"),
    (
      #"{"choices": [{"message": {"content": 7}, "finish_reason": "stop"}]}"#,
      "'content' is an integer, expected a string"
    ),
    (#"{"choices": [{"message": {"content": {"score": 7}}, "finish_reason": "stop"}]}"#, "'content' is an object"),
    (#"{"choices": [{"message": {"content": true}, "finish_reason": "stop"}]}"#, "'content' is a boolean"),
    (
      #"{"choices": [{"message": {"content": [{"type": "image_url"}]}, "finish_reason": "stop"}]}"#,
      "'content' holds a part of type 'image_url'; only words can be read"
    ),
    (
      #"{"choices": [{"message": {"content": [{"type": "text"}]}, "finish_reason": "stop"}]}"#,
      "a part of 'content' is of type text and has no 'text'"
    ),
    (#"{"choices": [{"message": {"content": [8]}, "finish_reason": "stop"}]}"#, "a part of type 'none'"),
    (
      #"{"choices": [{"message": {"content": "<answer>1"}}]}"#,
      "does not say why the reply ended (finish_reason is missing)"
    ),
    (
      #"{"choices": [{"message": {"content": "1"}, "finish_reason": null}]}"#,
      "(finish_reason is null), so it may be cut"
    ),
    (#"{"choices": [{"message": {"content": "1"}, "finish_reason": 0}]}"#, "(finish_reason is an integer)"),
    (#"{"choices": [{"message": {"content": "1"}, "finish_reason": ""}]}"#, "not known: finish_reason ''"),
    (
      #"{"choices": [{"message": {"content": "1"}, "finish_reason": "stop"}, {"message": {"content": "2"}}]}"#,
      "the answer has 2 choices, and 1 were asked for"
    ),
    (#"{"choices": [], "choices": [{"message": {"content": "9"}, "finish_reason": "stop"}]}"#, "duplicate object key"),
    (#"{"error": "model not loaded"}"#, "status 200, but the answer is an error: model not loaded"),
    (#"{"error": {}}"#, "status 200, but the answer is an error: {}"),
    (#"{"detail": "Not Found"}"#, "status 200, but the answer is an error: Not Found"),
    (#"{"error": {"message": "a\nb\u001b[2Jc"}}"#, "is an error: a b [2Jc"),
    (
      #"{"choices": [{"message": {"content": "1"}, "finish_reason": "stop"}], "created": 1e999}"#,
      "the answer is not JSON"
    ),
    (#"{"choices": [{"message": {"content": "1"}, "finish_reason": "stop"}], "x": NaN}"#, "the answer is not JSON"),
  ])
  func whatIsNoReplyIsAnErrorThatSaysSo(body: String, message: String) {
    let unscored = #expect(throws: Unscored.self) { try read(Array(body.utf8)) }
    #expect(unscored?.reason == .judgeError)
    #expect(unscored?.message.contains(message) == true, "\(unscored?.message ?? "")")
    #expect(unscored?.message.hasPrefix("model 'flex' at http://judge:8000/v1: ") == true)
  }

  @Test func invalidBytesAreNoReply() {
    let body =
      Array(#"{"choices": [{"message": {"content": "<answer>9</answer>\#u{7F}"#.utf8) + [0xC3, 0x28]
      + Array(#""}}]}"#.utf8)
    let unscored = #expect(throws: Unscored.self) { try read(body) }
    #expect(unscored?.message.contains("the answer is not JSON") == true)
  }

  @Test(arguments: [
    (#"<answer>1\u00000</answer>"#, "<answer>1\u{FFFD}0</answer>"),
    (#"\ud83d x \ude00 y \ud83d\ude00"#, "\u{FFFD} x \u{FFFD} y 😀"),
    (#"\\u0000 and \u0000"#, "\\u0000 and \u{FFFD}"),
    (#"\ud83d\u0041 \uD83D\uD83D\uDE00\n"#, "\u{FFFD}A \u{FFFD}😀\n"),
  ])
  func escapesThatAreNoTextAreShownAsUnreadable(content: String, text: String) throws {
    let body = #"{"choices": [{"message": {"content": "\#(content)"}, "finish_reason": "stop"}]}"#
    #expect(try read(Array(body.utf8)).replies.map(\.text) == [text])
  }

  @Test(arguments: [
    (#"[{"index": 0, M}, {"index": 0, M}]"#, "two choices have the index 0, so which is which cannot be told"),
    (#"[{"index": 0, M}, {M}]"#, "a choice has no whole number as its 'index'"),
    (#"[{"index": -1, M}, {"index": 0, M}]"#, "a choice has no whole number as its 'index'"),
    (#"[{"index": 0.5, M}]"#, "a choice has no whole number as its 'index'"),
    (#"[{"index": "0", M}]"#, "a choice has no whole number as its 'index'"),
  ])
  func indexesMustTellChoicesApart(choices: String, message: String) {
    let choice = #""message": {"content": "1"}, "finish_reason": "stop""#
    let body = #"{"choices": \#(choices.replacing("M", with: choice))}"#
    let unscored = #expect(throws: Unscored.self) { try read(Array(body.utf8), samples: 4) }
    #expect(unscored?.message.contains(message) == true, "\(unscored?.message ?? "")")
  }

  @Test func choicesWithoutIndexesStandInOrder() throws {
    let choices = ["a", "b"].map { #"{"message": {"content": "\#($0)"}, "finish_reason": "stop"}"# }
    let body = #"{"choices": [\#(choices.joined(separator: ","))]}"#
    #expect(try read(Array(body.utf8), samples: 3).replies.map(\.text) == ["a", "b"])
  }

  @Test(arguments: [
    #"{"prompt_tokens": -1, "completion_tokens": 1.5, "prompt_tokens_details": {"cached_tokens": "8"}}"#,
    #"{"prompt_tokens": 1e300, "completion_tokens": null}"#, #"[]"#, #""none""#, "null",
  ])
  func countsThatCanBeNoneAreUnknown(usage: String) throws {
    let body = #"{"choices": [{"message": {"content": "1"}, "finish_reason": "stop"}], "usage": \#(usage)}"#
    #expect(try read(Array(body.utf8)).usage == Usage())
  }

  @Test(arguments: [
    "null", "[]", #"{"content": null}"#, #"{"content": 7}"#, #"{"tokens": ["7"], "token_logprobs": [-0.1]}"#,
  ])
  func logprobsThatAreNoneLeaveTheReplyAsItIs(logprobs: String) throws {
    let body = #"{"choices": [{"message": {"content": "7"}, "finish_reason": "stop", "logprobs": \#(logprobs)}]}"#
    let replies = try read(Array(body.utf8), topLogprobs: 5).replies
    #expect(replies.map(\.text) == ["7"] && replies[0].tokens.isEmpty)
  }

  @Test func logprobsThatNobodyAskedForAreLeftOut() throws {
    let logprobs = #"{"content": [{"token": "7", "logprob": -0.1}]}"#
    let body = #"{"choices": [{"message": {"content": "7"}, "finish_reason": "stop", "logprobs": \#(logprobs)}]}"#
    #expect(try read(Array(body.utf8)).replies[0].tokens.isEmpty)
  }

  private func read(_ body: [UInt8], samples: Int = 1, topLogprobs: Int = 0) throws(Unscored) -> ChatReply.Contents {
    try ChatReply(source: Self.source, samples: samples, topLogprobs: topLogprobs).read(body)
  }
}
