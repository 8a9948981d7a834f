import Documents
import JSON

/// How the server serves: `serve:` of the configuration. Limits have their own names in ``limits``.
public struct ServeSettings: Sendable, Hashable {
  /// `listen`: where the server listens.
  public var listen = ListenAddress()
  /// `keys_file`: the file of the API keys; nil: whoever reaches the server may use it.
  public var keysFile: String?
  /// `without_keys`: whether it may listen to other machines although there are no keys.
  public var isForAnyone = false
  /// `cors`: origins whose pages may ask, such as `https://lab.example`; `*` for all. Empty: none.
  public var corsOrigins: [String] = []
  /// `max_in_flight`: judgments that are worked on at once, over all judges.
  public var maxInFlight = 1024
  /// `max_waiting`: judgments that wait to be worked on; what comes beyond is refused with 503.
  public var maxWaiting = 16_384
  /// `max_per_key`: judgments in flight and waiting that may belong to one API key; nil: three quarters of all.
  public var maxPerKey: Int?
  /// `timeout_ms`: how long a request may take that does not say so itself.
  public var timeoutMilliseconds = 600_000
  /// `max_timeout_ms`: the longest time a request may ask for.
  public var maxTimeoutMilliseconds = 3_600_000
  /// `grace_ms`: how long after its deadline a request waits for what was finished before it.
  public var graceMilliseconds = 1000
  /// `cache: {max_bytes: N}`: what finished judgments may take in memory; nil (`cache: none`): none are kept.
  public var cacheBytes: Int? = 256 << 20
  /// `drain_ms`: how long requests in flight may go on when the server is told to stop.
  public var drainMilliseconds = 30_000
  /// `max_runs`: training runs that statistics are kept of, once for each of their rubrics; the one that was not heard of for the
  /// longest makes room. 0: none.
  public var maxRuns = 64
  /// `media`: what requests may name besides bytes of their own.
  public var media = ServeMediaSettings()
  /// `limits`: what a request may be like.
  public var limits = ServeLimits()
  /// `jobs`: what is done beside answering.
  public var jobs = JobSettings()
  /// `log`: the request log.
  public var log = RequestLogSettings()
  /// `routes`: the paths that speak for other systems' clients, in the order of the file.
  public var routes: [RouteSettings] = []
  /// `deceptive`: the critics that may mislead, to try agents against, in the order of the file.
  public var deceptive: [DeceptiveSettings] = []

  /// The defaults.
  public init() {}

  static let fields = [
    "listen", "keys_file", "without_keys", "cors", "max_in_flight", "max_waiting", "max_per_key", "timeout_ms",
    "max_timeout_ms", "grace_ms", "cache", "drain_ms", "max_runs", "media", "limits", "jobs", "log", "routes",
    "deceptive",
  ]

  init(_ reader: JSONReader, folder: String, _ findings: inout Findings) {
    self.init()
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return }
    findings.refuseUnknown(in: reader, accepted: Self.fields)
    if let address = findings.optional(reader, "listen", ListenAddress.read) { listen = address }
    keysFile = findings.path(reader, "keys_file", relativeTo: folder)
    if let flag = findings.optional(reader, "without_keys", { (field) throws(JSONError) in try field.bool() }) {
      isForAnyone = flag
    }
    corsOrigins = findings.optional(reader, "cors", Self.origins) ?? []
    maxInFlight = findings.int(reader, "max_in_flight", in: 1...1_000_000, standard: maxInFlight)
    maxWaiting = findings.int(reader, "max_waiting", in: 0...10_000_000, standard: maxWaiting)
    maxPerKey = findings.optional(reader, "max_per_key") { (field) throws(JSONError) in
      try field.int(in: 1...10_000_000)
    }
    graceMilliseconds = findings.int(reader, "grace_ms", in: 0...60_000, standard: graceMilliseconds)
    timeoutMilliseconds = findings.int(reader, "timeout_ms", in: 1...86_400_000, standard: timeoutMilliseconds)
    maxTimeoutMilliseconds = findings.int(
      reader, "max_timeout_ms", in: 1...86_400_000, standard: max(maxTimeoutMilliseconds, timeoutMilliseconds))
    if let field = reader["timeout_ms"], timeoutMilliseconds > maxTimeoutMilliseconds {
      findings.add(
        field.error("\(timeoutMilliseconds) is more than max_timeout_ms, which is \(maxTimeoutMilliseconds)"))
    }
    if let field = reader["cache"] { cacheBytes = Self.cache(field, &findings) }
    drainMilliseconds = findings.int(reader, "drain_ms", in: 0...86_400_000, standard: drainMilliseconds)
    maxRuns = findings.int(reader, "max_runs", in: 0...100_000, standard: maxRuns)
    if let field = reader["media"] { media = ServeMediaSettings(field, &findings) }
    if let field = reader["limits"] { limits = ServeLimits(field, &findings) }
    if let field = reader["jobs"] { jobs = JobSettings(field, folder: folder, &findings) }
    if let field = reader["log"] { log = RequestLogSettings(field, folder: folder, &findings) }
    routes = RouteSettings.list(reader, &findings)
    deceptive = DeceptiveSettings.list(reader, &findings)
  }

  /// `none`, or an object with `max_bytes`.
  private static func cache(_ field: JSONReader, _ findings: inout Findings) -> Int? {
    if field.value.string == "none" { return nil }
    guard field.value.object != nil else {
      findings.add(field.error("expected none or {max_bytes: N}, found \(field.value.kind)"))
      return nil
    }
    findings.refuseUnknown(in: field, accepted: ["max_bytes"])
    return findings.attempt { () throws(JSONError) in try field.require("max_bytes").int(in: 1...(1 << 50)) }
  }

  /// Origins as browsers send them: a scheme and an authority, nothing after it.
  private static func origins(_ field: JSONReader) throws(JSONError) -> [String] {
    var origins: [String] = []
    for element in try field.array() {
      let origin = try element.string()
      let parts = origin.split(separator: "/", omittingEmptySubsequences: false)
      let isOrigin =
        parts.count == 3 && ["http:", "https:"].contains(parts[0]) && parts[1].isEmpty && !parts[2].isEmpty
      guard origin == "*" || isOrigin, !origin.contains(where: { $0.isWhitespace || $0.isNewline }) else {
        throw element.error("expected an origin such as https://lab.example (no path), or *; found '\(origin)'")
      }
      origins.append(origin)
    }
    return origins
  }
}
