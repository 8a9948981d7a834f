import CLlama
import LlamaScheduling
import PluginKit

/// The cache and the computation of one model. One thread at a time uses it.
final class Context: @unchecked Sendable {
  // @unchecked: made on one thread and used by one other, which the engine sees to.

  /// Tokens that a prompt and its reply may have together.
  let length: Int
  let rows: Int
  /// The most tokens of one step.
  let batch: Int
  /// Fewer tokens are computed and not copied: a copy moves all cells of a row. A guess, on the side of computing.
  let leastCopied: Int
  /// Bytes of the cache.
  let cacheBytes: Int
  private let usesMRope: Bool
  private let model: LlamaModel
  private let handle: OpaquePointer

  /// Cells that attention goes over together, whether all are in use or one.
  static let block = Int(CLLAMA_CELLS)
  /// Prompts that are kept beside those of the slots, at most.
  private static let mostKept = 32

  /// Makes the cache: rows of one length, for every slot and for prompts that are kept beside.
  init(_ model: LlamaModel, _ projector: Projector?, _ options: LlamaOptions) throws(PluginError) {
    self.model = model
    usesMRope = projector?.usesMRope ?? false
    let trained = Int(model.facts.trained_context)
    length = options.context ?? min(trained, LlamaOptions.usualContext)
    guard length <= trained else {
      throw PluginError(
        .invalidInput, "context: \(length) is more than the \(trained) tokens that \(model.file.path) was trained with")
    }
    let cells = (length + Self.block - 1) / Self.block * Self.block
    let each = cells * max(1, model.bytesPerToken(options.kvType))
    let kept = min(options.cacheBytes / each, Self.mostKept)
    rows = options.slots + kept
    cacheBytes = rows * each
    leastCopied = max(1, cells / 256)
    // The library ends the process where there are more sequences than a batch has tokens.
    batch = max(options.batch, rows)
    let media = projector.map { (weights: $0.file.bytes, cache: options.mediaCacheBytes) }
    try Self.checkMemory(
      weights: model.facts.bytes + UInt64(media?.weights ?? 0), cache: cacheBytes + (media?.cache ?? 0),
      asked: "\(options.slots) slots of \(length) tokens")
    guard rows * cells <= Int(Int32.max) else {
      throw PluginError(
        .limit,
        "\(rows) rows of \(cells) tokens are more than llama.cpp counts; lower 'context', 'slots' or 'cache_bytes'")
    }
    let settings = cllama_context_options(
      cells: UInt32(cells), sequences: UInt32(rows), batch: UInt32(batch), threads: Int32(options.threads),
      kv_type: options.kvType.number, flash_attention: options.flashAttention.number)
    let (opened, complaints) = LibraryLog.complaints { cllama_context_open(model.handle, settings) }
    guard let opened else {
      throw PluginError(
        .limit,
        "llama.cpp cannot make a cache of \(cacheBytes) bytes for \(options.slots) slots of \(length) tokens: \(complaints)"
      )
    }
    handle = opened
    PluginLog.log(
      .info,
      "\(model.summary): weights \(model.facts.bytes) bytes, cache \(cacheBytes) bytes (\(options.slots) slots of \(length) tokens, "
        + "and \(kept) prompts that are kept beside), \(options.threads) threads"
        + (media.map { "; projector \($0.weights) bytes, its embeddings up to \($0.cache) bytes" } ?? ""))
  }

  deinit { cllama_context_close(handle) }

  /// What is allocated is only taken when it is written to: a machine without that much would end the process then.
  static func checkMemory(weights: UInt64, cache: Int, asked: String) throws(PluginError) {
    let memory = LlamaModel.machineMemory
    guard cllama_offloads() || weights + UInt64(cache) < memory else {
      throw PluginError(
        .limit,
        "weights of \(weights) bytes and a cache of \(cache) (\(asked)) are more than the machine's memory of \(memory) bytes; "
          + "lower 'context', 'slots' or 'cache_bytes'")
    }
  }

  /// Carries out what is to be done to the cache. false: the model's cache cannot be cut back there.
  func apply(_ actions: [Scheduler.Action]) -> Bool {
    actions.allSatisfy { action in
      switch action {
      case .forget(let row, let from): cllama_forget(handle, Int32(row), Int32(from))
      case .copy(let from, let to, let before): cllama_copy(handle, Int32(from), Int32(to), Int32(before))
      }
    }
  }

  /// Computes a batch. 0: done; anything else is what llama.cpp says instead.
  func decode(_ entries: [Scheduler.Entry]) -> Int32 {
    cllama_decode(
      handle, Int32(entries.count), entries.map(\.token), entries.map { Int32($0.position) },
      entries.map { Int32($0.row) }, entries.map { $0.isLast ? 1 : 0 })
  }

  /// Computes a picture or sound, in as many batches as it takes. 0: done; anything else is what llama.cpp says instead.
  func decode(_ embeddings: Embeddings, at entry: Scheduler.MediaEntry) -> Int32 {
    for start in stride(from: 0, to: embeddings.tokens, by: batch) {
      let end = min(start + batch, embeddings.tokens)
      let positions = positions(of: embeddings, start..<end, start: entry.position)
      let status = embeddings.floats.withUnsafeBufferPointer { floats in
        cllama_decode_media(
          handle, Int32(end - start), floats.baseAddress.map { $0 + start * embeddings.width }, positions,
          Int32(entry.row), embeddings.isWhole, entry.isLast && end == embeddings.tokens)
      }
      guard status == 0 else { return status }
    }
    return 0
  }

  /// All first parts, then all second ones and so on; a model without M-RoPE has one part.
  private func positions(of embeddings: Embeddings, _ tokens: Range<Int>, start: Int) -> [Int32] {
    (0..<(usesMRope ? 4 : 1)).flatMap { part in
      tokens.map { embeddings.positions.part(part, of: $0, start: start) }
    }
  }

  /// What the model gives to each token after entry `at` of the last batch, -1 being its last; valid until the next one.
  func logits(after at: Int) -> UnsafeBufferPointer<Float>? {
    cllama_logits(handle, Int32(at)).map { UnsafeBufferPointer(start: $0, count: model.vocabulary) }
  }
}

extension LlamaOptions.FlashAttention {
  /// As llama.cpp numbers them.
  var number: Int32 {
    switch self {
    case .auto: -1
    case .off: 0
    case .on: 1
    }
  }
}
