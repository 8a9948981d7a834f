/// What a document may be at most. A file that a person wrote comes nowhere near; reaching a limit is an error that names it.
public struct DocumentLimits: Sendable, Hashable {
  /// Size of the file in bytes.
  public var bytes = 1 << 20
  /// Values in it: scalars, lists and mappings.
  public var values = 100_000
  /// Lists and mappings inside one another.
  public var depth = 64

  /// The defaults.
  public init() {}
}
