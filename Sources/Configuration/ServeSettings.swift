public import JSON

/// How the server serves: `serve:` of the configuration.
public struct ServeSettings: Sendable, Hashable {
  /// A numeric address, IPv4 or IPv6, or a name.
  public var host = "127.0.0.1"
  /// 0: any that is free.
  public var port = 8080
  /// The paths that speak for other systems' clients.
  public var routes: [RouteSettings] = []

  /// The defaults.
  public init() {}
}

/// One path that answers the clients of a training loop in their own dialect: which, how it is judged, and what they get when
/// it could not be.
public struct RouteSettings: Sendable, Hashable {
  /// What a client gets in place of a score that could not be given. There is no standard for it: the configuration says which.
  public enum FailurePolicy: Sendable, Hashable {
    /// An HTTP error, which the client tries again.
    case httpError
    /// The mean of the scores of the same group; an HTTP error where there are none.
    case groupMean
    /// A number that stands for "not known".
    case neutral(Double)
  }

  /// Where it answers: `/get_reward`.
  public let path: String
  /// The name of the dialect: `openrlhf`, `slime`.
  public let dialect: String
  /// The name of a rubric.
  public let rubric: String
  /// A judge of the configuration; nil: the one called `default`, or the only one.
  public var judge: String?
  /// nil: as the rubric says.
  public var samples: Int?
  /// nil: 0.
  public var seed: UInt64?
  /// What stands for a score that could not be given.
  public let onFailure: FailurePolicy
  /// How long a request may take: less than the client waits. nil: as the server.
  public var timeoutMilliseconds: Int?
  /// What only this dialect knows; read by it.
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
}
