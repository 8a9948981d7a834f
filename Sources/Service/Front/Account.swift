import Synchronization
public import Wire

/// What is written down of a request while it is answered. Whoever answers fills it in; a line of the log and metrics are made of it.
///
/// Never a prompt, a response or a reply: it is made to be shown to others.
public final class Account: Sendable {
  /// The entries; what nobody said is nil or 0.
  public struct Entries: Sendable, Hashable {
    /// The rubric that was judged with.
    public var rubric: String?
    /// The judge's configured name.
    public var judge: String?
    /// The training run, where the client says.
    public var run: String?
    /// The kind of the critic that may have misled on purpose; nil: this is no deceptive route.
    public var deceptive: String?
    /// The job that it is about.
    public var job: String?
    /// Judgments that were asked for.
    public var items = 0
    /// Responses that have a score, and comparisons where there are no scores.
    public var scored = 0
    /// Those that came to nothing, by reason: once for each response without a score, or for an item that failed as a whole.
    public var unscored: [UnscoredReason: Int] = [:]
    /// Scores in whose place the client was given another number, by the policy of the route.
    public var standIns = 0
    /// Judgments that were under way for another request.
    public var joined = 0
    /// Judgments that were in the cache.
    public var cached = 0
    /// The longest that one of them waited for its turn.
    public var queued = Duration.zero
    /// The longest that one of them was worked on.
    public var judging = Duration.zero
    /// Faults of single requests in a batch of JSON-RPC, whose HTTP status says nothing of them.
    public var faults: [Fault.Code: Int] = [:]
    /// What the judge reports to have consumed for this request.
    public var usage = Usage()

    /// Nothing yet.
    public init() {}
  }

  private let state = Mutex(Entries())

  /// A blank one.
  public init() {}

  /// What has been written so far.
  public var entries: Entries { state.withLock { $0 } }

  /// Writes something down.
  public func note(_ change: (inout Entries) -> Void) { state.withLock { change(&$0) } }
}

extension Account.Entries {
  /// Counts where a judgment came from, and what it took. Those of the cache, and those that another request paid for, cost this one
  /// nothing.
  mutating func add(_ judged: Judged) {
    switch judged.origin {
    case .judged: usage = usage + judged.judgment.usage
    case .joined: joined += 1
    case .cached: cached += 1
    }
    queued = max(queued, judged.times.queued)
    judging = max(judging, judged.times.judging)
  }
}
