public import Wire

/// The decode stage: a reference becomes bytes, the bytes choose a decoder, the decoder makes ``Media``.
///
/// Loads `data:` URLs, and files under the given roots. The type of a file comes from its bytes, never from its name.
/// Identical bytes are decoded once for each request: while a decode runs others wait for it, and finished ones are kept
/// up to `cacheBytes`. Safe to use from any task; all references of a run should go through one loader.
public final class MediaLoader: Sendable {
  private let decoders: [any MediaDecoder]
  private let files: MediaFiles
  private let sources: MediaSources
  /// The limits of each decode.
  public let limits: MediaLimits
  private let cache: DecodeCache<CacheKey>

  /// Identical bytes of which the same is wanted.
  private struct CacheKey: Hashable {
    let digest: String
    let request: MediaRequest
  }

  /// - Parameters:
  ///   - decoders: asked in this order; among equal scores the first wins.
  ///   - sources: where media may come from.
  ///   - cacheBytes: what finished decodes may occupy; 0 keeps none.
  public init(
    decoders: [any MediaDecoder], sources: MediaSources, limits: MediaLimits = MediaLimits(),
    cacheBytes: Int = MediaLoader.standardCacheBytes
  ) {
    self.decoders = decoders
    self.files = MediaFiles(roots: sources.roots, tellsRoots: sources.tellsRoots)
    self.sources = sources
    self.limits = limits
    self.cache = DecodeCache(maxBytes: cacheBytes)
  }

  /// The same with files under `roots`, relative paths starting from `base`.
  public convenience init(
    decoders: [any MediaDecoder], roots: [String] = [], base: String? = nil, limits: MediaLimits = MediaLimits(),
    cacheBytes: Int = MediaLoader.standardCacheBytes
  ) {
    var sources = MediaSources()
    (sources.roots, sources.base) = (roots, base)
    self.init(decoders: decoders, sources: sources, limits: limits, cacheBytes: cacheBytes)
  }

  /// What finished decodes may occupy unless something else is said.
  public static let standardCacheBytes = 256 << 20

  /// Loads what `reference` names and decodes of it what its kind and `request` ask for. `folder` stands in for the
  /// loader's base, for records that come from different files.
  ///
  /// Throws ``Unscored`` with `invalid_input` for what cannot or may not be loaded and `timeout` for a decode that took
  /// too long; the message names the reference, the cause and the way out.
  public func load(
    _ reference: MediaReference, request: MediaRequest = MediaRequest(), relativeTo folder: String? = nil
  ) async throws(Unscored) -> LoadedMedia {
    do throws(Unscored) {
      try request.check()
      let loaded = try await load(
        reference.url, request.reduced(to: Self.kinds(reference.kind, request)), folder ?? sources.base)
      try require(reference.kind, in: loaded.media)
      return loaded
    } catch {
      throw Unscored(error.reason, "\(reference.kind.rawValue) \(MediaSource.label(reference.url)): \(error.message)")
    }
  }

  /// The same for a file of which nobody says what it holds.
  public func load(unknown url: String, request: MediaRequest) async throws(Unscored) -> LoadedMedia {
    do throws(Unscored) {
      try request.check()
      return try await load(url, request, sources.base)
    } catch {
      throw Unscored(error.reason, "\(MediaSource.label(url)): \(error.message)")
    }
  }

  private func load(_ url: String, _ request: MediaRequest, _ folder: String?) async throws(Unscored) -> LoadedMedia {
    let source = try MediaSource(url, relativeTo: folder)
    let bytes = try await source.read(files: files, sources, limits)
    let digest = source.digest ?? Digest.sha256(bytes)
    let media = try await cache.media(for: CacheKey(digest: digest, request: request)) { [self] in
      await decode(bytes, request)
    }.get()
    return LoadedMedia(media: media, digest: digest, notes: source.notes(on: bytes) + media.notes)
  }

  /// A still picture is always looked for: it costs nothing where there is none, and "it holds an image" is what to say of
  /// a picture that is named as sound.
  private static func kinds(_ kind: MediaReference.Kind, _ request: MediaRequest) -> MediaRequest.Kinds {
    switch kind {
    case .image: .image
    case .video: request.hearsVideos ? .all : [.image, .frames]
    case .sound: [.image, .sound]
    }
  }

  private func decode(_ bytes: [UInt8], _ request: MediaRequest) async -> Result<Media, Unscored> {
    do throws(Unscored) {
      var media = try await decoder(for: bytes).decode(bytes, request: request, limits: limits)
      attachOriginal(bytes, request, to: &media)
      return .success(media)
    } catch {
      return .failure(error)
    }
  }

  /// What a file is, by its first bytes; throws `invalid_input` where no decoder reads it.
  public func type(of bytes: [UInt8]) throws(Unscored) -> String? {
    _ = try decoder(for: bytes)
    return MediaType(head: bytes)?.name
  }

  /// The decoder that claims the bytes most strongly.
  private func decoder(for bytes: [UInt8]) throws(Unscored) -> any MediaDecoder {
    let head = Array(bytes.prefix(4096))
    var best: (decoder: any MediaDecoder, score: Int)?
    for decoder in decoders {
      let score = decoder.score(head: head)
      if score > best?.score ?? 0 { best = (decoder, score) }
    }
    if let best { return best.decoder }
    let type = MediaType(head: head).map { "the bytes are \($0.name)" } ?? "the bytes are of no type known here"
    throw Unscored(.invalidInput, "\(type), which no loaded decoder reads; see 'cupel plugin list' for what there is")
  }

  /// Judges that take encoded files may have the file itself, but only when it shows exactly what was decoded: a
  /// decoder that noted a change (transparency, gamma, other samples) made something else. Who takes a video as a file
  /// chooses frames by itself, so of a video only damage counts.
  private func attachOriginal(_ bytes: [UInt8], _ request: MediaRequest, to media: inout Media) {
    guard let type = MediaType(head: bytes) else { return }
    let file = EncodedFile(bytes: bytes, mediaType: type.name)
    if let image = media.image, image.original == nil, media.notes.isEmpty, type.name.hasPrefix("image/") {
      media.image = Image(width: image.width, height: image.height, pixels: image.pixels, original: file)
    }
    let isSound = media.sound != nil && request.soundRate == nil && request.soundChannels == nil && media.notes.isEmpty
    let isVideo = !media.frames.isEmpty && !media.notes.contains { Self.damage.contains($0.code) }
    if isSound || isVideo { media.original = file }
  }

  /// Notes of a video that is not what it was.
  private static let damage: Set = ["corrupt", "damaged", "dropped"]

  private func require(_ kind: MediaReference.Kind, in media: Media) throws(Unscored) {
    let present =
      switch kind {
      case .image: media.image != nil
      case .video: !media.frames.isEmpty
      case .sound: media.sound != nil
      }
    guard !present else { return }
    var found: [String] = []
    if media.image != nil { found.append("an image") }
    if !media.frames.isEmpty { found.append("moving pictures") }
    if media.sound != nil { found.append("sound") }
    let content = found.isEmpty ? "nothing a judge can use" : found.joined(separator: " and ")
    throw Unscored(.invalidInput, "is named as \(kind.rawValue) but holds \(content)")
  }
}
