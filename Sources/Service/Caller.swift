public import Judging

/// On whose behalf something is done, and until when.
public struct Caller: Sendable {
  /// Tells this request from all others; the client's own where it gave one.
  public var requestID: String
  /// The name of its API key; empty without keys. Callers with different names share the judges fairly.
  public var name: String
  /// Whether its key may do more than ask for judgments.
  public var isAdmin: Bool
  /// The path the request came in by, as the table of routes has it: a label of metrics and logs.
  public var route: String
  /// What stands in the path where the table of routes has a name in braces, by that name.
  public var place: [String: String] = [:]
  /// The training run it belongs to, where the client says.
  public var run: String?
  /// What judges pass on to the servers they ask, where the client sent a trace context.
  public var trace: TraceParent?
  /// When nobody waits any more.
  public var deadline: ContinuousClock.Instant
  /// What is written down of the request while it is answered.
  public let account: Account

  /// A caller.
  public init(
    requestID: String, name: String = "", isAdmin: Bool = false, route: String, run: String? = nil,
    deadline: ContinuousClock.Instant,
    account: Account = Account()
  ) {
    self.requestID = requestID
    self.name = name
    self.isAdmin = isAdmin
    self.route = route
    self.run = run
    self.deadline = deadline
    self.account = account
  }

  /// The same with less time, where `milliseconds` from now is earlier than its deadline.
  public func within(milliseconds: Int) -> Caller {
    var caller = self
    caller.deadline = min(deadline, .now + .milliseconds(milliseconds))
    return caller
  }
}
