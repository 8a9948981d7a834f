/// Where a confidence in a verdict is taken from.
public enum ConfidenceSource: String, Sendable, CaseIterable {
  /// The probability of the answers that amount to the verdict, from log-probabilities.
  case tokens
  /// How far the expected answer lies on the side of the verdict, from log-probabilities.
  case expectation
  /// e^-H of the distribution of answers, from log-probabilities: 1 where there is one answer, 1/k for k equally likely ones.
  case entropy
  /// The share of the samples that say what the verdict says.
  case samples
  /// 1 where every order of the responses led to the same winner, else 0.
  case order
  /// What the judge says of its own certainty, in words: `confidence: 85%`.
  case stated
  /// The share of other judges that come to the same verdict.
  case panel
  /// A logistic combination of the others.
  case combined

  var place: Int {
    switch self {
    case .tokens: 0
    case .expectation: 1
    case .entropy: 2
    case .samples: 3
    case .order: 4
    case .stated: 5
    case .panel: 6
    case .combined: 7
    }
  }
}

/// The confidences of one verdict, by their sources.
public struct Confidences: Sendable, Hashable {
  /// NaN where there is none: a million of these are in memory at once.
  private var values = SIMD8<Double>(repeating: .nan)

  /// None yet.
  public init() {}

  /// From 0 to 1; nil where the judgment does not have this source.
  public subscript(source: ConfidenceSource) -> Double? {
    get { values[source.place].isNaN ? nil : values[source.place] }
    set { values[source.place] = newValue.map { $0.clamped(to: 0...1) } ?? .nan }
  }
}
