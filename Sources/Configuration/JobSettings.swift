import Documents
import JSON

/// What the server does beside answering: `serve.jobs`.
public struct JobSettings: Sendable, Hashable {
  /// `directory`: where jobs are kept, so that they go on after a restart; nil: there are none.
  public var directory: String?
  /// `max_running`: jobs that are worked on at once.
  public var maxRunning = 1
  /// `max_queued`: jobs that wait for that; what comes beyond is refused with 503.
  public var maxQueued = 16
  /// `max_kept`: jobs that have ended and can still be looked at; the oldest makes room.
  public var maxKept = 64
  /// `max_in_flight`: calls to judges at once, of all jobs together, besides those of `serve.max_in_flight`.
  public var maxInFlight = 8
  /// `max_calls`: calls to judges that one job may make.
  public var maxCalls = 100_000
  /// `max_items`: items, labels or judgments in the request for one job.
  public var maxItems = 20_000
  /// `max_bytes`: what all jobs may take on the disk; ended ones make room for others.
  public var maxBytes = 1 << 30

  /// The defaults: no jobs.
  public init() {}

  private struct Field {
    let name: String
    let field: WritableKeyPath<JobSettings, Int>
    let range: ClosedRange<Int>
  }

  // Computed, because key paths are not Sendable.
  private static var fields: [Field] {
    [
      Field(name: "max_running", field: \.maxRunning, range: 1...64),
      Field(name: "max_queued", field: \.maxQueued, range: 0...10_000),
      Field(name: "max_kept", field: \.maxKept, range: 1...10_000),
      Field(name: "max_in_flight", field: \.maxInFlight, range: 1...10_000),
      Field(name: "max_calls", field: \.maxCalls, range: 1...1_000_000_000),
      Field(name: "max_items", field: \.maxItems, range: 1...1_000_000),
      Field(name: "max_bytes", field: \.maxBytes, range: (1 << 16)...(1 << 50)),
    ]
  }

  init(_ reader: JSONReader, folder: String, _ findings: inout Findings) {
    self.init()
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return }
    findings.refuseUnknown(in: reader, accepted: ["directory"] + Self.fields.map(\.name))
    directory = findings.path(reader, "directory", relativeTo: folder)
    for field in Self.fields {
      let standard = self[keyPath: field.field]
      self[keyPath: field.field] = findings.int(reader, field.name, in: field.range, standard: standard)
    }
  }
}
