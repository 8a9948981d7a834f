import Synchronization
import Wire

/// What a delivery has done, and how its servers are: for probes and logs.
struct DeliveryStatistics: Sendable, Hashable {
  /// One server.
  struct Server: Sendable, Hashable {
    let url: String
    /// Requests that are out.
    let inFlight: Int
    /// Requests that it is given at once now.
    let limit: Int
    /// Requests that it was sent.
    let requests: Int
    /// Of these, those at which it failed.
    let failures: Int
    /// How often it was left out.
    let ejections: Int
    /// It is left out now.
    let isLeftOut: Bool
  }

  /// Calls that were taken; each ends as delivered or failed.
  var calls = 0
  var delivered = 0
  /// Calls that failed, by reason.
  var failed: [UnscoredReason: Int] = [:]
  /// Requests of the calls that have ended.
  var attempts = 0
  /// Calls that wait for a place.
  var waiting = 0
  var servers: [Server] = []

  /// Calls that are neither delivered nor failed.
  var open: Int { calls - delivered - failed.values.reduce(0, +) }
}

/// The counts of a delivery.
final class DeliveryCounters: Sendable {
  private let counts = Mutex(DeliveryStatistics())

  func begin() { counts.withLock { $0.calls += 1 } }

  func end(attempts: Int, failure: UnscoredReason?) {
    counts.withLock { counts in
      counts.attempts += attempts
      if let failure { counts.failed[failure, default: 0] += 1 } else { counts.delivered += 1 }
    }
  }

  func statistics(replicas: [ReplicaTable.Replica], waiting: Int) -> DeliveryStatistics {
    var statistics = counts.withLock { $0 }
    statistics.waiting = waiting
    statistics.servers = replicas.map { replica in
      DeliveryStatistics.Server(
        url: replica.url, inFlight: replica.inFlight, limit: replica.limit.value, requests: replica.requests,
        failures: replica.failures, ejections: replica.health.ejections, isLeftOut: replica.health.isEjected)
    }
    return statistics
  }
}
