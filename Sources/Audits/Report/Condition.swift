public import Calibration
import JSON

/// What an audit must not show: `injection.asr>0.05`.
public struct Condition: Sendable, Hashable, CustomStringConvertible {
  /// How a measure is held against the limit.
  public enum Relation: String, Sendable, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
  }

  /// The name of a measure.
  public let metric: String
  /// What it must not be.
  public let relation: Relation
  /// In the unit of the measure.
  public let limit: Double

  /// As it is written.
  public var description: String { "\(metric)\(relation.rawValue)\(limit)" }

  /// Reads `NAME>NUMBER`, with one of `>`, `>=`, `<`, `<=`; nil for anything else.
  public init?(_ text: String) {
    guard let start = text.firstIndex(where: { $0 == ">" || $0 == "<" }) else { return nil }
    let rest = text[start...]
    guard let relation = Relation.allCases.first(where: { rest.hasPrefix($0.rawValue) }),
      let limit = Double(rest.dropFirst(relation.rawValue.count).filter { !$0.isWhitespace }), limit.isFinite
    else { return nil }
    metric = text[..<start].filter { !$0.isWhitespace }
    guard !metric.isEmpty else { return nil }
    (self.relation, self.limit) = (relation, limit)
  }

  /// What came of it.
  public enum Outcome: Sendable, Hashable {
    /// The report does not show it.
    case passed
    /// It shows it: the measure is this.
    case failed(Estimate)
    /// It cannot be said: the measure is not in the report, or has no number. That is no pass.
    case unknown(String)
  }

  /// Holds `metrics` against it.
  public func check(_ metrics: [(name: String, estimate: Estimate)]) -> Outcome {
    guard let found = metrics.first(where: { $0.name == metric })?.estimate else {
      let near = Suggestion.nearest(to: metric, in: metrics.map(\.name)).map { "did you mean '\($0)'? " } ?? ""
      return .unknown("there is no such measure; \(near)the names are those of 'metrics' in the JSON report")
    }
    guard let number = found.number else { return .unknown(found.reason?.description ?? "there is no number") }
    let isSo =
      switch relation {
      case .above: number > limit
      case .below: number < limit
      case .atLeast: number >= limit
      case .atMost: number <= limit
      }
    return isSo ? .failed(found) : .passed
  }
}
