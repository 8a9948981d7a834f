import HTTP
import Wire

/// Turns one logical request into attempts: which replica, when again, with which key, and what a failure means.
final class Delivery: Delivering {
  private let options: DeliveryOptions
  private let transport: any HTTPTransport
  private let clock: any DeliveryClock
  private let keys: KeyRing
  private let backoff: Backoff
  private let pool: ReplicaPool
  private let catalogue: ModelCatalogue
  private let counters = DeliveryCounters()

  /// A delivery to the servers of `options`. Throws where the key or a header's variable is not there.
  ///
  /// `seed` decides the jitter of waits, and nothing else.
  init(
    _ options: DeliveryOptions, transport: any HTTPTransport, clock: any DeliveryClock = SystemClock(),
    seed: UInt64 = .random(in: 0 ... .max)
  ) throws(KeyRing.Missing) {
    self.options = options
    self.transport = transport
    self.clock = clock
    keys = try KeyRing(options)
    catalogue = ModelCatalogue(options, transport: transport, clock: clock, keys: keys)
    backoff = Backoff(seed: seed)
    pool = ReplicaPool(urls: options.urls, maxInFlight: options.maxInFlight, clock: clock)
  }

  /// What was done so far, and the state of the replicas.
  var statistics: DeliveryStatistics { counters.statistics(replicas: pool.replicas, waiting: pool.waiting) }

  func deliver(_ letter: Letter, deadline: ContinuousClock.Instant) async throws(DeliveryFailure) -> Delivered {
    counters.begin()
    do {
      let delivered = try await attempts(letter, deadline: deadline)
      counters.end(attempts: delivered.attempts, failure: nil)
      return delivered
    } catch {
      counters.end(attempts: error.attempts, failure: error.unscored.reason)
      throw error
    }
  }

  private func attempts(
    _ letter: Letter, deadline: ContinuousClock.Instant
  ) async throws(DeliveryFailure) -> Delivered {
    var course = DeliveryCourse(replicas: options.urls.count)
    while true {
      let seat = try await seat(for: course, deadline: deadline)
      let headers = keys.headers()
      let url = letter.url(base: options.urls[seat.replica])
      let attempt = await send(letter, to: url, headers: headers, seat: seat, deadline: deadline)
      course.note(attempt, replica: seat.replica, url: url, secrets: headers.secrets)
      if case .success(let response) = attempt.result, response.status == 200 {
        return Delivered(
          body: response.body, attempts: course.attempts, server: options.urls[seat.replica], secrets: headers.secrets)
      }
      if course.status == 401, course.wantsOtherKey {
        keys.reread()
        if keys.headers() != headers { continue }
      }
      guard attempt.isWorthAnother, course.attempts <= options.retries else {
        throw await failure(course, deadline: deadline)
      }
      try await wait(&course, deadline: deadline)
    }
  }

  private func send(
    _ letter: Letter, to url: String, headers: KeyRing.Headers, seat: ReplicaTable.Seat,
    deadline: ContinuousClock.Instant
  ) async -> Attempt {
    let request = letter.request(url, headers: headers.lines, options: options, time: deadline - clock.now)
    let wasThereBefore = pool.hasAnswered(seat.replica)
    let result: Result<HTTPResponse, HTTPFailure>
    do throws(HTTPFailure) { result = .success(try await transport.send(request)) } catch { result = .failure(error) }
    let attempt = Attempt(result: result, wasThereBefore: wasThereBefore)
    pool.finish(seat, attempt.ending)
    return attempt
  }

  private func seat(
    for course: DeliveryCourse, deadline: ContinuousClock.Instant
  ) async throws(DeliveryFailure) -> ReplicaTable.Seat {
    switch await pool.take(avoiding: course.avoided(now: clock.now), deadline: deadline) {
    case .seat(let seat):
      if clock.now < deadline { return seat }
      pool.finish(seat, .unknown)
      throw course.failure(.timeout, "the call's time was over before it could be sent")
    case .cancelled: throw course.failure(.cancelled, "the call was cancelled")
    case .expired:
      throw course.failure(
        .overloaded, "no place among \(options.maxInFlight) requests at once before the call's deadline",
        hint: "raise max_in_flight, timeout_ms, or the number of servers")
    }
  }

  /// Waits before the next attempt: the jittered backoff, and as long as the servers want that are left to ask.
  private func wait(_ course: inout DeliveryCourse, deadline: ContinuousClock.Instant) async throws(DeliveryFailure) {
    let now = clock.now
    let asked = course.retryAfter(secondsSince1970: clock.secondsSince1970)
    if let asked { course.pause(until: now + asked) }
    var next = now + backoff.wait(failures: course.attempts)
    if !pool.hasUsable(now: next, where: { !course.isPaused($0, at: next) }), let first = course.firstPauseEnd {
      next = max(next, first + (next - now))
    }
    guard next < deadline else {
      let wish = asked.map { ", and the server wants to be asked again in \($0.milliseconds) ms" } ?? ""
      let failure = await failure(course, deadline: deadline)
      throw failure.adding("not tried again, because the call's deadline comes before the next attempt\(wish)")
    }
    do { try await clock.sleep(until: next) } catch { throw course.failure(.cancelled, "the call was cancelled") }
  }

  private func failure(_ course: DeliveryCourse, deadline: ContinuousClock.Instant) async -> DeliveryFailure {
    guard course.status == 404, let base = course.replica.map({ options.urls[$0] }),
      let models = await catalogue.models(of: base, deadline: deadline)
    else { return course.failure(hint: course.hint(keyPlace: keys.place)) }
    return course.failure(hint: "the server has these models: \(models)")
  }
}
