import CLlama
import Media
import PluginKit

/// What libmtmd makes of one item: tokens around it, and the pieces that embeddings are computed of.
final class Chunks: @unchecked Sendable {
  // @unchecked: nothing changes them after they are made.

  /// One chunk, in words.
  enum Shape: Sendable, Hashable {
    case text([Int32])
    case media(tokens: Int, positions: Int, isWhole: Bool)
  }

  let handle: OpaquePointer
  private let projector: OpaquePointer

  /// - Parameter before: tokens of text before it, which some models place pictures by; chunk 0 is then that text.
  /// nil: libmtmd cannot read the item.
  init?(_ kind: MediaItem.Kind, projector: OpaquePointer, hasContent: Bool, before: Int = 0) {
    let made: OpaquePointer?
    switch kind {
    case .pictures(let pictures):
      made = Self.withPointers(hasContent ? pictures.map(\.pixels) : []) { pixels in
        cllama_chunks_of_images(
          projector, pictures.count, pictures.map { UInt32($0.width) }, pictures.map { UInt32($0.height) },
          hasContent ? pixels : nil, before)
      }
    case .sound(let samples): made = cllama_chunks_of_sound(projector, samples.count, hasContent ? samples : nil)
    }
    guard let made else { return nil }
    handle = made
    self.projector = projector
  }

  deinit { cllama_chunks_free(handle) }

  /// Pointers to all arrays at once.
  private static func withPointers<Value>(
    _ arrays: [[UInt8]], _ held: [UnsafePointer<UInt8>?] = [], _ body: ([UnsafePointer<UInt8>?]) -> Value
  ) -> Value {
    guard held.count < arrays.count else { return body(held) }
    return arrays[held.count].withUnsafeBufferPointer { withPointers(arrays, held + [$0.baseAddress], body) }
  }

  var shapes: [Shape] {
    (0..<cllama_chunks_count(handle)).map { at in
      let facts = cllama_chunk_look(projector, handle, at)
      guard facts.is_media else {
        return .text(Array(UnsafeBufferPointer(start: cllama_chunk_text(handle, at), count: Int(facts.tokens))))
      }
      return .media(tokens: Int(facts.tokens), positions: Int(facts.positions), isWhole: facts.is_whole)
    }
  }

  /// Where the tokens of a media chunk stand.
  func positions(of chunk: Int, tokens: Int) -> SpanPositions {
    func position(_ token: Int, _ start: Int32) -> [Int32] {
      var parts = [Int32](repeating: 0, count: 4)
      cllama_chunk_position(handle, chunk, start, Int32(token), &parts)
      return parts
    }
    return SpanPositions(
      parts: (0..<tokens).flatMap { position($0, 0) }, moves: zip(position(0, 0), position(0, 1)).map { $0 != $1 })
  }

  /// Computes a media chunk; nil: libmtmd could not. One thread at a time.
  func embeddings(of chunk: Int, tokens: Int, width: Int) -> [Float]? {
    var floats = [Float](repeating: 0, count: tokens * width)
    return cllama_chunk_encode(projector, handle, chunk, floats.count, &floats) ? floats : nil
  }
}
