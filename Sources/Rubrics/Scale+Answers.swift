extension Scale {
  /// Limit on the answers that are told apart by their probabilities: 0 to 100 in steps of 0.1.
  public static let mostAnswers = 1001

  /// Every value that can be answered, in ascending order; nil where any number can be, or more than ``mostAnswers``.
  public var answers: [Double]? {
    switch kind {
    case .labels(let labels): return labels.map(\.value)
    case .number(_, _, nil), .unbounded: return nil
    case .number(let minimum, let maximum, let step?):
      let count = ((maximum - minimum) / step).rounded() + 1
      guard count <= Double(Self.mostAnswers) else { return nil }
      // 3 steps of 0.1 are 0.30000000000000004, which nobody writes.
      return (0..<Int(count)).map { ((minimum + Double($0) * step) * 1e9).rounded() / 1e9 }
    }
  }
}
