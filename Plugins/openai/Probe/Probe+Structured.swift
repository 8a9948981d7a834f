import JSON
import Judging

/// Whether the server holds replies to a shape. The question asks for something else, so that a server which passes the shape
/// over is found out.
extension Probe {
  private static let otherQuestion = "Say hello to the world."
  private static let room = Sampling(temperature: 0, maxTokens: 512)
  /// As an answer shape has it (`JudgeCall.answerShape`).
  private static let shape: JSONValue = [
    "pattern": "json", "format": "pointwise", "responses": 1,
    "schema": [
      "type": "object", "properties": ["score": ["type": "integer", "enum": [1, 2, 3]]], "required": ["score"],
      "additionalProperties": false,
    ],
  ]

  /// Tries each way. One is taken into the configuration unless the model thinks in its text, which a schema would forbid.
  mutating func structured(_ chat: ChatOptions, thinksInText: Bool) async {
    var best: ChatOptions.Structured?
    for style in [ChatOptions.Structured.jsonSchema, .jsonObject] where best == nil {
      if await holdsSchema(style, chat) { best = style }
    }
    let ways: [(ChatOptions.Structured, (String, JSONValue))] = [
      (.vllm, ("structured_outputs", ["regex": "(yes|no)"])), (.vllmGuided, ("guided_regex", "(yes|no)")),
      (.sglang, ("regex", "(yes|no)")),
    ]
    for (style, member) in ways {
      guard await holdsExpression(style, member, chat) else { continue }
      // SGLang's way with a schema is the one that was tried first.
      let holdsJSON = style == .sglang ? best == .jsonSchema : await holdsSchema(style, chat)
      if holdsJSON { best = style }
      break
    }
    if let best, !thinksInText { found["structured"] = .string(best.rawValue) }
  }

  private mutating func holdsSchema(_ style: ChatOptions.Structured, _ chat: ChatOptions) async -> Bool {
    var chat = chat
    chat.structured = style
    let call = JudgeCall(probing: [.text(Self.otherQuestion)], shape: Self.shape, Self.room)
    return holds("structured: \(style.rawValue), JSON", await session.ask(call, chat)) { text in
      guard let score = (try? JSONParser.parse(text))?["score"]?.int else { return false }
      return (1...3).contains(score)
    }
  }

  private mutating func holdsExpression(
    _ style: ChatOptions.Structured, _ member: (String, JSONValue), _ chat: ChatOptions
  ) async -> Bool {
    let call = JudgeCall(probing: [.text(Self.otherQuestion)], Self.room)
    let outcome = await session.ask(call, chat, further: [member])
    return holds("structured: \(style.rawValue), expression", outcome) { ["yes", "no"].contains($0) }
  }

  private mutating func holds(
    _ name: String, _ outcome: ProbeSession.Outcome<ChatReply.Contents>, _ isHeld: (String) -> Bool
  ) -> Bool {
    var works = false
    note(name, outcome) { contents in
      let text = contents.replies.first?.text ?? ""
      works = isHeld(text)
      if works { return (.yes, "the reply has the shape") }
      if contents.replies.first?.finish == .length { return (.unknown, "the reply was cut off before its end") }
      return (.no, "passed over; the reply was '\(Quote.of(text))'")
    }
    return works
  }
}
