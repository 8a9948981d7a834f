import Batch
import Wire

/// What a run consumed and cost, for people.
struct ExpenseText {
  private let summary: BatchSummary

  init(_ summary: BatchSummary) { self.summary = summary }

  var lines: [String] { [tokens, requests, cost].compactMap { $0 } }

  private var tokens: String? {
    let counts = [
      Self.count(summary.usage.promptTokens, "prompt", part: summary.usage.cachedTokens, "cached"),
      Self.count(summary.usage.completionTokens, "completion", part: summary.usage.reasoningTokens, "reasoning"),
    ].compactMap { $0 }
    guard !counts.isEmpty else { return nil }
    return "tokens: " + counts.joined(separator: ", ") + unknown(summary.uncounted)
  }

  private var requests: String? { summary.usage.requests.map { "requests: \(Number.grouped($0))" } }

  private var cost: String? {
    guard let cost = summary.cost else { return nil }
    let amount = "\(Number.money(cost.known)) \(cost.currency)"
    return "cost: " + (cost.unknown > 0 ? "at least " : "") + amount + unknown(cost.unknown)
  }

  /// `812 prompt (240 cached)`.
  private static func count(_ count: Int?, _ name: String, part: Int?, _ partName: String) -> String? {
    count.map { "\(Number.grouped($0)) \(name)" + (part.map { " (\(Number.grouped($0)) \(partName))" } ?? "") }
  }

  private func unknown(_ items: Int) -> String {
    items == 0 ? "" : "; not known in full for \(Number.grouped(items)) of \(Number.grouped(summary.items)) items"
  }
}
