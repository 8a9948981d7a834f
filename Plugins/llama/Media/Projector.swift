import CLlama
import LlamaScheduling
import Media
import PluginKit
import Synchronization

/// What shows pictures and sound to a model: the second GGUF file, which `mmproj` names. Any thread may ask for layouts.
final class Projector: @unchecked Sendable {
  // @unchecked: libmtmd says that tokenizing does not change it; one thread alone computes embeddings.
  let handle: OpaquePointer
  let file: ModelFile
  /// Numbers in the embedding of a token.
  let width: Int
  /// Whether it takes pictures.
  let sees: Bool
  /// Samples per second that it wants of sound; nil: it takes none.
  let rate: Int?
  /// Whether positions have four parts.
  let usesMRope: Bool
  /// As the file names what it does: `qwen2.5vl_merger`.
  let kinds: [String]

  private let layouts = Mutex<[MediaItem.Extent: [Chunks.Shape]]>([:])
  private static let mostLayouts = 4096
  /// With these, libmtmd 0.5.0 ends the process when it is given a sound: it expects another number of tokens than it makes.
  private static let ending = ["voxtral"]

  /// Loads the file. Throws for what is no projector, or not that of this model.
  init(path: String, _ model: LlamaModel, _ options: LlamaOptions) throws(PluginError) {
    file = try ModelFile(path: path, option: "mmproj")
    let facts = cllama_projector_look(path)
    kinds = [Self.text(facts.vision), Self.text(facts.audio)].filter { !$0.isEmpty }
    try Self.check(facts, file)
    let settings = cllama_media_options(
      threads: Int32(options.threads), gpu: options.gpuLayers != 0, flash_attention: options.flashAttention.number,
      image_min_tokens: Int32(options.imageMinTokens ?? -1), image_max_tokens: Int32(options.imageMaxTokens ?? -1))
    let (opened, complaints) = LibraryLog.complaints { cllama_media_open(path, model.handle, settings) }
    guard let opened else {
      throw file.error(
        "does not go with the model \(model.file.path): \(complaints.isEmpty ? "no reason given" : complaints)")
    }
    handle = opened
    width = Int(cllama_media_width(model.handle))
    sees = cllama_media_sees(opened)
    let rate = Int(cllama_media_rate(opened))
    self.rate = rate > 0 ? rate : nil
    usesMRope = cllama_media_uses_mrope(opened)
    try check(model)
  }

  deinit { cllama_media_close(handle) }

  /// The pieces of an item: tokens of text, and media. Throws for what libmtmd cannot read.
  func layout(of item: MediaItem) throws(PluginError) -> [Chunks.Shape] {
    let extent = item.extent
    if let known = layouts.withLock({ $0[extent] }) { return known }
    guard let shapes = Chunks(item.kind, projector: handle, hasContent: false)?.shapes else {
      throw PluginError(.invalidInput, "libmtmd cannot read a \(item.name); its log has more")
    }
    layouts.withLock { layouts in
      if layouts.count >= Self.mostLayouts { layouts = [:] }
      layouts[extent] = shapes
    }
    return shapes
  }

  private static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

// MARK: - Checks

extension Projector {
  /// The library reads what a file lacks as zeros.
  private static func check(_ facts: cllama_projector_facts, _ file: ModelFile) throws(PluginError) {
    guard facts.readable else { throw file.error("its header is damaged or cut off; fetch it again") }
    guard facts.is_projector else {
      throw file.error("is no projector (general.architecture is not 'clip'); convert the model with --mmproj")
    }
    for kind in [text(facts.vision), text(facts.audio)] where ending.contains(kind) {
      throw file.error(
        "is a projector \(kind), which this version of llama.cpp ends the process with; use the openai plugin")
    }
    guard facts.needed_bytes <= UInt64(file.bytes) else {
      throw file.error("has \(file.bytes) of \(facts.needed_bytes) bytes; fetch it again")
    }
  }

  /// What libmtmd would go on with, and what pictures would come out wrong of.
  private func check(_ model: LlamaModel) throws(PluginError) {
    let needsMRope = kinds.contains { kind in ["qwen2vl", "qwen2.5vl", "qwen3vl"].contains { kind.hasPrefix($0) } }
    guard usesMRope || !needsMRope else {
      throw file.error(
        "is a projector \(kinds[0]), which needs a model with M-RoPE, and \(model.summary) has none; it belongs to another model"
      )
    }
    guard sees else { return }
    let grey = Image(width: 64, height: 64, pixels: [UInt8](repeating: 128, count: 3 * 64 * 64))
    let alone = Chunks(.pictures([grey]), projector: handle, hasContent: false)
    let after = Chunks(.pictures([grey]), projector: handle, hasContent: false, before: 1)
    guard let alone, let after, let first = alone.firstMedia, let second = after.firstMedia else {
      throw file.error("libmtmd makes nothing of a picture with it; the log has more")
    }
    // A part that does not move along would stand for the place among all pictures.
    let moves = alone.positions(of: first.chunk, tokens: first.tokens).moves
    guard first.tokens == second.tokens, moves[..<3].allSatisfy({ $0 }) else {
      throw file.error(
        "is a projector \(kinds[0]), which places pictures by what stands before them: the llama plugin cannot as yet; "
          + "use the openai plugin")
    }
    try checkMarks(alone, model)
  }

  /// A name in `<|…|>` that is several tokens is one that the model does not have.
  private func checkMarks(_ chunks: Chunks, _ model: LlamaModel) throws(PluginError) {
    for case .text(let tokens) in chunks.shapes where tokens.count > 1 {
      let mark = String(decoding: tokens.flatMap { model.piece($0) }, as: UTF8.self)
      guard !mark.hasPrefix("<|") || !mark.hasSuffix("|>") else {
        throw file.error(
          "puts \(mark) around pictures, which \(model.file.path) has no token for; it belongs to another model")
      }
    }
  }
}

extension Chunks {
  /// The first that is not text.
  fileprivate var firstMedia: (chunk: Int, tokens: Int)? {
    for (at, shape) in shapes.enumerated() {
      if case .media(let tokens, _, _) = shape { return (at, tokens) }
    }
    return nil
  }
}

extension MediaItem {
  /// For messages.
  var name: String {
    switch kind {
    case .pictures(let pictures) where pictures.count > 1: "pair of \(size(pictures[0])) frames"
    case .pictures(let pictures): "\(size(pictures[0])) picture"
    case .sound(let samples): "sound of \(samples.count) samples"
    }
  }

  private func size(_ picture: Image) -> String { "\(picture.width) x \(picture.height)" }
}
