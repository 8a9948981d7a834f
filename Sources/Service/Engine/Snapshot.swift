/// How much there is of everything in an engine at one moment.
public struct Snapshot: Sendable, Hashable {
  /// One judge.
  public struct Judge: Sendable, Hashable {
    /// As it is configured.
    public let name: String
    /// Calls that it has.
    public let inFlight: Int
    /// Calls that wait because it has as many as it takes.
    public let waiting: Int
  }

  /// Judgments that room was granted for and that are not answered yet.
  public let admitted: Int
  /// Judgments that are being made.
  public let inFlight: Int
  /// Judgments that wait for their turn.
  public let waiting: Int
  /// Items that were joined to the same one of another caller, since the start.
  public let joined: Int
  /// Judgments in the cache.
  public let cachedJudgments: Int
  /// What they take, roughly.
  public let cacheBytes: Int
  /// Items that were answered from it, since the start.
  public let cacheHits: Int
  /// The judges that are open, in order of name.
  public let judges: [Judge]
}
