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

  /// How long it took its caller.
  public struct Times: Sendable, Hashable {
    /// It waited for its turn.
    public var queued = Duration.zero
    /// It was worked on; less than the work took for a caller who joined it.
    public var judging = Duration.zero
  }

  /// What came of the item.
  public internal(set) var judgment: Judgment
  /// Where it comes from.
  public let origin: Origin
  /// When work on it began; nil where there was none.
  let begun: ContinuousClock.Instant?
  /// How long it took its caller.
  public private(set) var times = Times()

  init(judgment: Judgment, origin: Origin = .judged, begun: ContinuousClock.Instant? = nil) {
    self.judgment = judgment
    self.origin = origin
    self.begun = begun
  }

  /// The same, for a caller who asked at `start` and is answered at `now`.
  func timed(since start: ContinuousClock.Instant, until now: ContinuousClock.Instant) -> Judged {
    guard origin != .cached else { return self }
    var judged = self
    let turn = max(start, begun ?? now)
    judged.times = Times(queued: turn - start, judging: now - turn)
    return judged
  }
}

/// Whether a finished judgment may stand for one that is asked for.
public enum CachePolicy: String, Sendable, CaseIterable {
  /// One from the cache will do, and a new one is kept.
  case use
  /// It is judged anew, and not kept. Who asks the same at the same time still gets the same.
  case none
}
