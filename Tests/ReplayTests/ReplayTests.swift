import Foundation
import JSON
import Judging
import PluginHost
import PluginKit
import Replay
import Testing
import Wire

/// A recording in a temporary file that goes with this value.
final class TemporaryFile: Sendable {
  let path: String

  init(_ text: String) throws { path = try Self.write(Data(text.utf8)) }
  init(_ bytes: [UInt8]) throws { path = try Self.write(Data(bytes)) }

  private static func write(_ data: Data) throws -> String {
    let path = NSTemporaryDirectory() + "cupel-replay-\(UUID().uuidString).jsonl"
    try data.write(to: URL(filePath: path))
    return path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct ReplayTests {
  static func call(
    _ item: String, order: [Int] = [0], sample: Int = 0, prompt: String = "sha256:other", topLogprobs: Int = 0
  ) -> JudgeCall {
    JudgeCall(
      key: CallKey(item: item, order: order, sample: sample), messages: [],
      sampling: Sampling(topLogprobs: topLogprobs), promptDigest: prompt)
  }

  static func judge(_ text: String, samePrompt: Bool = false) throws -> (ReplayJudge, TemporaryFile) {
    let file = try TemporaryFile(text)
    let config: JSONValue = ["file": .string(file.path), "same_prompt": .bool(samePrompt)]
    return (try ReplayJudge(config: JSONReader(config)), file)
  }

  static let full = RecordedReply(
    key: CallKey(item: "q\"1\n", response: 1, order: [1, 0], sample: 2, criterion: "tone", attempt: 1),
    promptDigest: "sha256:ab",
    .success(
      JudgeReply(
        text: "<think>ä</think>[[A]]", reasoning: "r", finish: .length, model: "m",
        usage: Usage(promptTokens: 1, completionTokens: 2, reasoningTokens: 3, cachedTokens: 4),
        tokens: [
          .init(text: "A", logprob: -0.25, top: [.init(text: "A", logprob: -0.25), .init(text: "B", logprob: -1.5)])
        ])))

  static let scored = RecordedReply(
    key: CallKey(item: "q", response: 1, order: [1]), promptDigest: "sha256:ab",
    .success(
      JudgeReply(
        finish: nil, model: "rm", usage: Usage(promptTokens: 1, requests: 3),
        scores: [
          CriterionScore(name: "a", .success(.init(value: -2.5, score: 0.25, reason: "logit"))),
          CriterionScore(name: "b", .success(.init(value: 7, score: nil, reason: ""))),
          CriterionScore(name: "c", .failure(Unscored(.invalidInput, "too long"))),
        ])))

  @Test func whatHasScoresIsAScoringJudge() throws {
    let (judge, _) = try Self.judge(try Self.scored.line())
    #expect(judge.description.kind == .scoring)
    let call = JudgeCall(key: Self.scored.key, messages: [], sampling: Sampling(), promptDigest: "sha256:ab")
    #expect(try judge.reply(to: call) == Self.scored.outcome.get())
    #expect(try Self.judge("").0.description.kind == .generative)
  }

  @Test func aLineReadsBackAsItWasWritten() throws {
    let failed = RecordedReply(
      key: CallKey(item: "q", order: []), .failure(Unscored(.timeout, "late", spent: Usage(requests: 4))))
    for recorded in [failed, Self.full, Self.scored] {
      #expect(try RecordedReply(JSONReader(JSONParser.parse(recorded.line()))) == recorded)
    }
    let withNUL = RecordedReply(key: Self.full.key, .success(JudgeReply(text: "a\0b")))
    let read = try RecordedReply(JSONReader(JSONParser.parse(withNUL.line())))
    #expect(read == RecordedReply(key: Self.full.key, .success(JudgeReply(text: "a\u{FFFD}b"))))
  }

  @Test func aCallIsFoundByItsKeyThenByItsPrompt() throws {
    let (judge, _) = try Self.judge(
      """
      {"key": {"item": "a", "order": [0, 1]}, "prompt": "sha256:1", "text": "first"}
      {"key": {"item": "a", "order": [1, 0]}, "prompt": "sha256:2", "text": "second"}\r

      {"key": {"item": "b", "order": [0, 1]}, "prompt": "sha256:1", "text": "third", "finish": "length"}
      {"key": {"item": "c", "order": [0], "sample": 1}, "prompt": "sha256:1", "text": "sampled"}
      """)
    #expect(try judge.reply(to: Self.call("a", order: [0, 1])).text == "first")
    #expect(try judge.reply(to: Self.call("a", order: [1, 0])).text == "second")
    #expect(try judge.reply(to: Self.call("b", order: [0, 1], prompt: "sha256:2")).text == "third")
    #expect(try judge.reply(to: Self.call("new", prompt: "sha256:2")).text == "second")
    #expect(try judge.reply(to: Self.call("new", prompt: "sha256:1")).text == "first")
    #expect(try judge.reply(to: Self.call("new", sample: 1, prompt: "sha256:1")).text == "sampled")
  }

  @Test func whatWasNotRecordedIsAnErrorWithItsKey() throws {
    let (judge, file) = try Self.judge("{\"key\": {\"item\": \"a\", \"order\": [0]}, \"text\": \"x\"}")
    let error = #expect(throws: PluginError.self) { try judge.reply(to: Self.call("b", prompt: "sha256:9")) }
    #expect(
      error
        == PluginError(
          .failed,
          "\(file.path) has no reply for {\"attempt\":0,\"item\":\"b\",\"order\":[0],\"sample\":0}, and none to the prompt "
            + "sha256:9; record it again"))
    #expect(throws: PluginError.self) { try judge.reply(to: Self.call("a", sample: 1, prompt: "")) }
  }

  @Test func aRecordedFailureIsTheSameFailure() throws {
    let (judge, _) = try Self.judge(
      #"{"key": {"item": "a", "order": [0]}, "unscored": {"reason": "overloaded", "message": "busy"}}"#)
    #expect(throws: Unscored(.overloaded, "busy")) { try judge.reply(to: Self.call("a")) }
  }

  @Test func anotherPromptIsAnErrorWhereThatWasAskedFor() throws {
    let line = #"{"key": {"item": "a", "order": [0]}, "prompt": "sha256:1", "text": "x"}"#
    let (strict, _) = try Self.judge(line, samePrompt: true)
    #expect(try strict.reply(to: Self.call("a", prompt: "sha256:1")).text == "x")
    let error = #expect(throws: PluginError.self) { try strict.reply(to: Self.call("a", prompt: "sha256:2")) }
    #expect(error?.message.contains("answered another prompt (sha256:1), not this one (sha256:2)") == true)
  }

  @Test func logProbabilitiesComeWhenTheyAreAskedFor() throws {
    let (judge, _) = try Self.judge(
      #"{"key": {"item": "a", "order": [0]}, "text": "A", "tokens": [{"text": "A", "logprob": -0.5, "top": "#
        + #"[{"text": "A", "logprob": -0.5}, {"text": "B", "logprob": -1}]}]}"#)
    #expect(judge.description.maxTopLogprobs == 2)
    #expect(try judge.reply(to: Self.call("a")).tokens.isEmpty)
    #expect(try judge.reply(to: Self.call("a", topLogprobs: 1)).tokens.map(\.top.count) == [1])
    #expect(try judge.reply(to: Self.call("a", topLogprobs: 5)).tokens.map(\.top.count) == [2])
  }

  @Test func theDescriptionSaysWhatTheRecordingHolds() throws {
    let a = #"{"key": {"item": "a", "order": [0]}, "text": "x", "model": "m"}"#
    let b = #"{"key": {"item": "b", "order": [0]}, "text": "x", "model": "m"}"#
    let (one, _) = try Self.judge("\(a)\n\(b)\n")
    let (two, _) = try Self.judge("\(a)\n\(b.replacing("\"m\"", with: "\"n\""))")
    let (same, _) = try Self.judge("\(a)\n\(b)")
    #expect(one.description.model == "m")
    #expect(two.description.model == nil)
    #expect(one.description.fingerprint == same.description.fingerprint)
    #expect(one.description.fingerprint != two.description.fingerprint)
  }

  static let good = #"{"key": {"item": "a", "order": [0]}, "text": "x"}"#
  static let broken: [(text: String, message: String)] = [
    ("\(good)\nnot json", "FILE:2, column 3: invalid token near 'not'"),
    ("\(good)\n\n{\"text\": \"x\"}", "FILE:3: 'key' is missing"),
    ("{\"key\": {\"item\": \"a\"}}", "FILE:1: 'text' is missing"),
    (
      "{\"key\": {\"item\": \"a\"}, \"txet\": \"x\"}",
      "FILE:1, txet: unknown field 'txet'; did you mean 'text'? accepted: key, prompt, text, reasoning, finish, model, "
        + "usage, tokens, scores, unscored"
    ),
    (
      "{\"key\": {\"item\": \"a\", \"order\": [-1]}, \"text\": \"x\"}",
      "FILE:1, key.order[0]: -1 is out of range; accepted: 0 to 9223372036854775807"
    ),
    ("\(good)\n\(good)", "FILE:2, key: the same key is on line 1; each call has one reply"),
    (
      "{\"key\": {\"item\": \"a\"}, \"text\": \"x\", \"finish\": \"stpo\"}",
      "FILE:1, finish: unknown value 'stpo'; did you mean 'stop'? accepted: stop, length, refused"
    ),
    (
      "{\"key\": {\"item\": \"a\"}, \"text\": \"x\", \"unscored\": {\"reason\": \"timeout\"}}",
      "FILE:1, text: stands beside 'unscored'; give one of them"
    ),
    (
      "{\"key\": {\"item\": \"a\"}, \"unscored\": {\"reason\": \"unparsed\"}}",
      "FILE:1, unscored.reason: 'unparsed' comes from reading a reply, not from a judge; record the reply's text"
    ),
    ("[1]", "FILE:1: expected an object, found an array"),
    (
      good + "\n" + #"{"key": {"item": "b"}, "scores": [{"name": "r", "value": 1}]}"#,
      "FILE:2: has 'scores', and line 1 has 'text'; a recording is of one judge"
    ),
    (#"{"key": {"item": "a"}, "text": "x", "scores": []}"#, "FILE:1, text: stands beside 'scores'; give one of them"),
    (
      #"{"key": {"item": "a"}, "scores": []}"#,
      "FILE:1, scores: is empty; say 'unscored' where there was no answer"
    ),
    (
      #"{"key": {"item": "a"}, "scores": [{"name": "r", "value": 1, "score": 1.5}]}"#,
      "FILE:1, scores[0].score: 1.5 is out of range; accepted: 0.0 to 1.0"
    ),
    (
      #"{"key": {"item": "a"}, "scores": [{"name": "r", "value": null}]}"#,
      "FILE:1, scores[0]: 'value' is missing"
    ),
    (
      #"{"key": {"item": "a"}, "finish": "stop", "scores": [{"name": "r", "value": 1}]}"#,
      "FILE:1, finish: stands beside 'scores'; a judge that gives numbers has none"
    ),
  ]

  @Test(arguments: broken) func aBadLineIsNamed(text: String, message: String) throws {
    let file = try TemporaryFile(text)
    let error = #expect(throws: PluginError.self) {
      try ReplayJudge(config: JSONReader(["file": .string(file.path)]))
    }
    #expect(error?.message.replacing(file.path, with: "FILE") == message)
    #expect(error?.kind == .invalidInput)
  }

  @Test func hostileFiles() throws {
    for bytes: [UInt8] in [[0], [0xFF, 0xFE], Array("{\"key\":\u{FEFF}".utf8), Array(repeating: 0x5B, count: 100_000)] {
      let file = try TemporaryFile(bytes)
      #expect(throws: PluginError.self) { try ReplayJudge(config: JSONReader(["file": .string(file.path)])) }
    }
    #expect(throws: PluginError(.invalidInput, "file: /nonexistent: No such file or directory")) {
      try ReplayJudge(config: JSONReader(["file": "/nonexistent"]))
    }
    #expect(throws: PluginError(.invalidInput, "file: /tmp: Is a directory")) {
      try ReplayJudge(config: JSONReader(["file": "/tmp"]))
    }
    let empty = try TemporaryFile("")
    #expect(throws: Never.self) { try ReplayJudge(config: JSONReader(["file": .string(empty.path)])) }
  }

  @Test func linesLongerThanTheReadersBuffer() throws {
    let long = String(repeating: "long ", count: 300_000)
    let lines = (0..<3).map { "{\"key\": {\"item\": \"\($0)\", \"order\": [0]}, \"text\": \"\(long)\($0)\"}" }
    let (judge, _) = try Self.judge(lines.joined(separator: "\n"))
    for item in 0..<3 { #expect(try judge.reply(to: Self.call("\(item)")).text == "\(long)\(item)") }
  }

  @Test func theLibraryAnswersThroughTheHost() async throws {
    let file = try TemporaryFile(
      Self.good + "\n" + #"{"key": {"item": "late", "order": [0]}, "unscored": {"reason": "timeout"}}"#)
    let host = PluginHost(.standard(environment: ""))
    let judge = try host.judge(plugin: "replay", name: "again", config: ["file": .string(file.path)])
    #expect(judge.description.kind == .generative)
    #expect(try await judge.reply(to: Self.call("a")).text == "x")
    await #expect(throws: Unscored(.timeout, "the recording does not say why")) {
      try await judge.reply(to: Self.call("late"))
    }
    let missing = await #expect(throws: Unscored.self) { try await judge.reply(to: Self.call("b")) }
    #expect(missing?.reason == .judgeError)
    let failure = #expect(throws: PluginFailure.self) {
      try host.judge(plugin: "replay", name: "again", config: ["flie": "x"])
    }
    #expect(
      failure?.description
        == "judge 'again' (plugin 'replay'): flie: unknown field 'flie'; did you mean 'file'? accepted: file, same_prompt"
    )
  }
}
