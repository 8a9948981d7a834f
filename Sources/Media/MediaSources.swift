public import Wire

/// Fetches files over the network, where that is allowed.
public protocol MediaFetcher: Sendable {
  /// The file at `url`, at most `maxBytes` of it; throws `invalid_input` for what may not be fetched or is not there.
  func fetch(_ url: String, maxBytes: Int) async throws(Unscored) -> [UInt8]
}

/// Where media may come from besides the reference itself.
public struct MediaSources: Sendable {
  /// Folders that files may be loaded from; none: no files at all. Resolved when a loader is made, once.
  public var roots: [String] = []
  /// The folder that relative paths start from; it grants nothing by itself.
  public var base: String?
  /// Whether errors may name the roots: not to strangers.
  public var tellsRoots = true
  /// Files that were sent before; nil: none can be.
  public var uploads: UploadStore?
  /// nil: nothing is fetched.
  public var fetcher: (any MediaFetcher)?

  /// Nothing but references that hold their own bytes.
  public init() {}
}
