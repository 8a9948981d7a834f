import JSON

/// A job, as it is shown.
struct Job: Sendable {
  /// How much of the work is done. Calls count over restarts; the rest begins anew, and is quickly where it was.
  struct Progress: Sendable, Hashable {
    /// Items that are judged.
    var done = 0
    /// Items that are to be judged; 0 where that is not known yet.
    var total = 0
    /// Calls to judges that were made, failed ones included.
    var calls = 0
  }

  let id: String
  /// ``JobKind/name``.
  let kind: String
  /// Jobs are worked on in the order of their numbers.
  let number: Int
  /// The name of the key that asked for it; empty without keys.
  let by: String
  /// RFC 3339, as all times.
  let created: String
  let plan: JobPlan
  var state = JobState.queued
  var started: String?
  var ended: String?
  /// Why it failed.
  var reason: String?
  var progress = Progress()
  /// What came of it in short, where its kind has that.
  var summary: JSONValue?
  /// What it takes on the disk.
  var bytes = 0

  /// As the wire has it, without its report.
  var json: JSONValue {
    var object = JSONObject([
      ("id", .string(id)), ("kind", .string(kind)), ("state", .string(state.rawValue)), ("created", .string(created)),
    ])
    if !by.isEmpty { object["by"] = .string(by) }
    object["started"] = started.map { .string($0) }
    object["ended"] = ended.map { .string($0) }
    object["reason"] = reason.map { .string($0) }
    object["plan"] = plan.json
    object["progress"] = [
      "done": .int(Int64(progress.done)), "total": .int(Int64(progress.total)), "calls": .int(Int64(progress.calls)),
    ]
    object["summary"] = summary
    return .object(object)
  }

  /// The schema of ``json``; `plan` and `report` are those of a kind.
  static func schema(named name: String, plan: Schema, report: Schema, _ more: Schema.Member...) -> Schema {
    let progress = Schema.object([
      .must("done", .integer(), "Items that are judged."),
      .must("total", .integer(), "Items that are to be judged; 0 where there are none, or it is not known yet."),
      .must(
        "calls", .integer(), "Calls to judges that were made for it, failed ones and those before a restart included."),
    ])
    let members: [Schema.Member] = [
      .must("id", .text), .must("kind", .text),
      .must(
        "state", .choice(JobState.allCases.map(\.rawValue)), "A job of a server that was restarted is queued again."),
      .must("created", .text, "RFC 3339."), .may("by", .text, "The name of the API key that asked for it."),
      .may("started", .text), .may("ended", .text), .may("reason", .text, "Why it failed."),
      .may("summary", .object([], isOpen: true), "What came of it in short."),
      .must("plan", plan), .must("progress", progress),
      .may("report", report, "What came of it; only of a job that is done."),
    ]
    return Schema.object(members + more).named(name)
  }
}

/// What a job is going to do.
struct JobPlan: Sendable, Hashable {
  /// For people and programs.
  let json: JSONValue
  /// Calls to judges that it may make.
  let maxCalls: Int
  /// What it depends on besides its input: fingerprints, digests. Where that is another one after a restart, the job cannot go on.
  let identity: JSONValue
}
