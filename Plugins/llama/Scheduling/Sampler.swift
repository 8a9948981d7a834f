#if canImport(Glibc)
  import Glibc
#endif

/// Draws tokens from logits: temperature, then top-k, top-p and min-p, as `transformers` and vLLM order them.
package struct Sampler: Sendable {
  /// How tokens are drawn.
  package struct Settings: Sendable, Hashable {
    /// 0: the likeliest token each time.
    package var temperature: Double
    /// Only so many of the likeliest; 0: all.
    package var topK: Int
    /// Only the likeliest that together have this share of probability.
    package var topP: Double
    /// Only those with at least this share of the likeliest one's probability.
    package var minP: Double

    /// Settings; what is left out does not restrict.
    package init(temperature: Double, topK: Int = 0, topP: Double = 1, minP: Double = 0) {
      self.temperature = temperature
      self.topK = topK
      self.topP = topP
      self.minP = minP
    }
  }

  private let settings: Settings
  private var state: UInt64

  /// The same settings, seed and logits give the same tokens.
  package init(_ settings: Settings, seed: UInt64) {
    self.settings = settings
    state = seed
  }

  /// The next token. Where two are equally likely, the lower one comes first. nil: the logits are not numbers.
  package mutating func next(_ logits: UnsafeBufferPointer<Float>) -> Int? {
    guard let best = Logprobs.likeliest(logits) else { return nil }
    if settings.temperature == 0 || settings.topK == 1 { return best }
    let candidates = candidates(logits, most: Double(logits[best]))
    return draw(candidates, upTo: last(of: candidates))
  }

  private struct Candidate {
    let token: Int32
    /// 0 for the likeliest ones; a higher one is less likely.
    let bin: Int32
    /// Beside the likeliest token's, which is 1.
    let weight: Double

    /// Of equals the first one is likelier.
    func isLikelier(than other: Candidate) -> Bool {
      weight > other.weight || weight == other.weight && token < other.token
    }

    func isAsLikely(as last: Candidate?) -> Bool { last.map { !$0.isLikelier(than: self) } ?? true }
  }

  /// A token that is less likely than the likeliest one by e to the power of this is left out: a million of them have 10⁻¹¹ of it.
  private static let farthest = 40.0
  private static let binsPerUnit = 100.0

  /// In the order of the vocabulary.
  private func candidates(_ logits: UnsafeBufferPointer<Float>, most: Double) -> [Candidate] {
    var found: [Candidate] = []
    found.reserveCapacity(logits.count)
    for token in logits.indices {
      let distance = (most - Double(logits[token])) / settings.temperature
      if distance < Self.farthest {
        found.append(
          Candidate(token: Int32(token), bin: Int32(distance * Self.binsPerUnit), weight: exp(-distance)))
      }
    }
    return found
  }

  /// The least likely one that top-k and top-p leave; nil: they leave all.
  private func last(of candidates: [Candidate]) -> Candidate? {
    var last: Candidate?
    if settings.topK > 0 { last = Self.last(of: candidates, reaching: Double(settings.topK)) { _ in 1 } }
    if settings.topP < 1 {
      // The share is of what top-k has left.
      let left = last
      let sum = candidates.reduce(0) { $1.isAsLikely(as: left) ? $0 + $1.weight : $0 }
      last = Self.last(of: candidates, reaching: sum * settings.topP) { $0.weight } ?? left
    }
    return last
  }

  /// The last of the fewest of the likeliest whose measures together reach what is wanted; nil: all of them do not. Only those of
  /// the bin in which that happens have to be sorted.
  private static func last(
    of candidates: [Candidate], reaching wanted: Double, _ measure: (Candidate) -> Double
  ) -> Candidate? {
    var sums = [Double](repeating: 0, count: Int(farthest * binsPerUnit) + 1)
    for candidate in candidates { sums[Int(candidate.bin)] += measure(candidate) }
    var rest = wanted
    let bin = sums.firstIndex { sum in
      if sum > 0, sum >= rest { return true }
      rest -= sum
      return false
    }
    guard let bin else { return nil }
    let sorted = candidates.filter { $0.bin == bin }.sorted { $0.isLikelier(than: $1) }
    // Where the last digits of the sums do not agree, it is the last one of the bin.
    return sorted.first { candidate in
      rest -= measure(candidate)
      return rest <= 0
    } ?? sorted.last
  }

  /// Goes through what is left in the order of the vocabulary: an order of weights would change with their last digits.
  private mutating func draw(_ candidates: [Candidate], upTo last: Candidate?) -> Int? {
    let least = settings.minP
    let sum = candidates.reduce(0) { $1.isAsLikely(as: last) && $1.weight >= least ? $0 + $1.weight : $0 }
    var rest = uniform() * sum
    var drawn: Int?
    for candidate in candidates where candidate.isAsLikely(as: last) && candidate.weight >= least {
      drawn = Int(candidate.token)
      rest -= candidate.weight
      if rest < 0 { break }
    }
    return drawn
  }

  /// 0 up to 1, by SplitMix64 (Steele, Lea and Flood 2014).
  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    value ^= value >> 31
    return Double(value >> 11) * 0x1p-53
  }
}

/// Log-probabilities of the model's own distribution: before temperature and everything else that sampling does.
package enum Logprobs {
  /// The token with the highest logit, the lowest of equals; nil: a logit is not a number, or none is finite.
  package static func likeliest(_ logits: UnsafeBufferPointer<Float>) -> Int? {
    var best: Int?
    var most = -Float.infinity
    for (token, logit) in logits.enumerated() {
      guard !logit.isNaN, logit < .infinity else { return nil }
      if logit > most {
        most = logit
        best = token
      }
    }
    return best
  }

  /// What is subtracted from a logit to make it a log-probability: the logarithm of the sum of all e^logit.
  package static func normalizer(_ logits: UnsafeBufferPointer<Float>) -> Double {
    let most = Double(logits.max() ?? 0)
    return most + log(logits.reduce(0.0) { $0 + exp(Double($1) - most) })
  }

  /// The `count` likeliest tokens, likeliest first.
  package static func top(_ count: Int, of logits: UnsafeBufferPointer<Float>) -> [Int] {
    var best: [Int] = []
    for token in logits.indices {
      if best.count == count, let last = best.last, logits[token] <= logits[last] { continue }
      let place = best.firstIndex { logits[$0] < logits[token] } ?? best.count
      best.insert(token, at: place)
      if best.count > count { best.removeLast() }
    }
    return best
  }
}
