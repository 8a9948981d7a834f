import HTTP
import JSON
import Synchronization
import Testing
import Wire

@testable import OpenAI

/// What each failure of the transport comes to, without one.
@Suite(.timeLimit(.minutes(10)))
struct DeliveryKindTests {
  /// A transport that has one answer after the other.
  private final class Script: HTTPTransport {
    private let results: Mutex<[Result<HTTPResponse, HTTPFailure>]>

    init(_ results: [Result<HTTPResponse, HTTPFailure>]) { self.results = Mutex(results) }

    func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
      try results.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }.get()
    }
  }

  private static let kinds: [(HTTPFailure.Kind, attempts: Int, reason: UnscoredReason)] = HTTPFailure.Kind.allCases.map
  {
    switch $0 {
    case .connect, .closed: ($0, 3, .judgeError)
    case .connectTimeout, .firstByteTimeout: ($0, 3, .timeout)
    case .timeout: ($0, 1, .timeout)
    case .cancelled: ($0, 1, .cancelled)
    case .badRequest, .unknownHost, .tls, .badResponse, .tooLarge, .other: ($0, 1, .judgeError)
    }
  }

  @Test(arguments: kinds)
  func eachKindIsTriedAsTheTableSays(kind: HTTPFailure.Kind, attempts: Int, reason: UnscoredReason) async throws {
    let clock = QuickClock()
    let delivery = try delivery(Script([.failure(HTTPFailure(kind, "what happened"))]), clock)
    let failure = try #require(await delivery.outcome(letter, deadline: clock.now + .seconds(600)).failure)
    #expect(failure.attempts == attempts)
    #expect(failure.unscored.reason == reason)
    #expect(failure.unscored.message.hasPrefix("what happened; after \(attempts) attempt"))
    #expect(failure.refusal == nil)
  }

  @Test func aHostThatWasKnownIsLookedForAgain() async throws {
    let clock = QuickClock()
    let unknown = Result<HTTPResponse, HTTPFailure>.failure(HTTPFailure(.unknownHost, "no such host"))
    let good = Result<HTTPResponse, HTTPFailure>.success(HTTPResponse(status: 200))
    let delivery = try delivery(Script([good, unknown, good]), clock)
    #expect(try await delivery.deliver(letter, deadline: clock.now + .seconds(600)).attempts == 1)
    #expect(try await delivery.deliver(letter, deadline: clock.now + .seconds(600)).attempts == 2)
  }

  @Test func theSystemsClockSleepsAndRings() async throws {
    let clock = SystemClock()
    let start = clock.now
    try await clock.sleep(until: start + .milliseconds(2))
    #expect(clock.now >= start + .milliseconds(2))
    #expect(clock.secondsSince1970 > 1_700_000_000)
    let (rings, ring) = AsyncStream.makeStream(of: Int.self)
    clock.alarm(at: start + .seconds(3600)) { ring.yield(1) }.cancel()
    _ = clock.alarm(at: start + .milliseconds(4)) { ring.yield(2) }
    #expect(await rings.first { _ in true } == 2)
    let sleeper = Task { () -> Bool in
      do throws(CancellationError) {
        try await clock.sleep(until: start + .seconds(3600))
        return false
      } catch {
        return true
      }
    }
    sleeper.cancel()
    #expect(await sleeper.value)
  }

  private func delivery(_ transport: any HTTPTransport, _ clock: QuickClock) throws -> Delivery {
    let options = try DeliveryOptions(JSONReader(["url": "http://h/v1", "retries": 2]))
    return try Delivery(options, transport: transport, clock: clock, seed: 1)
  }
}
