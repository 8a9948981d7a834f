/// The state of all replicas, without locks and continuations: who is given the next request.
struct ReplicaTable: Sendable {
  /// A request's place at a replica.
  struct Seat: Sendable, Hashable {
    /// The replica's index.
    let replica: Int
    /// When it was taken.
    let start: ContinuousClock.Instant
    /// Requests at the replica then, this one included.
    let inFlight: Int
    /// It is to show whether a replica that was left out is back.
    let isTrial: Bool
  }

  /// What the end of a request says about the server.
  enum Ending: Sendable, Hashable {
    /// It did what was asked.
    case answered
    /// It refused that request, not the load: 4xx.
    case declined
    /// It has too much to do: 429.
    case overloaded
    /// It has too much to do or is not well: 503, 529.
    case unavailable
    /// It failed, or was not there.
    case failed
    /// The call was cancelled, or the failure was ours.
    case unknown
  }

  /// One server.
  struct Replica: Sendable {
    let url: String
    var limit: ConcurrencyLimit
    var health = ReplicaHealth()
    var inFlight = 0
    var requests = 0
    var failures = 0
  }

  private(set) var replicas: [Replica]
  private(set) var inFlight = 0
  private let maxInFlight: Int
  private var next = 0

  init(urls: [String], maxInFlight: Int) {
    self.maxInFlight = max(1, maxInFlight)
    replicas = urls.map { Replica(url: $0, limit: ConcurrencyLimit(most: maxInFlight)) }
  }

  /// Whether any request could be sent now.
  func hasRoom(now: ContinuousClock.Instant) -> Bool {
    inFlight < maxInFlight && replicas.contains { $0.health.isUsable(now: now) && $0.hasRoom }
  }

  /// Takes a place at the replica with the fewest requests, in turn where several have as few. Those in `avoided` are
  /// taken only where no other is fit for use. Nil where there is no room.
  mutating func take(avoiding avoided: Set<Int>, now: ContinuousClock.Instant) -> Seat? {
    guard inFlight < maxInFlight else { return nil }
    let usable = replicas.indices.filter { replicas[$0].health.isUsable(now: now) }
    let wanted = usable.filter { !avoided.contains($0) }
    let inTurn = (wanted.isEmpty ? usable : wanted).filter { replicas[$0].hasRoom }
      .sorted { ($0 - next + replicas.count) % replicas.count < ($1 - next + replicas.count) % replicas.count }
    guard let chosen = inTurn.min(by: { replicas[$0].inFlight < replicas[$1].inFlight }) else { return nil }
    next = (chosen + 1) % replicas.count
    inFlight += 1
    replicas[chosen].inFlight += 1
    replicas[chosen].requests += 1
    return Seat(
      replica: chosen, start: now, inFlight: replicas[chosen].inFlight, isTrial: replicas[chosen].health.begin())
  }

  /// Gives a place back; returns the moment until which the replica is left out, if it is from now on.
  mutating func finish(_ seat: Seat, _ ending: Ending, now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    let at = seat.replica
    inFlight -= 1
    replicas[at].inFlight -= 1
    switch ending {
    case .answered: note(.answered(latency: now - seat.start), seat, now)
    case .overloaded, .unavailable: note(.refused, seat, now)
    case .declined, .failed, .unknown: break
    }
    switch ending {
    case .answered, .declined, .overloaded: replicas[at].health.succeed(isTrial: seat.isTrial)
    case .unknown: replicas[at].health.end(isTrial: seat.isTrial)
    case .unavailable, .failed:
      replicas[at].failures += 1
      let mayEject = replicas.indices.contains { $0 != at && !replicas[$0].health.isEjected }
      if replicas[at].health.fail(isTrial: seat.isTrial, mayEject: mayEject, now: now) {
        return replicas[at].health.ejectedUntil
      }
    }
    return nil
  }

  private mutating func note(_ sign: ConcurrencyLimit.Sign, _ seat: Seat, _ now: ContinuousClock.Instant) {
    replicas[seat.replica].limit.note(sign, start: seat.start, inFlight: seat.inFlight, now: now)
  }
}

extension ReplicaTable.Replica {
  fileprivate var hasRoom: Bool { inFlight < limit.value }
}
