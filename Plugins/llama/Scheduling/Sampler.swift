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
    var candidates = candidates(logits, most: Double(logits[best]))
    if settings.topK > 0 { candidates = Array(candidates.prefix(settings.topK)) }
    if settings.topP < 1 { candidates = nucleus(candidates) }
    candidates = candidates.filter { $0.weight >= settings.minP }
    return draw(candidates)
  }

  private struct Candidate {
    let token: Int
    /// Beside the likeliest token's, which is 1.
    let weight: Double
  }

  /// Likeliest first. What is left out has less than e⁻⁴⁰ of the likeliest one's probability: a vocabulary of a million such
  /// tokens has 10⁻¹¹ of it.
  private func candidates(_ logits: UnsafeBufferPointer<Float>, most: Double) -> [Candidate] {
    var found: [Candidate] = []
    for token in logits.indices {
      let distance = (Double(logits[token]) - most) / settings.temperature
      if distance > -40 { found.append(Candidate(token: token, weight: exp(distance))) }
    }
    return found.sorted { ($1.weight, $0.token) < ($0.weight, $1.token) }
  }

  /// The fewest of the likeliest that reach the share; at least one.
  private func nucleus(_ candidates: [Candidate]) -> [Candidate] {
    let wanted = candidates.reduce(0) { $0 + $1.weight } * settings.topP
    var sum = 0.0
    for (at, candidate) in candidates.enumerated() {
      sum += candidate.weight
      if sum >= wanted { return Array(candidates[...at]) }
    }
    return candidates
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
