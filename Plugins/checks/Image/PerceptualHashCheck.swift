import Glibc
import JSON

/// `phash: $reference` and `dhash: $reference`: in how many of 64 bits the hashes of the `imagehash` package differ. The
/// score is 1 minus the share. The pictures may have different sizes.
struct PerceptualHashCheck: Check {
  static let phash = kind("phash", PerceptualHash.frequencies)
  static let dhash = kind("dhash", PerceptualHash.differences)

  private let name: String
  private let hash: @Sendable (Plane) -> UInt64
  private let choice: ImageChoice

  private static func kind(_ name: String, _ hash: @escaping @Sendable (Plane) -> UInt64) -> CheckKind {
    CheckKind(name, .image) { (arguments) throws(JSONError) in
      try ImageChoice.requireReference(arguments.argument)
      return PerceptualHashCheck(name: name, hash: hash, choice: try ImageChoice(arguments))
    }
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let (response, reference) = (try choice.response(subject), try choice.reference(subject))
    let distance = (hash(response.luma) ^ hash(reference.luma)).nonzeroBitCount
    return Measurement(
      value: Double(distance), score: 1 - Double(distance) / 64, reason: "\(name) differs in \(distance) of 64 bits")
  }
}

/// Hashes of 64 bits, row by row, the first bit highest.
enum PerceptualHash {
  /// `imagehash.phash`: the 8×8 lowest frequencies of the cosine transform of the picture at 32×32, above their median.
  static func frequencies(_ luma: Plane) -> UInt64 {
    let small = LanczosResize.resize(luma, width: 32, height: 32).values.map(Double.init)
    var lowest: [Double] = []
    for v in 0..<8 {
      var columns = [Double](repeating: 0, count: 32)
      for y in 0..<32 {
        for x in 0..<32 { columns[x] += small[y * 32 + x] * cosines[v * 32 + y] }
      }
      for u in 0..<8 {
        var sum = 0.0
        for x in 0..<32 { sum += columns[x] * cosines[u * 32 + x] }
        // Sums that are zero in exact arithmetic (flat and symmetric pictures) must not become noise of either sign.
        lowest.append(abs(sum) < 1e-6 ? 0 : sum)
      }
    }
    let sorted = lowest.sorted()
    let median = (sorted[31] + sorted[32]) / 2
    return bits(lowest.map { $0 > median })
  }

  /// `imagehash.dhash`: whether each pixel of the picture at 9×8 is brighter than its left neighbour.
  static func differences(_ luma: Plane) -> UInt64 {
    let small = LanczosResize.resize(luma, width: 9, height: 8).values
    return bits(
      (0..<64).map { bit in
        let left = bit / 8 * 9 + bit % 8
        return small[left + 1] > small[left]
      })
  }

  /// cos(π k (2n + 1) / 64) for the frequencies k to 7 and the places n to 31.
  private static let cosines: [Double] = (0..<(8 * 32)).map { at in
    let (frequency, place) = (at / 32, at % 32)
    return cos(Double.pi * Double(frequency * (2 * place + 1)) / 64)
  }

  private static func bits(_ flags: [Bool]) -> UInt64 { flags.reduce(0) { $0 << 1 | ($1 ? 1 : 0) } }
}
