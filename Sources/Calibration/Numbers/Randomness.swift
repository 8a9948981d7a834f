import Wire

/// SplitMix64 (Steele, Lea and Flood 2014), seeded by the house's hash. The draws below are written out, because the standard
/// library does not promise that its own stay the same from release to release.
package struct Randomness: Sendable {
  private var state: UInt64

  /// For one purpose of one run.
  package init(seed: UInt64, purpose: String) { state = Digest.seed("calibration", purpose, String(seed)) }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// At least 0, below 1, a multiple of 2⁻⁵³.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number below `bound`. The bias of the multiplication is below 2⁻³² for bounds up to 2³², far below what any number of
  /// draws here could show.
  package mutating func index(below bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

  /// A standard normal number, by inversion: one draw each.
  package mutating func normal() -> Double { Normal.quantile(uniform() + 0x1p-54) }

  /// Fisher and Yates.
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(last, index(below: last + 1)) }
  }
}
