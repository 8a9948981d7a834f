import Glibc

/// How many judgments are finished in a second, as of late: those of the last ten seconds count the most.
struct Throughput {
  private var rate = 0.0
  private var first: ContinuousClock.Instant?
  private var last: ContinuousClock.Instant?

  /// After which what was finished counts for the e-th part.
  private static let memory = 10.0

  /// Counts what is finished at `now`.
  mutating func add(_ count: Int, at now: ContinuousClock.Instant) {
    if let last { rate *= Self.decay(from: last, to: now) }
    rate += Double(count) / Self.memory
    first = first ?? now
    last = now
  }

  /// Judgments in a second; nil where nothing was finished yet.
  func perSecond(at now: ContinuousClock.Instant) -> Double? {
    guard let first, let last else { return nil }
    // In the first seconds there is less behind than the memory is long.
    let seen = 1 - Self.decay(from: min(first, now - .seconds(1)), to: now)
    return rate * Self.decay(from: last, to: now) / seen
  }

  /// In how many seconds `count` more will be finished, as far as can be foreseen: 1…60.
  func secondsFor(_ count: Int, at now: ContinuousClock.Instant) -> Int {
    guard let rate = perSecond(at: now) else { return 1 }
    guard rate > 0 else { return 60 }
    return Int(min(60, max(1, (Double(count) / rate).rounded(.up))))
  }

  private static func decay(from start: ContinuousClock.Instant, to end: ContinuousClock.Instant) -> Double {
    exp(-max(0, (end - start) / .seconds(1)) / memory)
  }
}
