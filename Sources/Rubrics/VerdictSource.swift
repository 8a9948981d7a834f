public import Wire

/// What a verdict is taken from once it has been found in a reply.
public enum VerdictSource: Sendable, Hashable {
  /// The words: what the judge wrote, and nothing else.
  case words
  /// The log-probabilities of the tokens in its place: what the judge might as well have written. An answer of which less than
  /// `minMass` (above 0, up to 1) is known is none.
  case logprobs(minMass: Double)

  /// The two sources, as files and command lines name them.
  public enum Kind: String, Sendable, CaseIterable {
    case words, logprobs
  }

  /// `minMass` where nothing is said.
  public static let usualMass = 0.9

  /// The name of the source.
  public var kind: Kind { minMass == nil ? .words : .logprobs }

  /// nil for words.
  public var minMass: Double? { if case .logprobs(let minMass) = self { minMass } else { nil } }
}

extension Rubric {
  /// Why verdicts in `format` cannot be taken from log-probabilities; nil when they can.
  public func obstacleToLogprobs(in format: JudgmentFormat) -> String? {
    let scales = shapes(in: format, responses: 2).filter { !$0.isComparison }.flatMap(\.questions).map(\.scale)
    if let open = scales.first(where: { $0.answers == nil }) {
      return
        "log-probabilities are added up over the answers of a scale, at most \(Scale.mostAnswers) of them, and the scale is "
        + "\(open.phrase); give it a wider 'step', or labels"
    }
    if combine == .majority, !scales.isEmpty {
      return "log-probabilities give expected scores, of which no two need to be equal, so there is no majority; "
        + "write 'combine: mean' or 'median'"
    }
    return nil
  }
}
