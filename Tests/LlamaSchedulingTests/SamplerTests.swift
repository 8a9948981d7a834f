import Foundation
import LlamaScheduling
import Testing

@Suite struct SamplerTests {
  typealias Settings = Sampler.Settings

  static func draw(_ logits: [Float], _ settings: Settings, seed: UInt64 = 1, count: Int = 1) -> [Int?] {
    var sampler = Sampler(settings, seed: seed)
    return logits.withUnsafeBufferPointer { logits in (0..<count).map { _ in sampler.next(logits) } }
  }

  @Test func temperatureZeroTakesTheLikeliest() {
    #expect(Self.draw([0, 3, 3, 1], Settings(temperature: 0)) == [1])
    #expect(Self.draw([-.infinity, -5, -.infinity], Settings(temperature: 0)) == [1])
  }

  static let broken: [[Float]] = [[], [.nan], [0, .nan, 5], [1, .infinity], [-.infinity, -.infinity]]

  @Test(arguments: broken, [0.0, 1.0])
  func whatIsNotANumberGivesNoToken(_ logits: [Float], _ temperature: Double) {
    #expect(Self.draw(logits, Settings(temperature: temperature)) == [nil])
  }

  static let shares = [0.25, 0.5, 0.1, 0.15]
  static let logits = shares.map { Float(log($0)) }
  static let restricted: [(Settings, Set<Int>)] = [
    (Settings(temperature: 1), [0, 1, 2, 3]),
    (Settings(temperature: 1, topK: 1), [1]),
    (Settings(temperature: 1, topK: 3), [0, 1, 3]),
    (Settings(temperature: 1, topP: 0.4), [1]),
    (Settings(temperature: 1, topP: 0.74), [0, 1]),
    (Settings(temperature: 1, topP: 0.89), [0, 1, 3]),
    (Settings(temperature: 1, minP: 0.25), [0, 1, 3]),
    (Settings(temperature: 1, minP: 0.49), [0, 1]),
    // At temperature 2 they are 0.37, 0.26, 0.20 and 0.17.
    (Settings(temperature: 2, topP: 0.62), [0, 1]),
    (Settings(temperature: 2, topP: 0.64), [0, 1, 3]),
  ]

  @Test(arguments: restricted)
  func onlyWhatIsLeftIsDrawn(_ settings: Settings, _ expected: Set<Int>) {
    #expect(Set(Self.draw(Self.logits, settings, count: 500).compactMap { $0 }) == expected)
  }

  /// Most of the probability in a few tokens, or spread over all: the same tokens are left as by sorting everything.
  @Test(arguments: [0.02, 0.5, 3], [(0, 0.95), (40, 1), (40, 0.5), (250, 0.9)])
  func whatIsLeftIsWhatSortingLeaves(_ spread: Float, _ limits: (k: Int, p: Double)) {
    let logits = (0..<300).map { Float(($0 * 7919) % 300) / 30 * spread }
    let settings = Settings(temperature: 1, topK: limits.k, topP: limits.p)
    var likeliest = logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }
    if limits.k > 0 { likeliest = Array(likeliest.prefix(limits.k)) }
    let total = likeliest.reduce(0.0) { $0 + exp(Double(logits[$1])) }
    var sum = 0.0
    var kept: [Int] = []
    for token in likeliest where sum < total * limits.p {
      kept.append(token)
      sum += exp(Double(logits[token]))
    }
    let drawn = Set(Self.draw(logits, settings, count: 600).compactMap { $0 })
    #expect(drawn.isSubset(of: kept))
    // Nothing is left out that is drawn in 600 times all but surely.
    let likely = kept.filter { exp(Double(logits[$0])) / sum > 0.03 }
    #expect(drawn.isSuperset(of: likely))
  }

  @Test func tokensComeAsOftenAsTheyAreLikely() {
    let drawn = Self.draw(Self.logits, Settings(temperature: 1), count: 20_000).compactMap { $0 }
    for (token, share) in Self.shares.enumerated() {
      // Five standard deviations of 20,000 draws are less than 0.018.
      #expect(abs(Double(drawn.count { $0 == token }) / 20_000 - share) < 0.018)
    }
  }

  @Test func aSeedDecides() {
    let settings = Settings(temperature: 1)
    #expect(
      Self.draw(Self.logits, settings, seed: 5, count: 50) == Self.draw(Self.logits, settings, seed: 5, count: 50))
    #expect(
      Self.draw(Self.logits, settings, seed: 5, count: 50) != Self.draw(Self.logits, settings, seed: 6, count: 50))
  }

  @Test func theLikeliestComeFirst() {
    let logits: [Float] = [1, 5, 3, 5, -.infinity]
    logits.withUnsafeBufferPointer { logits in
      #expect(Logprobs.top(3, of: logits) == [1, 3, 2])
      #expect(Logprobs.top(9, of: logits) == [1, 3, 2, 0, 4])
      #expect(Logprobs.top(0, of: logits) == [])
    }
    let equal = [Float](repeating: 1000, count: 8)
    equal.withUnsafeBufferPointer { #expect(abs(1000 - Logprobs.normalizer($0) + 2.0794415) < 1e-6) }
  }
}

@Suite struct StopSearchTests {
  static let cases: [(stops: [String], old: String, new: String, at: Int?)] = [
    ([], "", "abc", nil), ([""], "", "abc", nil), (["b"], "", "abc", 1), (["bc"], "ab", "cd", 1),
    (["bc"], "abc", "d", nil),
    (["d", "bc"], "ab", "cd", 1), (["日"], "", "x日", 1), (["</a>"], "x</", "a", nil), (["</a>"], "x</a", ">", 1),
  ]

  @Test(arguments: cases)
  func finds(_ stops: [String], _ old: String, _ new: String, _ at: Int?) {
    #expect(StopSearch(stops).find(in: Array((old + new).utf8), after: old.utf8.count) == at)
  }
}
