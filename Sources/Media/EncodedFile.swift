/// An encoded file and its media type, for judges that take files.
public struct EncodedFile: Sendable, Hashable {
  /// The whole file.
  public let bytes: [UInt8]
  /// As its first bytes tell, such as `image/png`.
  public let mediaType: String

  /// A file of that type.
  public init(bytes: [UInt8], mediaType: String) {
    self.bytes = bytes
    self.mediaType = mediaType
  }
}
