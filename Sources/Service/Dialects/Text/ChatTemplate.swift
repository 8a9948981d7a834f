/// How a chat is written as one text: which mark begins a turn, whose it is, and what ends it.
struct ChatTemplate: Sendable {
  /// What begins a turn.
  enum Opener: Sendable {
    /// A mark, the name of the role, and one of the other marks: `<|im_start|>user\n`.
    case named(String, until: [String])
    /// One mark for each role: `<|user|>`.
    case marks([(mark: String, role: String)])
  }

  /// The begin of one turn.
  struct Header: Sendable, Hashable {
    let role: String
    /// The bytes of the mark and the role's name: the turn's text comes after them.
    let range: Range<Int>
  }

  let opener: Opener
  /// Marks at the end of a turn.
  let ends: [String]
  /// Whose text it is that stands before the first mark.
  let preface: String

  /// Of the models that are trained today. Where two could be meant, the earliest mark in a text decides.
  static let all = [
    // ChatML (Qwen, SmolLM, Phi-4 with its <|im_sep|>).
    ChatTemplate(opener: .named("<|im_start|>", until: ["\n", "<|im_sep|>"]), ends: ["<|im_end|>"], preface: "user"),
    // Llama 3.
    ChatTemplate(
      opener: .named("<|start_header_id|>", until: ["<|end_header_id|>"]), ends: ["<|eot_id|>", "<|eom_id|>"],
      preface: "user"),
    // Gemma.
    ChatTemplate(opener: .named("<start_of_turn>", until: ["\n"]), ends: ["<end_of_turn>"], preface: "user"),
    // Llama 2, Mistral.
    ChatTemplate(
      opener: .marks([("[INST]", "user"), ("[/INST]", "assistant"), ("[SYSTEM_PROMPT]", "system")]),
      ends: ["</s>", "[/SYSTEM_PROMPT]"], preface: "system"),
    // DeepSeek.
    ChatTemplate(
      opener: .marks([("<｜User｜>", "user"), ("<｜Assistant｜>", "assistant")]), ends: ["<｜end▁of▁sentence｜>"],
      preface: "system"),
    // Phi-3, Zephyr, GLM.
    ChatTemplate(
      opener: .marks([("<|system|>", "system"), ("<|user|>", "user"), ("<|assistant|>", "assistant")]),
      ends: ["<|end|>", "</s>"], preface: "system"),
  ]

  /// A role's name is a word; what is longer is no header.
  private static let longestRole = 32

  /// The first header at `start` or after it.
  func header(in text: [UInt8], from start: Int) -> Header? {
    for index in start..<text.count where text[index] == UInt8(ascii: "<") || text[index] == UInt8(ascii: "[") {
      if let header = header(in: text, at: index) { return header }
    }
    return nil
  }

  private func header(in text: [UInt8], at index: Int) -> Header? {
    switch opener {
    case .marks(let marks):
      for (mark, role) in marks where text[index...].starts(with: mark.utf8) {
        return Header(role: role, range: index..<index + mark.utf8.count)
      }
    case .named(let mark, let closings):
      guard text[index...].starts(with: mark.utf8) else { return nil }
      let from = index + mark.utf8.count
      for end in from..<min(text.count, from + Self.longestRole) {
        guard let closing = closings.first(where: { text[end...].starts(with: $0.utf8) }) else { continue }
        let name = String(decoding: text[from..<end], as: UTF8.self).trimmed
        guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0 == "_" || $0 == "-" }) else { return nil }
        return Header(role: name == "model" ? "assistant" : name, range: index..<end + closing.utf8.count)
      }
    }
    return nil
  }
}

extension String {
  /// Without white space at either end.
  var trimmed: String {
    let head = drop(while: \.isWhitespace)
    return String(head[..<(head.lastIndex { !$0.isWhitespace }.map(head.index(after:)) ?? head.startIndex)])
  }
}
