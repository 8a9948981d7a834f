/// What became of one reference: the decoded media and what identifies and qualifies it.
public struct LoadedMedia: Sendable, Hashable {
  /// May be shared with other references to the same bytes.
  public let media: Media
  /// Of the encoded bytes, `sha256:…`; part of every judgment's provenance.
  public let digest: String
  /// Everything that was lost, changed or doubtful on the way: what loading noticed, then what decoding did.
  public let notes: [MediaNote]

  /// Decoded media, the digest of what they were decoded from, and what is to be said about them.
  public init(media: Media, digest: String, notes: [MediaNote]) {
    self.media = media
    self.digest = digest
    self.notes = notes
  }
}
