import JSON
import Testing
import Wire

@testable import Service

/// What the clients' texts become: special tokens away, templates to turns, responses off their prompts.
@Suite struct DialectTextTests {
  @Test(arguments: [
    ("4<|im_end|>", "4"), ("<s>a</s>", "a"), ("a<|eot_id|>b", "ab"), ("a < b | c > d [x]", "a < b | c > d [x]"),
    ("<｜end▁of▁sentence｜>é漢", "é漢"), ("", ""), ("<|im_end|>", ""),
    // Written into one another so that one is left behind.
    ("<|im_<|im_end|>end|>", ""), ("<|im_<|im_<|im_end|>end|>start|>x", "x"), ("<<s>s>", ""),
    ("<|im_end|", "<|im_end|"),
  ])
  func specialTokensAreTakenOut(_ text: String, _ left: String) {
    #expect(SpecialTokens.standard.stripped(text) == left)
  }

  @Test(arguments: [
    (
      "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n",
      "system: Be brief.|user: 2+2?|assistant (open): "
    ),
    ("<|im_start|>user<|im_sep|>2+2?<|im_end|><|im_start|>assistant<|im_sep|>", "user: 2+2?|assistant (open): "),
    (
      "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n2+2?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n4<|eot_id|>",
      "user: 2+2?|assistant: 4"
    ),
    ("<bos><start_of_turn>user\n2+2?<end_of_turn>\n<start_of_turn>model\n", "user: 2+2?|assistant (open): "),
    (
      "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\n2+2? [/INST] 4 </s><s>[INST] 3+3? [/INST]",
      "system (open): Be brief.|user (open): 2+2?|assistant (open): 4|user (open): 3+3?|assistant (open): "
    ),
    (
      "<s>[SYSTEM_PROMPT]Be brief.[/SYSTEM_PROMPT][INST]2+2?[/INST]4</s>",
      "system: Be brief.|user (open): 2+2?|assistant: 4"
    ),
    (
      "<｜begin▁of▁sentence｜>Be brief.<｜User｜>2+2?<｜Assistant｜><think>\n",
      "system (open): Be brief.|user (open): 2+2?|assistant (open): <think>"
    ),
    ("<|user|>\n2+2?<|end|>\n<|assistant|>\n4<|end|>", "user: 2+2?|assistant: 4"),
    ("[gMASK]<sop><|user|>\n2+2?<|assistant|>\n", "user (open): 2+2?|assistant (open): "),
    // Cut at the beginning.
    ("rest of it<|im_end|>\n<|im_start|>assistant\n", "user: rest of it|assistant (open): "),
    // The mark of another template is text.
    ("<|im_start|>user\nWhat is [INST]?<|im_end|>", "user: What is ?"),
    // No header: the role is no word, or never ends.
    ("<|im_start|>two words\nx", ""), ("<|im_start|>user", ""), ("2+2?", ""), ("", ""), ("a <b> [c]", ""),
    ("<|im_start|>\(String(repeating: "x", count: 100))\nx", ""),
  ])
  func templatesBecomeTurns(_ text: String, _ shown: String) {
    let turns = TemplateTurn.all(in: text, .standard) ?? []
    #expect(turns.map { "\($0.role)\($0.isClosed ? "" : " (open)"): \($0.text)" }.joined(separator: "|") == shown)
  }

  private static let chat = "<|im_start|>user\nWhat is two and two?<|im_end|>\n<|im_start|>assistant\n"
  private static let long =
    "<|im_start|>user\nRead this: a b c d e f g h. What is two and two?<|im_end|>\n<|im_start|>assistant\n"

  /// `query`, `prompt`, and the rollout as `role: text|…=> response`; nil: it cannot be told.
  static let splits: [(String, String?, String?)] = [
    (chat + "4<|im_end|>", chat, "user: What is two and two?=> 4"),
    ("Q: 2+2? 4", "Q: 2+2?", "Q: 2+2?=> 4"),
    // White space that has changed, special tokens that were added or lost, padding on the left.
    ("<s> Q:  2+2?\nfour", "Q: 2+2?\n", "Q: 2+2?=> four"),
    ("<|endoftext|><|endoftext|>" + chat + "4", chat, "user: What is two and two?=> 4"),
    ("user\nWhat is two and two?\nassistant\n4", chat, "user: What is two and two?=> 4"),
    // Cut at the beginning, also inside of a character.
    (
      "d e f g h. What is two and two?<|im_end|>\n<|im_start|>assistant\n4", long,
      "user: Read this: a b c d e f g h. What is two and two?=> 4"
    ),
    (
      "\u{FFFD}. What is two and two?<|im_end|>\n<|im_start|>assistant\n4", long,
      "user: Read this: a b c d e f g h. What is two and two?=> 4"
    ),
    // What is left is so short that it may be chance: then by the template, else not at all.
    ("two?<|im_end|>\n<|im_start|>assistant\n4", long, "user: two?=> 4"),
    ("two? 4", "What is two and two?", nil),
    // By the template alone.
    (chat + "4<|im_end|>", nil, "user: What is two and two?=> 4"),
    (chat + "4", "", "user: What is two and two?=> 4"),
    (chat + "4", "<|im_start|>", "user: What is two and two?=> 4"),
    (chat + "4", "Something else", "user: What is two and two?=> 4"),
    // A response that marks another turn does not get rid of its beginning.
    (chat + "bad<|im_end|>\n<|im_start|>assistant\ngood", nil, "user: What is two and two?=> bad\ngood"),
    (chat + "bad<|im_end|>\n<|im_start|>assistant\ngood", chat, "user: What is two and two?=> bad\nassistant\ngood"),
    // What the assistant had begun to say belongs to the response.
    (chat + "<think>\nhm</think>4", chat + "<think>\n", "user: What is two and two?=> <think>\nhm</think>4"),
    // A chat that ends with the user has no response.
    ("<|im_start|>user\nWhat?<|im_end|>", nil, nil), ("What?", nil, nil), ("", nil, nil), ("", "What?", nil),
    ("What?", "What? And why?", nil), ("Wha", "What?", nil),
    // The whole query is the prompt: an empty response, which is not judged, but told.
    ("What?", "What?", "What?=> "),
    (chat, nil, "user: What is two and two?=> "),
  ]

  @Test(arguments: splits) func responsesAreTakenOffTheirPrompts(_ query: String, _ prompt: String?, _ shown: String?) {
    let rollout = PromptSplit().rollout(query: query, prompt: prompt)
    let found = (try? rollout.get()).map { rollout in
      let turns = rollout.prompt?.turns ?? []
      let prompt = turns.map { turn in (turn.role.map { "\($0): " } ?? "") + Content(parts: turn.parts).text }
      return prompt.joined(separator: "|") + "=> " + rollout.response
    }
    #expect(found == shown)
    if case .failure(let unscored) = rollout { #expect(unscored.reason == .invalidInput) }
  }

  /// Texts that agree with themselves are where a careless search takes time without end.
  @Test func longTextsTakeLinearTime() {
    let text = String(repeating: "a", count: 60_000)
    #expect((try? PromptSplit().rollout(query: "b" + text, prompt: text + "c").get()) == nil)
    let marks = String(repeating: "<|im_start|>", count: 10_000)
    #expect(SpecialTokens.standard.stripped(marks).isEmpty)
    #expect(TemplateTurn.all(in: marks, .standard) == nil)
  }

  @Test(
    arguments: [
      ("null", nil, nil), ("\"4\"", nil, "4"), ("\"4\"", "/answer", "4"), ("4", nil, "4"), ("true", nil, "true"),
      (#"{"answer": "4", "b": [1]}"#, nil, #"{"answer":"4","b":[1]}"#), (#"{"answer": "4"}"#, "/answer", "4"),
      (#"{"a": [{"b/c": {"d~": 7}}]}"#, "/a/0/b~1c/d~0", "7"), (#"["4", "5"]"#, "/1", "5"), (#"{"": "x"}"#, "/", "x"),
      (#"{"answer": null}"#, "/answer", nil), (#"{"answer": "4"}"#, "/Answer", "invalid_input"),
      (#"["4"]"#, "/1", "invalid_input"),
      (#"["4"]"#, "/-1", "invalid_input"),
    ] as [(String, String?, String?)])
  func labelsBecomeReferences(_ label: String, _ pointer: String?, _ reference: String?) throws {
    var options = JSONObject()
    options["label_pointer"] = pointer.map { .string($0) }
    let reader = try RolloutReader(options: JSONReader(.object(options)))
    let value = JSONReader(try JSONParser.parse(label))
    switch reader.reference(value.value.isNull ? nil : value) {
    case .success(let found): #expect(found?.text == reference)
    case .failure(let unscored): #expect(unscored.reason.rawValue == reference)
    }
  }

  @Test func ownSpecialTokensTakeThePlaceOfTheOthers() throws {
    let options: JSONValue = ["special_tokens": ["<END>"]]
    let reader = try RolloutReader(options: JSONReader(options))
    #expect(try reader.split.rollout(query: "Q: 4<END></s>", prompt: "Q: ").get().response == "4</s>")
  }

  /// The id is the content's: the same is the same, and nothing moves from prompt to response.
  @Test func idsAreTheDigestOfTheContent() {
    func id(_ prompt: Content?, _ response: String, _ reference: Content? = nil) -> String {
      Rollout(prompt: prompt, response: response).item(reference: reference).id
    }
    #expect(id(Content("a"), "b") == id(Content("a"), "b"))
    let all = [
      id(Content("a"), "b"), id(Content("ab"), ""), id(nil, "b"), id(Content("a"), "b", Content("c")),
      id(Content("a"), "bc"),
      id(Content(turns: [Turn(role: "user", parts: [.text("a")])]), "b"),
      id(Content(parts: [.text("a"), .text("")]), "b"),
      id(Content(""), "b"), id(Content("a\ntext:1:b"), "b"),
    ]
    #expect(Set(all).count == all.count)
  }
}
