import JSON
import Rubrics
import Testing
import Wire

@testable import OpenAI

@Suite struct ChatStructuredTests {
  private static let score = AnswerShape.Question("score", Scale(1, 5))
  private static let tone = AnswerShape.Question("tone", Scale(labels: [.init("bad (very)", 0), .init("good", 1)]))

  private static let verdicts = [
    PairVerdict.Token("A", PairVerdict(.first)),
    PairVerdict.Token("B", PairVerdict(.second)),
  ]

  @Test func nothingIsAddedUnlessItIsConfigured() throws {
    let shape = AnswerShape(.json, .pointwise, responses: 1, questions: [Self.score])
    #expect(StructuredOutput(style: .none).member(for: shape.json) == nil)
    #expect(StructuredOutput(style: .vllm).member(for: nil) == nil)
    let tags = AnswerShape(.answerTags, .pointwise, responses: 1, questions: [Self.score])
    #expect(StructuredOutput(style: .jsonSchema).member(for: tags.json) == nil)
  }

  @Test(arguments: [
    (
      ChatOptions.Structured.jsonSchema, "response_format",
      #"{"type":"json_schema","json_schema":{"name":"judgment","strict":true,"schema":SCHEMA}}"#
    ),
    (
      .sglang, "response_format",
      #"{"type":"json_schema","json_schema":{"name":"judgment","strict":true,"schema":SCHEMA}}"#
    ),
    (.jsonObject, "response_format", #"{"type":"json_object","schema":SCHEMA}"#),
    (.vllm, "structured_outputs", #"{"json":SCHEMA}"#),
    (.vllmGuided, "guided_json", "SCHEMA"),
  ])
  func jsonIsHeldByItsSchema(style: ChatOptions.Structured, name: String, value: String) throws {
    let shape = AnswerShape(.json, .pointwise, responses: 1, questions: [Self.tone])
    let schema =
      #"{"type":"object","properties":{"reasoning":{"type":"string"},"score":{"type":"string","enum":["bad (very)","good"]}},"#
      + #""required":["reasoning","score"],"additionalProperties":false}"#
    let member = try #require(StructuredOutput(style: style).member(for: shape.json))
    #expect(member.name == name)
    #expect(try JSONWriter.compact(member.value) == value.replacing("SCHEMA", with: schema))
  }

  @Test(arguments: [
    (ChatOptions.Structured.vllm, "structured_outputs", #"{"regex":REGEX}"#), (.vllmGuided, "guided_regex", "REGEX"),
    (.sglang, "regex", "REGEX"),
  ])
  func otherShapesAreHeldByARegularExpression(style: ChatOptions.Structured, name: String, value: String) throws {
    let shape = AnswerShape(.bracketed, .pointwise, responses: 1, questions: [Self.score])
    let regex = #""(.|\\n)*\\[\\[(1|2|3|4|5)\\]\\][ \\n]{0,8}""#
    let member = try #require(StructuredOutput(style: style).member(for: shape.json))
    #expect(member.name == name)
    #expect(try JSONWriter.compact(member.value) == value.replacing("REGEX", with: regex))
  }

  /// Each expression as Swift's own engine matches it.
  @Test(arguments: [
    (
      AnswerShape(.answerTags, .pointwise, responses: 1, questions: [score]),
      ["<think>\nWell.</think>\n<answer>3</answer>", "<answer>5</answer>\n"],
      ["<answer>6</answer>", "<answer>3</answer> x", "3"]
    ),
    (
      AnswerShape(.answerTags, .pairwise, responses: 2, questions: [score, tone]),
      ["A:<answer>1</answer>, <answer>good</answer>\nB: <answer>2</answer>\n<answer>bad (very)</answer>"],
      [
        "<answer>1</answer><answer>good</answer>",
        "<answer>1</answer><answer>2</answer><answer>1</answer><answer>2</answer>",
      ]
    ),
    (
      AnswerShape(.bracketed, .pairwise, responses: 2, questions: [score], verdicts: verdicts),
      ["Because.\n[[A]]"], ["[[D]]", "[[A]", "A"]
    ),
    (
      AnswerShape(.result, .pointwise, responses: 1, questions: [.init("x", Scale(0, 1, step: nil))]),
      ["Fine. [RESULT] 0.25", "[RESULT] 1"], ["[RESULT] one", "[RESULT]"]
    ),
  ])
  func theExpressionsTakeWhatTheReaderTakes(shape: AnswerShape, good: [String], bad: [String]) throws {
    let regex = try Regex(try #require(AnswerPatternRegex(shape.json)).text)
    for reply in good { #expect(reply.wholeMatch(of: regex) != nil, "\(reply)") }
    for reply in bad { #expect(reply.wholeMatch(of: regex) == nil, "\(reply)") }
  }

  @Test(arguments: [
    "{}", #"{"pattern": "unheard-of", "questions": [{"answer": {"enum": ["a"]}}]}"#, #"{"pattern": "bracketed"}"#,
    #"{"pattern": "bracketed", "questions": [{"answer": {}}]}"#, #"{"pattern": "answer-tags", "responses": 100000}"#,
    "[]",
    // One of two scales has no ends: held to the other alone, no reply could be read.
    #"{"pattern": "answer-tags", "questions": [{"answer": {"type": "integer", "minimum": 1, "maximum": 5}}, {"answer": {"type": "number"}}]}"#,
    #"{"pattern": "bracketed", "questions": [{"answer": {"enum": ["good", 2]}}]}"#,
    #"{"pattern": "bracketed", "verdicts": ["A", null]}"#, #"{"pattern": "bracketed", "verdicts": []}"#,
    #"{"pattern": "answer-tags", "verdicts": ["A", "B"]}"#,
  ])
  func shapesThatAreNotKnownHoldNothing(shape: String) throws {
    #expect(StructuredOutput(style: .vllm).member(for: try JSONParser.parse(shape)) == nil)
  }
}
