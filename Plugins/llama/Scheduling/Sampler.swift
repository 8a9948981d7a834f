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
    return draw(restricted(candidates(logits, most: Double(logits[best]))))
  }

  private struct Candidate {
    let token: Int
    /// Beside the likeliest token's, which is 1.
    let weight: Double
  }

  /// In the order of the vocabulary. What is left out has less than e⁻⁴⁰ of the likeliest one's probability: a vocabulary of a
  /// million such tokens has 10⁻¹¹ of it.
  private func candidates(_ logits: UnsafeBufferPointer<Float>, most: Double) -> [Candidate] {
    var found: [Candidate] = []
    found.reserveCapacity(logits.count)
    for token in logits.indices {
      let distance = (Double(logits[token]) - most) / settings.temperature
      if distance > -40 {
        let weight = exp(distance)
        if weight >= settings.minP || settings.topK > 0 || settings.topP < 1 {
          found.append(Candidate(token: token, weight: weight))
        }
      }
    }
    return found
  }

  /// What top-k, top-p and min-p leave, in the order of the vocabulary: an order of weights would change with their last digits.
  private func restricted(_ candidates: [Candidate]) -> [Candidate] {
    guard settings.topK > 0 || settings.topP < 1 else { return candidates }
    let total = candidates.reduce(0) { $0 + $1.weight }
    // Nearly always few tokens have nearly all probability, and only those have to be sorted.
    for least in [0.01, 0.0001, 0.0] {
      let likely = candidates.filter { $0.weight >= least }
      guard least == 0 || suffice(likely, of: total) else { continue }
      var kept = likely.sorted { ($1.weight, $0.token) < ($0.weight, $1.token) }[...]
      if settings.topK > 0 { kept = kept.prefix(settings.topK) }
      if settings.topP < 1 {
        // The share is of what top-k has left.
        let sum = settings.topK > 0 ? kept.reduce(0) { $0 + $1.weight } : total
        kept = nucleus(kept, reaching: sum * settings.topP)
      }
      return kept.filter { $0.weight >= settings.minP }.sorted { $0.token < $1.token }
    }
    return candidates
  }

  /// Whether all that top-k and top-p leave is among these, the likeliest.
  private func suffice(_ likely: [Candidate], of total: Double) -> Bool {
    if settings.topK > 0 { return likely.count >= settings.topK }
    return likely.reduce(0) { $0 + $1.weight } >= total * settings.topP
  }

  /// The fewest of the likeliest that reach the weight; at least one.
  private func nucleus(_ sorted: ArraySlice<Candidate>, reaching wanted: Double) -> ArraySlice<Candidate> {
    var sum = 0.0
    for at in sorted.indices {
      sum += sorted[at].weight
      if sum >= wanted { return sorted[...at] }
    }
    return sorted
  }

  private mutating func draw(_ candidates: [Candidate]) -> Int? {
    let sum = candidates.reduce(0) { $0 + $1.weight }
    var rest = uniform() * sum
    for candidate in candidates {
      rest -= candidate.weight
      if rest < 0 { return candidate.token }
    }
    return candidates.last?.token
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
