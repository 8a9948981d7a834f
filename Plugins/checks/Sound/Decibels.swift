import Glibc

/// Levels as checks write them.
enum Decibels {
  /// Below everything that is heard: what stands for the level of digital silence, which is no number.
  static let silence = -200.0

  /// Of an amplitude, 1 being full scale; at least ``silence``.
  static func amplitude(_ value: Double) -> Double { value > 0 ? max(20 * log10(value), silence) : silence }

  /// Of a ratio of powers, between -200 and 200: equal signals have no finite one.
  static func ratio(_ signal: Double, _ noise: Double) -> Double {
    guard signal > 0 else { return silence }
    guard noise > 0 else { return -silence }
    return min(max(10 * log10(signal / noise), silence), -silence)
  }
}
