public import JSON
import Wire

/// What an audit will do, and what it cannot do and why: made before the first call.
public struct AuditPlan: Sendable {
  /// What one perturbation, or one kind of critic, takes.
  public struct Line: Sendable, Hashable {
    /// The suite it belongs to.
    public let suite: AuditSuite
    /// `injection.naive-request`.
    public let name: String
    /// Items it applies to.
    public internal(set) var items = 0
    /// Judgments, those of conversations included.
    public internal(set) var judgments = 0
    /// Calls to the judge, retries of truncated replies not counted.
    public internal(set) var calls = 0
  }

  /// Something that is left out.
  public struct Skipped: Sendable, Hashable {
    /// A perturbation, a suite or `items`.
    public let what: String
    /// A sentence without a full stop.
    public let reason: String
    /// How many items it concerns.
    public internal(set) var items: Int
  }

  /// In the order of the catalogue; the first is the clean items.
  public internal(set) var lines: [Line] = []
  /// In the order of the catalogue.
  public internal(set) var skipped: [Skipped] = []
  /// The suites that were asked for.
  public let suites: [AuditSuite]
  /// Items that were given.
  public let given: Int
  /// The most calls that may be made; nil: no limit.
  public let budget: Int?
  /// What is the same for all items.
  public let setting: AuditSetting
  /// What it will cost; nil where the judge has no prices.
  public internal(set) var estimate: AuditEstimate?
  /// Changes with anything that results depend on, the budget excepted: a ledger belongs to one of these.
  public internal(set) var digest = ""
  /// In the order they are taken, which is a shuffled one: whatever part of them is done is a fair choice of all.
  var items: [AuditItem] = []
  let catalogue: [any Perturbation]
  let arms: [Arm]
  /// Whether the judge is asked anything: not where only a solver is.
  let isJudged: Bool

  /// Calls to the judge in all.
  public var calls: Int { lines.reduce(0) { $0 + $1.calls } }
  /// Judgments in all.
  public var judgments: Int { lines.reduce(0) { $0 + $1.judgments } }
  /// Items that are taken.
  public var taken: Int { items.count }

  /// `{"items": …, "calls": …, "suites": [...], "skipped": [...]}`.
  public var json: JSONValue {
    var object = JSONObject(members.object?.members.map { ($0.key, $0.value) } ?? [])
    object["estimate"] = estimate?.json
    return .object(object)
  }

  private var members: JSONValue {
    [
      "items": ["given": .int(Int64(given)), "taken": .int(Int64(taken))],
      "calls": .int(Int64(calls)), "judgments": .int(Int64(judgments)),
      "budget": budget.map { .int(Int64($0)) } ?? .null,
      "lines": .array(
        lines.map {
          [
            "suite": .string($0.suite.rawValue), "name": .string($0.name), "items": .int(Int64($0.items)),
            "judgments": .int(Int64($0.judgments)), "calls": .int(Int64($0.calls)),
          ]
        }),
      "skipped": .array(
        skipped.map {
          ["what": .string($0.what), "reason": .string($0.reason), "items": .int(Int64($0.items))]
        }),
      "digest": .string(digest),
    ]
  }
}
