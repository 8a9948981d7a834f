import CLlama
import LlamaScheduling
import PluginKit

/// The cache and the computation of one model. One thread at a time uses it.
final class Context: @unchecked Sendable {
  // @unchecked: made on one thread and used by one other, which the engine sees to.

  /// How a decode ended.
  enum Outcome { case done, noRoom, failed(Int32) }

  /// Tokens that a prompt and its reply may have together.
  let length: Int
  let rows: Int
  /// The most tokens of one step.
  let batch: Int
  /// Bytes of the cache.
  let cacheBytes: Int
  private let usesMRope: Bool
  private let model: LlamaModel
  private let handle: OpaquePointer

  /// Sequences beside those of the slots, each with a prefix that is kept.
  private static let keptRows = 32
  private static let fewestCells = 256

  /// Makes the cache: room for every slot at its longest, and for what is kept beside.
  init(_ model: LlamaModel, _ projector: Projector?, _ options: LlamaOptions) throws(PluginError) {
    self.model = model
    usesMRope = projector?.usesMRope ?? false
    let trained = Int(model.facts.trained_context)
    length = options.context ?? min(trained, LlamaOptions.usualContext)
    guard length <= trained else {
      throw PluginError(
        .invalidInput, "context: \(length) is more than the \(trained) tokens that \(model.file.path) was trained with")
    }
    // A strict judge keeps nothing, so that each call finds the cache as empty as the first one did.
    rows = options.slots + (options.isStrict ? 0 : Self.keptRows)
    // The library ends the process where there are more sequences than a batch has tokens.
    batch = max(options.batch, rows)
    let each = max(1, model.bytesPerToken(options.kvType))
    let kept = min(options.cacheBytes / each, Self.keptRows * length)
    let cells = max(Self.fewestCells, options.slots * length + kept)
    cacheBytes = cells * each
    let media = projector.map { (weights: $0.file.bytes, cache: options.mediaCacheBytes) }
    try Self.checkMemory(
      weights: model.facts.bytes + UInt64(media?.weights ?? 0), cache: cacheBytes + (media?.cache ?? 0),
      asked: "\(options.slots) slots of \(length) tokens")
    guard let cells = UInt32(exactly: cells), cells <= UInt32(Int32.max) else {
      throw PluginError(
        .limit, "cache_bytes: a cache of \(cells) tokens is more than llama.cpp counts; make it smaller")
    }
    let settings = cllama_context_options(
      cells: cells, sequences: UInt32(rows), batch: UInt32(batch), threads: Int32(options.threads),
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
        + "and \(kept) tokens of prefixes), \(options.threads) threads"
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
      case .forget(let row, let from): return cllama_forget(handle, Int32(row), Int32(from))
      case .share(let from, let to, let before):
        cllama_share(handle, Int32(from), Int32(to), Int32(before))
        return true
      }
    }
  }

  /// Computes a batch.
  func decode(_ entries: [Scheduler.Entry]) -> Outcome {
    let status = cllama_decode(
      handle, Int32(entries.count), entries.map(\.token), entries.map { Int32($0.position) },
      entries.map { Int32($0.row) }, entries.map { $0.isLast ? 1 : 0 })
    return Outcome(status)
  }

  /// Computes a picture or sound from token `done` on, in as many batches as it takes. Call again after no room was found.
  func decode(
    _ embeddings: Embeddings, at entry: Scheduler.MediaEntry, wanted: Bool, _ done: inout Int
  ) -> Outcome {
    while done < embeddings.tokens {
      let count = min(batch, embeddings.tokens - done)
      let positions = positions(of: embeddings, done..<done + count, start: entry.position)
      let status = embeddings.floats.withUnsafeBufferPointer { floats in
        cllama_decode_media(
          handle, Int32(count), floats.baseAddress.map { $0 + done * embeddings.width }, positions, Int32(entry.row),
          embeddings.isWhole, wanted && done + count == embeddings.tokens)
      }
      guard status == 0 else { return Outcome(status) }
      done += count
    }
    return .done
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

extension Context.Outcome {
  fileprivate init(_ status: Int32) { self = status == 0 ? .done : status == 1 ? .noRoom : .failed(status) }
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
