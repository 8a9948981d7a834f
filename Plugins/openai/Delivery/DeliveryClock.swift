import Glibc

/// Time as delivery needs it; a test has its own.
protocol DeliveryClock: Sendable {
  /// The clock of deadlines.
  var now: ContinuousClock.Instant { get }
  /// Seconds since 1970: `Retry-After` may be a date.
  var secondsSince1970: Int { get }
  /// Returns at `instant`. Cancelling the task ends it before.
  func sleep(until instant: ContinuousClock.Instant) async throws(CancellationError)
  /// Calls `action` once at `instant`, unless the alarm is cancelled before.
  func alarm(at instant: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void) -> Alarm
}

/// Something that was to happen later.
struct Alarm: Sendable {
  let cancel: @Sendable () -> Void
}

/// The machine's time.
struct SystemClock: DeliveryClock {
  var now: ContinuousClock.Instant { .now }
  var secondsSince1970: Int { time(nil) }

  func sleep(until instant: ContinuousClock.Instant) async throws(CancellationError) {
    do { try await Task.sleep(until: instant, clock: .continuous) } catch { throw CancellationError() }
  }

  func alarm(at instant: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void) -> Alarm {
    let task = Task {
      try? await Task.sleep(until: instant, clock: .continuous)
      if !Task.isCancelled { action() }
    }
    return Alarm { task.cancel() }
  }
}

extension Duration {
  /// Rounded up, so that a wait is never shorter than it was to be.
  var milliseconds: Int {
    let (seconds, attoseconds) = components
    return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  /// As a number.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
