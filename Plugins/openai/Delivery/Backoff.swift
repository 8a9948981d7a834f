import Synchronization

/// How long to wait before the next attempt: exponential with full jitter, a wait drawn evenly from 0 to
/// `base · 2^failures`, at most `longest`.
///
/// Full jitter spreads the calls that failed together over the whole interval; of the usual variants it makes the fewest
/// attempts (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
final class Backoff: Sendable {
  static let base = Duration.milliseconds(250)
  static let longest = Duration.seconds(30)

  private let random: Mutex<SplitMix64>

  /// The same seed gives the same waits in the same order.
  init(seed: UInt64) { random = Mutex(SplitMix64(state: seed)) }

  /// The wait after so many failed attempts, 1 or more.
  func wait(failures: Int) -> Duration {
    let steps = min(failures - 1, 16)
    let most = min(Self.base * (1 << steps), Self.longest)
    return .nanoseconds(random.withLock { Int64.random(in: 0...Int64(most.seconds * 1e9), using: &$0) })
  }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
