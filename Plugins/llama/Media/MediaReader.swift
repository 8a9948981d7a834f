import LlamaScheduling
import PluginKit

/// Computes embeddings, each once for as long as it is kept. Used by the engine's thread alone.
struct MediaReader {
  private let projector: Projector
  private var cache: EmbeddingCache
  /// The item that was read last: a picture may come in several pieces, one after the other.
  private var open: (content: MediaSpan.Content, chunks: Chunks)?

  init(_ projector: Projector, cacheBytes: Int) {
    self.projector = projector
    cache = EmbeddingCache(limit: cacheBytes)
  }

  /// The embeddings of a piece. Throws for what libmtmd cannot compute, with its words.
  mutating func embeddings(of piece: MediaPiece) throws(PluginError) -> Embeddings {
    if let kept = cache.find(piece.span.content) { return kept }
    let chunks = try chunks(of: piece.item)
    guard case .media(let tokens, _, let isWhole)? = chunks.shapes.dropFirst(piece.chunk).first,
      tokens == piece.span.tokens
    else {
      throw PluginError(
        .failed,
        "libmtmd makes another number of tokens of a \(piece.item.name) than it said before its content was known")
    }
    let (floats, complaints) = LibraryLog.complaints {
      chunks.embeddings(of: piece.chunk, tokens: tokens, width: projector.width)
    }
    guard let floats else {
      throw PluginError(.failed, "libmtmd could not compute a \(piece.item.name): \(complaints)")
    }
    guard floats.allSatisfy(\.isFinite) else {
      throw PluginError(
        .failed, "the projector \(projector.file.path) makes numbers of a \(piece.item.name) that are none")
    }
    let embeddings = Embeddings(
      width: projector.width, floats: floats, positions: chunks.positions(of: piece.chunk, tokens: tokens),
      isWhole: isWhole)
    cache.keep(embeddings, of: piece.span.content)
    return embeddings
  }

  private mutating func chunks(of item: MediaItem) throws(PluginError) -> Chunks {
    let content = item.content(0)
    if let open, open.content == content { return open.chunks }
    let (chunks, complaints) = LibraryLog.complaints {
      Chunks(item.kind, projector: projector.handle, hasContent: true)
    }
    guard let chunks else { throw PluginError(.failed, "libmtmd cannot read a \(item.name): \(complaints)") }
    open = (content, chunks)
    return chunks
  }
}
