import CLlama
import Glibc
import PluginKit

/// A loaded model: its weights and its vocabulary. What is read of it does not change, so any thread may ask.
final class LlamaModel: @unchecked Sendable {
  // @unchecked: the library's functions that are called here only read the model.
  let handle: OpaquePointer
  let file: ModelFile
  let facts: cllama_facts
  /// As llama.cpp puts it: `qwen2 7B Q4_K - Medium`.
  let summary: String
  /// The name in the file; nil where it has none.
  let name: String?
  /// The chat template: the file's own, or the name of one of the library's.
  let template: String
  let isTemplateNamed: Bool

  /// Loads the file that `options` names. Throws for a library of another version, a file that is no model for this, and one that
  /// is larger than the memory.
  init(_ options: LlamaOptions) throws(PluginError) {
    LibraryLog.start()
    try Self.checkLibrary()
    file = try ModelFile(path: options.model)
    try Self.checkMemory(file, options)
    let (opened, complaints) = LibraryLog.complaints { cllama_model_open(options.model, Int32(options.gpuLayers)) }
    guard let opened else {
      throw PluginError(
        .invalidInput,
        "model: \(file.path): llama.cpp cannot load it: \(complaints.isEmpty ? "no reason given" : complaints)")
    }
    handle = opened
    facts = cllama_model_facts(opened)
    summary = Self.text { cllama_model_description(opened, $0, $1) } ?? ""
    name = Self.text { cllama_model_metadata(opened, "general.name", $0, $1) }
    template = options.template ?? cllama_model_template(opened).map { String(cString: $0) } ?? ""
    isTemplateNamed = options.template != nil
    try check()
  }

  deinit { cllama_model_close(handle) }

  /// How many tokens there are.
  var vocabulary: Int { Int(facts.vocabulary) }

  /// Bytes of one token's keys and values.
  func bytesPerToken(_ type: LlamaOptions.KVType) -> Int { Int(cllama_bytes_per_token(handle, type.number)) }

  /// The tokens of a text. `special`: names of control tokens in it are those tokens. `start`: what the model wants to have before a
  /// text is put there.
  func tokens(_ text: String, start: Bool, special: Bool) -> [Int32] {
    var text = text
    return text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { bytes in
        var tokens = [Int32](repeating: 0, count: bytes.count + 2)
        let base = bytes.baseAddress ?? UnsafePointer(bitPattern: 1)
        var count = cllama_tokenize(handle, base, Int32(bytes.count), &tokens, Int32(tokens.count), start, special)
        if count < 0 {
          tokens = [Int32](repeating: 0, count: Int(-count))
          count = cllama_tokenize(handle, base, Int32(bytes.count), &tokens, Int32(tokens.count), start, special)
        }
        return Array(tokens.prefix(Int(max(count, 0))))
      }
    }
  }

  /// What a token adds to a text; several may make up one character.
  func piece(_ token: Int32) -> [UInt8] {
    var text = [CChar](repeating: 0, count: 64)
    var count = cllama_piece(handle, token, &text, Int32(text.count))
    if count < 0 {
      text = [CChar](repeating: 0, count: Int(-count))
      count = cllama_piece(handle, token, &text, Int32(text.count))
    }
    return text.prefix(Int(max(count, 0))).map { UInt8(bitPattern: $0) }
  }

  func endsReply(_ token: Int32) -> Bool { cllama_ends_reply(handle, token) }

  private static func text(_ write: (UnsafeMutablePointer<CChar>?, Int) -> Int32) -> String? {
    var text = [CChar](repeating: 0, count: 512)
    guard write(&text, text.count) >= 0 else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

// MARK: - Checks

extension LlamaModel {
  /// Of the library that the process has loaded.
  static var libraryVersion: String { String(cString: cllama_loaded_version()) }

  private static func checkLibrary() throws(PluginError) {
    let built = String(cString: cllama_built_version())
    let loaded = libraryVersion
    guard built == loaded else {
      throw PluginError(
        .unsupported,
        "the llama plugin was built for llama.cpp \(built), and the library that was loaded is \(loaded); build Cupel again with it, "
          + "or put the other one first (CUPEL_LLAMA_PREFIX)")
    }
  }

  /// In bytes.
  static var machineMemory: UInt64 { UInt64(sysconf(Int32(_SC_PHYS_PAGES))) * UInt64(sysconf(Int32(_SC_PAGESIZE))) }

  /// Weights that are not on a GPU are read from memory for every token; from a disk nothing would ever be done.
  private static func checkMemory(_ file: ModelFile, _ options: LlamaOptions) throws(PluginError) {
    let memory = machineMemory
    guard cllama_offloads() && options.gpuLayers != 0 || UInt64(file.bytes) < memory else {
      throw PluginError(
        .limit,
        "model: \(file.path) has \(file.bytes) bytes, and the machine has \(memory) bytes of memory; use a smaller quantisation"
      )
    }
  }

  private func check() throws(PluginError) {
    func refuse(_ why: String) -> PluginError { PluginError(.invalidInput, "model: \(file.path): \(why)") }
    guard facts.has_decoder, !facts.has_encoder, !facts.is_diffusion else {
      throw refuse("\(summary) does not write one token after the other; a judge needs a model that does")
    }
    guard !facts.is_recurrent else {
      throw refuse(
        "\(summary) keeps a recurrent state, which the llama plugin cannot cut back as yet; use the openai plugin")
    }
    try checkTemplate()
  }
}

extension LlamaOptions.KVType {
  /// As CLlama numbers them.
  var number: Int32 {
    switch self {
    case .f16: 0
    case .q8_0: 1
    case .f32: 2
    }
  }
}
