import CCupelPlugin
import JSON
import Judging
import Media
import PluginBridge
import Testing
import Wire

/// What crosses the border arrives as it was sent.
@Suite struct BridgeTests {
  static let picture = Image(
    width: 2, height: 3, pixels: Array(0..<18), original: .init(bytes: [1, 2, 3], mediaType: "image/png"))
  static let plain = Image(width: 1, height: 1, pixels: [9, 8, 7])

  static let calls: [JudgeCall] = [
    JudgeCall(key: CallKey(item: "q1", order: [0]), messages: [], sampling: Sampling(), promptDigest: ""),
    JudgeCall(
      key: CallKey(
        item: "käse \"\\\n\u{0001}", response: 2, order: [2, 0, 1], sample: 3, criterion: "a\"b", attempt: 1),
      messages: [
        JudgeMessage(.system, [.text("")]),
        JudgeMessage(
          .user, [.text("a\0b\u{FFFD}"), .image(picture), .text("between"), .image(plain)]),
        JudgeMessage(.assistant, []),
        JudgeMessage(
          .reference,
          [
            .frames([Frame(timeMicroseconds: -5, image: plain), Frame(timeMicroseconds: 40_000, image: picture)]),
            .sound(Sound(rate: 16_000, channels: 2, samples: [0.5, -0.5, 1, -1])), .frames([]),
            .sound(Sound(rate: 8_000, channels: 1, samples: [])),
          ]),
      ],
      sampling: Sampling(
        temperature: 0.25, topP: 0.9, maxTokens: 77, stop: ["</s>", ""], seed: .max, topLogprobs: 5),
      promptDigest: "sha256:00", group: "g", answerShape: ["type": "number", "minimum": 1], timeoutMilliseconds: 1234),
  ]

  @Test(arguments: calls) func aCallArrivesAsItWasSent(call: JudgeCall) throws {
    let arena = Arena()
    for _ in 0..<3 {
      let arrived = try call.withView(in: arena) { view in
        Result { () throws(Unscored) in try JudgeCall(copying: view) }
      }.get()
      #expect(arrived == call)
      arena.reset()
    }
  }

  /// Sent by a host that may be older, or have anything in the member.
  @Test(arguments: [
    ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
    ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nX: y", false), ("\0", false), ("", false),
  ])
  func aTraceArrivesWhereItIsOne(text: String, isOne: Bool) throws {
    let call = Self.calls[1]
    func arrived(_ traceparent: cupel_text, size: UInt32) throws -> JudgeCall {
      try call.withView(in: Arena()) { view in
        var copy = view.pointee
        (copy.traceparent, copy.struct_size) = (traceparent, size)
        return Result { () throws(Unscored) in try JudgeCall(copying: &copy) }
      }.get()
    }
    let (found, short) = try text.withView { view in
      Result { () throws in
        (try arrived(view, size: cupel_call.size), try arrived(view, size: cupel_call.minimumSize))
      }
    }.get()
    #expect(found.traceParent?.text == (isOne ? text : nil))
    #expect(short == call)
    var traced = call
    traced.traceParent = TraceParent(text)
    let whole = try traced.withView(in: Arena()) { view in
      Result { () throws(Unscored) in try JudgeCall(copying: view) }
    }.get()
    #expect(whole == traced)
  }

  @Test func aLargeTextArrives() throws {
    let text = String(repeating: "long ", count: 100_000)
    let call = JudgeCall(
      key: CallKey(item: "x", order: []), messages: [JudgeMessage(.user, [.text(text), .text("tail")])],
      sampling: Sampling(), promptDigest: "")
    let arrived = try call.withView(in: Arena()) { view in
      Result { () throws(Unscored) in try JudgeCall(copying: view) }
    }
    #expect(try arrived.get() == call)
  }

  @Test func aShapeThatIsNotJSONIsRefused() {
    let call = JudgeCall(
      key: CallKey(item: "x", order: []), messages: [], sampling: Sampling(), promptDigest: "",
      answerShape: .number(.nan))
    #expect(
      throws: Unscored(.invalidInput, "the answer shape cannot be written as JSON: nan cannot be written as JSON")
    ) {
      try call.withView(in: Arena()) { _ in }
    }
  }

  static let replies: [(JudgeDescription.Kind, JudgeReply)] = [
    (.generative, JudgeReply()),
    (
      .generative,
      JudgeReply(
        text: "5/10 \0 ✓", reasoning: "because", finish: .length, model: "m-1",
        usage: Usage(promptTokens: 12, completionTokens: 0, reasoningTokens: nil, cachedTokens: 3, requests: 2),
        tokens: [
          .init(text: "5", logprob: -0.5, top: [.init(text: "5", logprob: -0.5), .init(text: "6", logprob: -3)]),
          .init(text: "", logprob: 0),
        ])
    ),
    (.generative, JudgeReply(text: "no", finish: .refused)),
    (
      .scoring,
      JudgeReply(
        finish: nil,
        scores: [
          CriterionScore(name: "a", .success(.init(value: 12.5, score: 1, reason: "fine"))),
          CriterionScore(name: "b", .success(.init(value: -3, score: nil, reason: ""))),
          CriterionScore(name: "c", .failure(Unscored(.invalidInput, "no reference"))),
        ])
    ),
  ]

  @Test(arguments: replies) func aReplyArrivesAsItWasSent(kind: JudgeDescription.Kind, reply: JudgeReply) throws {
    let arena = Arena()
    let arrived = try ReplyReader(kind: kind, criteria: []).copy(reply.view(in: arena))
    #expect(arrived == reply)
  }

  static let keys: [CallKey] = [
    CallKey(item: "", order: []), CallKey(item: "q", order: [0, 1], sample: 12),
    CallKey(item: "q", response: 0, order: [0], criterion: "tone", attempt: 1),
    CallKey(item: "\u{1F600} \"quoted\" \\ \t", order: [3], criterion: ""),
    CallKey(item: "x", order: [.max], sample: .max),
  ]

  @Test(arguments: keys) func aKeyHasOneText(key: CallKey) throws {
    let text = KeyText.write(key)
    #expect(text == (try JSONWriter.canonical(key.json)))
    #expect(try text.withView { view in Result { () throws(JSONError) in try KeyText.read(view.bytes) } }.get() == key)
  }

  @Test(arguments: [
    "{ \"item\": \"q\", \"order\": [0] }", "{\"attempt\":0,\"item\":\"q\",\"order\":[0],\"sample\":0} ",
    "{\"sample\":0,\"item\":\"q\",\"order\":[0]}",
  ])
  func aKeyInAnotherFormIsTheSameKey(text: String) throws {
    let key = try text.withView { view in Result { () throws(JSONError) in try KeyText.read(view.bytes) } }.get()
    #expect(key == CallKey(item: "q", order: [0]))
  }

  @Test(arguments: [
    "", "{", "[]", "{\"item\":1}", "{\"attempt\":0,\"item\":\"q\",\"order\":[0,],\"sample\":0}",
    "{\"attempt\":0,\"item\":\"q\",\"order\":[0],\"sample\":-1}",
    "{\"attempt\":0,\"item\":\"q\",\"order\":[0],\"sample\":99999999999999999999}",
  ])
  func whatIsNoKeyIsRefused(text: String) {
    #expect(throws: JSONError.self) {
      try text.withView { view in Result { () throws(JSONError) in try KeyText.read(view.bytes) } }.get()
    }
  }

  @Test(arguments: Status.allCases) func everyStatusSurvivesTheWayThere(status: Status) {
    #expect(Status(code: status.rawValue) == status)
    #expect(Status(code: 4711) == .failed)
  }
}
