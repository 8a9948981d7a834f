import JSON

/// The marks that a tokenizer puts around text and a model was trained to write: they are no words of the answer, and a judge
/// that reads them as they are may take them for its own.
struct SpecialTokens: Sendable, Hashable {
  private let tokens: [[UInt8]]
  private let firstBytes: Set<UInt8>
  private let lastBytes: Set<UInt8>

  init(_ tokens: [String]) {
    // The longest first: of two that begin alike, the one that is meant.
    self.tokens = tokens.map { Array($0.utf8) }.filter { !$0.isEmpty }.sorted { $0.count > $1.count }
    firstBytes = Set(self.tokens.compactMap(\.first))
    lastBytes = Set(self.tokens.compactMap(\.last))
  }

  /// Those of ChatML, Llama, Mistral, Gemma, DeepSeek, Phi and GLM.
  static let standard = SpecialTokens([
    "<|im_start|>", "<|im_end|>", "<|im_sep|>", "<|endoftext|>",
    "<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|eom_id|>",
    "<|finetune_right_pad_id|>",
    "<s>", "</s>", "<unk>", "<pad>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]",
    "<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>",
    "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜▁pad▁｜>", "<｜User｜>", "<｜Assistant｜>",
    "<|user|>", "<|assistant|>", "<|system|>", "<|end|>", "[gMASK]", "<sop>",
  ])

  /// The list of a configuration, which takes the place of ``standard``.
  init(_ reader: JSONReader) throws(JSONError) {
    var tokens: [String] = []
    for element in try reader.array() {
      let token = try element.string()
      guard !token.allSatisfy(\.isWhitespace) else { throw element.error("a special token must not be blank") }
      tokens.append(token)
    }
    self.init(tokens)
  }

  /// How many bytes the token takes that stands at `index`; nil where there is none.
  func length(in text: [UInt8], at index: Int) -> Int? {
    guard firstBytes.contains(text[index]) else { return nil }
    return tokens.first { text[index...].starts(with: $0) }?.count
  }

  /// `text` without them, wherever they stand. What remains holds none either: a token written into another does not leave it
  /// behind.
  func stripped(_ text: String) -> String {
    guard text.utf8.contains(where: firstBytes.contains) else { return text }
    var kept: [UInt8] = []
    kept.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      kept.append(byte)
      guard lastBytes.contains(byte) else { continue }
      if let token = tokens.first(where: { kept.suffix($0.count).elementsEqual($0) }) { kept.removeLast(token.count) }
    }
    return String(decoding: kept, as: UTF8.self)
  }
}
