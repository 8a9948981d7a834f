import CupelTesting
import Glibc
import HTTP
import Synchronization
import Testing
import Wire

@testable import OpenAI

/// Many calls, three servers that fail at random, and calls that are cancelled: each ends exactly once, and nothing is left.
@Suite(.timeLimit(.minutes(10)), .serialized)
struct DeliveryStormTests {
  /// 3,000 calls; `CUPEL_STORM_CALLS=100000` makes more of it.
  private static let calls = getenv("CUPEL_STORM_CALLS").flatMap { Int(String(cString: $0)) } ?? 3000
  private static let atOnce = 200

  @Test(arguments: [1, 2] as [UInt64]) func everyCallEndsOnceAndNothingIsLeft(seed: UInt64) async throws {
    let script = StormScript(seed: seed)
    let servers = try (0..<3).map { number in try ModelServer(logLimit: 0) { script.reply(to: $0, server: number) } }
    let client = try HTTPClient()
    let clock = QuickClock()
    let delivery = try delivery(
      servers, client, clock, #", "retries": 4, "max_in_flight": 150, "first_byte_timeout_ms": 1000"#, seed: seed)

    let tally = Tally(calls: Self.calls)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<Self.calls {
        if number >= Self.atOnce { await group.next() }
        group.addTask {
          tally.note(number, await storm(delivery, number: number, script: script, start: clock.start))
        }
      }
    }

    let outcome = tally.outcome
    #expect(outcome.ended == Array(repeating: 1, count: Self.calls))
    #expect(outcome.wrongAnswers == 0)
    #expect(outcome.delivered + outcome.failed.values.reduce(0, +) == Self.calls)
    let statistics = delivery.statistics
    #expect(statistics.calls == Self.calls)
    #expect(statistics.delivered == outcome.delivered)
    #expect(statistics.failed == outcome.failed)
    #expect(statistics.attempts == outcome.attempts)
    #expect(statistics.open == 0 && statistics.waiting == 0)
    #expect(statistics.servers.map(\.inFlight) == [0, 0, 0])
    #expect(statistics.servers.map(\.requests).reduce(0, +) == statistics.attempts)
    #expect(statistics.servers.allSatisfy { (1...150).contains($0.limit) })
    #expect(outcome.delivered > Self.calls / 2)
    #expect((outcome.failed[.cancelled] ?? 0) > 0 && (outcome.failed[.judgeError] ?? 0) > 0)

    client.close()
    for server in servers {
      await server.until { $0.openConnections == 0 }
      let seen = server.statistics
      #expect(seen.requests == seen.answered + seen.abandoned)
      #expect(seen.inFlight == 0 && seen.malformed == 0)
    }
    // A request that was cancelled, or met a closed connection, may not have reached its server.
    #expect(servers.map(\.statistics.requests).reduce(0, +) <= statistics.attempts)
    // Each server still holds its port and listens on it, and nothing else is open.
    #expect(servers.map(\.openDescriptors) == [2, 2, 2])
    for server in servers { server.close() }
    #expect(servers.map(\.openDescriptors) == [0, 0, 0])
  }
}

/// One call; some are cancelled, at once or after they have run for a moment.
private func storm(
  _ delivery: Delivery, number: Int, script: StormScript, start: ContinuousClock.Instant
) async -> Result<Delivered, DeliveryFailure> {
  let letter = Letter(path: "/chat/completions", body: Array(#"{"number":\#(number)}"#.utf8))
  // The clock runs as fast as the calls sleep, so that the deadline is one that no number of sleeps reaches.
  let call = Task { await delivery.outcome(letter, deadline: start + .seconds(86_400 * 10_000)) }
  switch script.number(UInt64(number), 99) % 50 {
  case 0: call.cancel()
  case 1:
    for _ in 0..<20 { await Task.yield() }
    call.cancel()
  default: break
  }
  return await call.value
}

/// What each server says to each attempt: decided by seed, body and count, whatever comes first.
private struct StormScript: Sendable {
  let seed: UInt64

  func reply(to request: ModelServer.Request, server: Int) -> ModelServer.Reply {
    let body = request.body.reduce(0 as UInt64) { $0 &* 31 &+ UInt64($1) }
    switch number(body, UInt64(request.times) &* 8 &+ UInt64(server)) % 1000 {
    case 0..<40: return .error(429, retryAfter: "1")
    case 40..<80: return .error(503, retryAfter: "0")
    case 80..<120: return .error(500)
    case 120..<150: return .fault(.close)
    case 150..<180: return .fault(.reset)
    case 180..<210: return .fault(.halfBody)
    case 210..<230: return .fault(.cutChunk)
    case 230..<250: return .fault(.htmlBadGateway)
    case 250..<260: return .fault(.garbage)
    case 260..<270: return .error(400, "no such field")
    case 270..<273: return .fault(.hang)
    case 273..<280: return .fault(.hugeHead)
    case 280..<300: return .text(String(decoding: request.body, as: UTF8.self)).with(.chunked)
    default: return .text(String(decoding: request.body, as: UTF8.self))
    }
  }

  /// A number that only depends on what it is made of.
  func number(_ one: UInt64, _ two: UInt64) -> UInt64 {
    var mixed = seed &* 0x9E37_79B9_7F4A_7C15 &+ one &* 0xBF58_476D_1CE4_E5B9 &+ two &* 0x94D0_49BB_1331_11EB
    for _ in 0..<2 { mixed = (mixed ^ (mixed >> 31)) &* 0x94D0_49BB_1331_11EB }
    return mixed ^ (mixed >> 29)
  }
}

/// What the calls came to.
private final class Tally: Sendable {
  struct Outcome {
    var ended: [Int]
    var delivered = 0
    var failed: [UnscoredReason: Int] = [:]
    var attempts = 0
    var wrongAnswers = 0
  }

  private let state: Mutex<Outcome>

  init(calls: Int) { state = Mutex(Outcome(ended: Array(repeating: 0, count: calls))) }

  var outcome: Outcome { state.withLock { $0 } }

  func note(_ number: Int, _ result: Result<Delivered, DeliveryFailure>) {
    state.withLock { outcome in
      outcome.ended[number] += 1
      switch result {
      case .success(let delivered):
        outcome.delivered += 1
        outcome.attempts += delivered.attempts
        // The answer to this call, and no other's.
        if delivered.body != Array(#"{"number":\#(number)}"#.utf8) { outcome.wrongAnswers += 1 }
      case .failure(let failure):
        outcome.failed[failure.unscored.reason, default: 0] += 1
        outcome.attempts += failure.attempts
      }
    }
  }
}
