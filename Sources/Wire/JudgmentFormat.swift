/// How responses are put before the judge.
public enum JudgmentFormat: String, Sendable, CaseIterable {
  /// Each response by itself.
  case pointwise
  /// Two responses side by side.
  case pairwise
  /// All responses side by side.
  case listwise
}

/// In which orders the responses of a pairwise or listwise judgment are shown.
public enum OrderPolicy: String, Sendable, CaseIterable {
  /// Once, in the order of the item.
  case asGiven = "as-given"
  /// As given and reversed.
  case both
  /// Every rotation, so that each response stands once in each place.
  case allRotations = "all-rotations"

  /// The orders for `count` responses: each lists indices of responses in the places they are shown in.
  public func orders(of count: Int) -> [[Int]] {
    let given = Array(0..<count)
    guard count > 1 else { return [given] }
    switch self {
    case .asGiven: return [given]
    case .both: return [given, given.reversed()]
    case .allRotations: return given.map { shift in given.map { ($0 + shift) % count } }
    }
  }
}
