import CupelTesting
import HTTP
import JSON
import Testing
import Wire

@testable import OpenAI

/// Which server is given a request, and how many at once.
@Suite(.timeLimit(.minutes(10)))
struct DeliveryReplicaTests {
  private let start = ContinuousClock.now

  @Test func theLeastLoadedServerIsTakenInTurn() {
    var table = ReplicaTable(urls: ["a", "b", "c"], maxInFlight: 10)
    let first = (0..<6).compactMap { _ in table.take(avoiding: [], now: start) }
    #expect(first.map(\.replica) == [0, 1, 2, 0, 1, 2])
    #expect(first.map(\.inFlight) == [1, 1, 1, 2, 2, 2])
    for seat in first where seat.replica == 1 { _ = table.finish(seat, .answered, now: start) }
    #expect(table.take(avoiding: [], now: start)?.replica == 1)
    #expect(table.take(avoiding: [1], now: start)?.replica == 2)
    // Where all are to be avoided, one is taken all the same.
    #expect(table.take(avoiding: [0, 1, 2], now: start)?.replica == 1)
  }

  private func seat(
    _ table: inout ReplicaTable, avoiding replica: Int, _ now: ContinuousClock.Instant
  ) throws -> ReplicaTable.Seat {
    let seat = table.take(avoiding: [replica], now: now)
    return try #require(seat)
  }

  @Test func noMoreThanTheLimitAreOut() throws {
    var table = ReplicaTable(urls: ["a", "b"], maxInFlight: 3)
    let seats = (0..<5).map { _ in table.take(avoiding: [], now: start) }
    #expect(seats.map { $0 != nil } == [true, true, true, false, false])
    #expect(!table.hasRoom(now: start))
    _ = table.finish(try #require(seats[0]), .unknown, now: start)
    #expect(table.hasRoom(now: start))
    #expect(table.inFlight == 2)
  }

  @Test func aServerThatFailsIsLeftOutAndTriedAgain() throws {
    var table = ReplicaTable(urls: ["a", "b"], maxInFlight: 10)
    var now = start
    func fail(_ replica: Int) throws -> ContinuousClock.Instant? {
      let seat = try seat(&table, avoiding: 1 - replica, now)
      #expect(seat.replica == replica)
      return table.finish(seat, .failed, now: now)
    }
    for _ in 0..<4 { #expect(try fail(0) == nil) }
    // An answer, even a refusal, breaks the row.
    _ = table.finish(try seat(&table, avoiding: 1, now), .declined, now: now)
    for _ in 0..<4 { #expect(try fail(0) == nil) }
    let until = try #require(try fail(0))
    #expect(until == now + .seconds(1))
    #expect(table.take(avoiding: [1], now: now)?.replica == 1)
    // The last one is never left out.
    for _ in 0..<20 {
      let seat = try seat(&table, avoiding: 0, now)
      #expect(seat.replica == 1)
      #expect(table.finish(seat, .failed, now: now) == nil)
    }
    // One trial at a time; a failed one doubles the wait, up to a minute.
    for seconds in [2, 4, 8, 16, 32, 60, 60] {
      now = try #require(table.replicas[0].health.ejectedUntil)
      let trial = try seat(&table, avoiding: 1, now)
      #expect(trial.replica == 0 && trial.isTrial)
      #expect(table.take(avoiding: [1], now: now)?.replica == 1)
      #expect(table.finish(trial, .failed, now: now) == now + .seconds(seconds))
    }
    now = try #require(table.replicas[0].health.ejectedUntil)
    // A trial that was cancelled says nothing, and the next may try.
    _ = table.finish(try seat(&table, avoiding: 1, now), .unknown, now: now)
    _ = table.finish(try seat(&table, avoiding: 1, now), .answered, now: now)
    #expect(!table.replicas[0].health.isEjected)
    #expect(table.replicas[0].health.ejections == 8)
    #expect(try fail(0) == nil)
  }

  @Test func refusalsCutTheLimitOncePerRoundTrip() {
    var limit = ConcurrencyLimit(most: 100)
    #expect(limit.value == 100)
    for _ in 0..<50 { limit.note(.refused, start: start, inFlight: 100, now: start + .seconds(1)) }
    #expect(limit.value == 70)
    limit.note(.refused, start: start + .seconds(1), inFlight: 70, now: start + .seconds(2))
    #expect(limit.value == 49)
    for second in 3..<60 {
      limit.note(.refused, start: start + .seconds(second), inFlight: 1, now: start + .seconds(second))
    }
    #expect(limit.value == 1)
  }

  @Test func theLimitGrowsBackWhileLatencyIsSteady() {
    var limit = ConcurrencyLimit(most: 256)
    for second in 0..<20 {
      limit.note(.refused, start: start + .seconds(second), inFlight: 1, now: start + .seconds(second))
    }
    #expect(limit.value == 1)
    var windows = 0
    while limit.value < 256, windows < 100 {
      answer(&limit, seconds: 1)
      windows += 1
    }
    #expect(windows < 40)
  }

  @Test func theLimitFollowsLatencyAndRecovers() {
    var limit = ConcurrencyLimit(most: 256)
    for _ in 0..<10 { answer(&limit, seconds: 1) }
    #expect(limit.value == 256)
    // Less than twice the usual is the length of answers.
    for _ in 0..<5 { answer(&limit, seconds: 1.8) }
    #expect(limit.value == 256)
    for _ in 0..<3 { answer(&limit, seconds: 10) }
    #expect((40...130).contains(limit.value))
    for _ in 0..<40 { answer(&limit, seconds: 1) }
    #expect(limit.value == 256)
  }

  @Test func latencyAtLowLoadSaysNothing() {
    var limit = ConcurrencyLimit(most: 256)
    for _ in 0..<300 { limit.note(.answered(latency: .seconds(1)), start: start, inFlight: 3, now: start) }
    for _ in 0..<300 { limit.note(.answered(latency: .seconds(50)), start: start, inFlight: 3, now: start) }
    #expect(limit.value == 256)
  }

  /// One window of answers at full load.
  private func answer(_ limit: inout ConcurrencyLimit, seconds: Double) {
    for _ in 0..<max(8, limit.value) {
      limit.note(.answered(latency: .seconds(seconds)), start: start, inFlight: limit.value, now: start)
    }
  }

  @Test func theNextAttemptGoesToAnotherServer() async throws {
    let good = try ModelServer { _ in .chat("x") }
    let bad = try ModelServer { _ in .error(503, "later", retryAfter: "3600") }
    defer { good.close(); bad.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let clock = QuickClock()
    let delivery = try delivery([bad, good], client, clock)
    var attempts = 0
    for _ in 0..<20 {
      let delivered = try await delivery.deliver(letter, deadline: clock.now + .seconds(60))
      #expect(delivered.server == good.url + "/v1")
      attempts += delivered.attempts
    }
    // The wait that one server asks for is no wait for the other; and soon it is left out.
    #expect(clock.now < clock.start + .seconds(20))
    #expect(good.statistics.requests == 20)
    #expect(bad.statistics.requests == attempts - 20)
    #expect(delivery.statistics.servers[0].ejections >= 1)
    #expect(delivery.statistics.servers[1].ejections == 0)
  }

  @Test func aServerThatComesBackIsUsedAgain() async throws {
    let one = try ModelServer { _ in .chat("x") }
    let two = try ModelServer { _ in .chat("x") }
    defer { one.close(); two.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let clock = QuickClock()
    let delivery = try delivery([one, two], client, clock)
    one.answer { _ in .fault(.refuse) }
    for _ in 0..<20 { _ = try await delivery.deliver(letter, deadline: clock.now + .seconds(60)) }
    #expect(delivery.statistics.servers[0].isLeftOut)
    try one.acceptConnections()
    one.answer { _ in .chat("x") }
    clock.advance(by: .seconds(60))
    let before = one.statistics.requests
    for _ in 0..<20 { _ = try await delivery.deliver(letter, deadline: clock.now + .seconds(60)) }
    #expect(!delivery.statistics.servers[0].isLeftOut)
    #expect(one.statistics.requests - before == 10)
  }

  @Test func placesAreGivenInOrderOfArrival() async throws {
    let clock = QuickClock()
    let pool = ReplicaPool(urls: ["a"], maxInFlight: 1, clock: clock)
    guard case .seat(var seat) = await pool.take(avoiding: [], deadline: clock.now + .seconds(60)) else {
      return #expect(Bool(false), "a free place is given at once")
    }
    var waiters: [Task<ReplicaPool.Place, Never>] = []
    for number in 0..<5 {
      waiters.append(Task { await pool.take(avoiding: [], deadline: clock.start + .seconds(60 + number)) })
      while pool.waiting <= number { await Task.yield() }
    }
    waiters[1].cancel()
    #expect(await waiters[1].value == .cancelled)
    for number in [0, 2] {
      pool.finish(seat, .answered)
      guard case .seat(let next) = await waiters[number].value else {
        return #expect(Bool(false), "the next in the queue is given the place")
      }
      seat = next
    }
    #expect(pool.waiting == 2)
    clock.advance(by: .seconds(63))
    #expect(await waiters[3].value == .expired)
    #expect(pool.waiting == 1)
    pool.finish(seat, .answered)
    guard case .seat(let last) = await waiters[4].value else {
      return #expect(Bool(false), "the last in the queue is given the place")
    }
    pool.finish(last, .answered)
    #expect(clock.pendingAlarms == 0)
    #expect(pool.replicas.map(\.inFlight) == [0])
  }

  @Test func whoFindsNoPlaceIsToldSo() async throws {
    let server = try ModelServer { _ in .fault(.hang) }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let clock = QuickClock()
    let delivery = try delivery([server], client, clock, #", "max_in_flight": 1"#)
    let first = Task { await delivery.outcome(letter, deadline: clock.start + .seconds(600)) }
    await server.until { $0.inFlight == 1 }
    let second = Task { await delivery.outcome(letter, deadline: clock.start + .seconds(5)) }
    while delivery.statistics.waiting == 0 { await Task.yield() }
    clock.advance(by: .seconds(5))
    let failure = try #require(await second.value.failure)
    #expect(failure.unscored.reason == .overloaded)
    #expect(failure.unscored.message.hasPrefix("no place among 1 requests at once before the call's deadline; raise"))
    first.cancel()
    _ = await first.value
  }

  @Test func allServersAreAskedBeforeOneIsAskedAgain() async throws {
    let servers = try (0..<3).map { _ in try ModelServer { _ in .error(500) } }
    defer { for server in servers { server.close() } }
    let client = try HTTPClient()
    defer { client.close() }
    let clock = QuickClock()
    let delivery = try delivery(servers, client, clock, #", "retries": 2"#)
    for _ in 0..<4 { _ = await delivery.outcome(letter, deadline: clock.now + .seconds(600)) }
    #expect(servers.map(\.statistics.requests) == [4, 4, 4])
  }

  @Test func aServerIsGivenNoMoreThanItTakes() async throws {
    let most = 6
    let server = try ModelServer { request in
      let reply: ModelServer.Reply = request.inFlight > most ? .error(429) : .chat("x")
      return reply.after(.milliseconds(2))
    }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let options = try DeliveryOptions(
      JSONReader(["url": .string(server.url + "/v1"), "max_in_flight": 64, "retries": 50]))
    let delivery = try Delivery(options, transport: client, seed: 1)
    let deadline = ContinuousClock.now + .seconds(280)
    let delivered = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<300 {
        group.addTask {
          let letter = Letter(path: "/chat/completions", body: Array("[\(number)]".utf8))
          return await delivery.outcome(letter, deadline: deadline).failure == nil
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(delivered == 300)
    #expect(server.statistics.mostInFlight <= 64)
    // Without a limit of its own, each of 64 would be refused again and again.
    #expect(delivery.statistics.attempts < 900)
    #expect(delivery.statistics.servers[0].limit < 40)
  }
}
