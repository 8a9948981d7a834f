/// Whether a replica is worth a request, judged by what became of the last ones (passive health, as Envoy's outlier
/// detection): after five failures in a row it is left out for a second, then one request is tried; each failed trial
/// doubles the time, up to a minute, and a good one ends it.
struct ReplicaHealth: Sendable {
  static let failuresToEject = 5
  static let firstEjection = Duration.seconds(1)
  static let longestEjection = Duration.seconds(60)

  /// How often it was left out.
  private(set) var ejections = 0
  /// It is left out, until this moment at least.
  private(set) var ejectedUntil: ContinuousClock.Instant?
  /// It has answered something, once.
  private(set) var hasAnswered = false
  private var failures = 0
  private var failedTrials = 0
  private var isTrialOut = false

  var isEjected: Bool { ejectedUntil != nil }

  /// Whether a request may be sent now; of one that is left out, whether its time is over and no trial is out.
  func isUsable(now: ContinuousClock.Instant) -> Bool {
    guard let ejectedUntil else { return true }
    return now >= ejectedUntil && !isTrialOut
  }

  /// A request is sent; true if it is a trial.
  mutating func begin() -> Bool {
    isTrialOut = isEjected
    return isEjected
  }

  /// The server answered: it is there, whatever it said.
  mutating func succeed(isTrial: Bool) {
    hasAnswered = true
    failures = 0
    guard isTrial || !isEjected else { return }
    (ejectedUntil, isTrialOut, failedTrials) = (nil, false, 0)
  }

  /// The server failed. `mayEject` is false for the last one that is left. Returns whether it is left out from now on.
  mutating func fail(isTrial: Bool, mayEject: Bool, now: ContinuousClock.Instant) -> Bool {
    // What was sent before it was left out changes nothing.
    if isEjected, !isTrial { return false }
    failures += 1
    guard isTrial || (failures >= Self.failuresToEject && mayEject) else { return false }
    let time = min(Self.firstEjection * (1 << min(failedTrials, 10)), Self.longestEjection)
    failedTrials += 1
    ejections += 1
    (ejectedUntil, isTrialOut) = (now + time, false)
    return true
  }

  /// The request ended without a word about the server.
  mutating func end(isTrial: Bool) {
    if isTrial { isTrialOut = false }
  }
}
