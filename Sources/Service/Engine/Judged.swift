public import Wire

/// A judgment, and where it comes from.
public struct Judged: Sendable {
  /// Where it comes from.
  public enum Origin: String, Sendable, CaseIterable {
    /// From the judge, for this caller.
    case judged
    /// From the judge, together with another caller who had asked the same.
    case joined
    /// From the cache.
    case cached
  }

  /// What came of the item.
  public let judgment: Judgment
  /// Where it comes from.
  public let origin: Origin
}

/// Whether a finished judgment may stand for one that is asked for.
public enum CachePolicy: String, Sendable, CaseIterable {
  /// One from the cache will do, and a new one is kept.
  case use
  /// It is judged anew, and not kept. Who asks the same at the same time still gets the same.
  case none
}
