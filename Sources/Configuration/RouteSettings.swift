import Documents
public import JSON

/// One path that answers the clients of a training loop in their own dialect: which, how it is judged, and what they get when
/// it could not be. `serve.routes`, by path.
public struct RouteSettings: Sendable, Hashable {
  /// What a client gets in place of a score that could not be given. There is no standard for it: the configuration says which.
  public enum FailurePolicy: Sendable, Hashable, CustomStringConvertible {
    /// `http_error`: an HTTP error, which the client tries again.
    case httpError
    /// `group_mean`: the mean of the scores of the same group; an HTTP error where there are none.
    case groupMean
    /// `{neutral: x}`: a number that stands for "not known".
    case neutral(Double)

    /// As the configuration says it.
    public var description: String {
      switch self {
      case .httpError: "http_error"
      case .groupMean: "group_mean"
      case .neutral(let number): "neutral \(number)"
      }
    }
  }

  /// What a client gets for a rollout.
  public enum Reward: String, Sendable, Hashable, CaseIterable {
    /// The score on the rubric's scale.
    case score
    /// The score on the scale of people, by the judge's calibration.
    case calibrated
  }

  /// Where it answers: `/get_reward`.
  public let path: String
  /// `dialect`: the name of the dialect: `openrlhf`, `slime`.
  public let dialect: String
  /// `rubric`: the name of a rubric.
  public let rubric: String
  /// `judge`: a judge of the configuration; nil: the one called `default`, or the only one.
  public var judge: String?
  /// `reward`: `score` unless stated.
  public var reward = Reward.score
  /// `samples`: nil: as the rubric says.
  public var samples: Int?
  /// `seed`: nil: 0.
  public var seed: UInt64?
  /// `on_failure`: what stands for a score that could not be given.
  public let onFailure: FailurePolicy
  /// `timeout_ms`: how long a request may take: less than the client waits. nil: as the server.
  public var timeoutMilliseconds: Int?
  /// `options`: what only this dialect knows; read by it.
  public var options: JSONObject = JSONObject()
  /// Its place in the file.
  public var jsonPath = JSONPath()

  /// A route; every field that a dialect cannot do without.
  public init(path: String, dialect: String, rubric: String, judge: String? = nil, onFailure: FailurePolicy) {
    self.path = path
    self.dialect = dialect
    self.rubric = rubric
    self.judge = judge
    self.onFailure = onFailure
  }

  private static let fields = [
    "dialect", "rubric", "judge", "reward", "samples", "seed", "on_failure", "timeout_ms", "options",
  ]

  static func list(_ serve: JSONReader, _ findings: inout Findings) -> [RouteSettings] {
    guard let routes = serve["routes"] else { return [] }
    guard let members = findings.attempt({ () throws(JSONError) in try routes.object() })?.members else { return [] }
    return members.compactMap { read(JSONReader($0.value, path: routes.path[$0.key]), path: $0.key, &findings) }
  }

  private static func read(_ reader: JSONReader, path: String, _ findings: inout Findings) -> RouteSettings? {
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return nil }
    findings.refuseUnknown(in: reader, accepted: fields)
    if !path.hasPrefix("/") || path.contains(where: { $0.isWhitespace || "?#%".contains($0) }) {
      findings.add(reader.error("a route's name is the path it answers at, such as \"/get_reward\""))
    }
    if path.hasPrefix(DeceptiveSettings.root) {
      findings.add(
        reader.error("paths that begin with \(DeceptiveSettings.root) are those of serve.deceptive; choose another"))
    }
    let dialect = findings.attempt { () throws(JSONError) in try reader.require("dialect").string() }
    let rubric = findings.attempt { () throws(JSONError) in try reader.require("rubric").string() }
    let policy = findings.attempt { () throws(JSONError) in try self.policy(reader) }
    let judge = findings.optional(reader, "judge") { (field) throws(JSONError) in try field.string() }
    let reward = findings.optional(reader, "reward") { (field) throws(JSONError) in try field.choice(Reward.self) }
    let samples = findings.optional(reader, "samples") { (field) throws(JSONError) in try field.int(in: 1...64) }
    let seed = findings.optional(reader, "seed") { (field) throws(JSONError) in try field.int(in: 0...Int.max) }
    let timeout = findings.optional(reader, "timeout_ms") { (field) throws(JSONError) in
      try field.int(in: 1...86_400_000)
    }
    let options = findings.optional(reader, "options") { (field) throws(JSONError) in try field.object() }
    guard let dialect, let rubric, let policy else { return nil }
    var route = RouteSettings(path: path, dialect: dialect, rubric: rubric, judge: judge, onFailure: policy)
    route.reward = reward ?? .score
    route.samples = samples
    route.seed = seed.map { UInt64($0) }
    route.timeoutMilliseconds = timeout
    route.options = options ?? JSONObject()
    route.jsonPath = reader.path
    return route
  }

  /// A route without it is refused: what a training loop is told of a failure is not for us to guess.
  private static func policy(_ reader: JSONReader) throws(JSONError) -> FailurePolicy {
    let accepted = "http_error, group_mean or {neutral: NUMBER}"
    guard let field = reader["on_failure"] else {
      throw reader.error("'on_failure' is missing: say what clients get where there is no score; accepted: \(accepted)")
    }
    switch field.value.string {
    case "http_error": return .httpError
    case "group_mean": return .groupMean
    default:
      guard field.value.object != nil else { throw field.error("accepted: \(accepted)") }
      try field.allowOnly("neutral")
      return .neutral(try field.require("neutral").double())
    }
  }
}
