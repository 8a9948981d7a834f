import Glibc
import JSON

/// What the judge's numbers looked like where it was fitted, so that it can be told when they no longer do: two histograms of about ten
/// equally full bins.
public struct UsualValues: Sendable, Hashable {
  /// Which number.
  public enum Number: String, Sendable, CaseIterable {
    /// The confidence, as its source has it.
    case confidence
    /// The score, or verdict, as the judge gave it.
    case verdict
  }

  /// The shares of bins between edges; an edge belongs to the bin above it.
  public struct Histogram: Sendable, Hashable {
    /// Strictly ascending.
    public let edges: [Double]
    /// One more than edges, each above 0; they add up to 1.
    public let shares: [Double]

    init(of values: [Double]) {
      let ascending = values.sorted()
      var edges: [Double] = []
      for part in 1..<10 {
        let edge = ascending.quantile(Double(part) / 10)
        if edge > ascending[0], edge > edges.last ?? -.infinity { edges.append(edge) }
      }
      self.edges = edges
      // Half a value is added to each bin, so that none is impossible.
      let counts = edges.indices.map { place in
        Double(values.count { $0 < edges[place] && (place == 0 || $0 >= edges[place - 1]) })
      }
      let all = counts + [Double(values.count) - counts.sum]
      shares = all.map { ($0 + 0.5) / (Double(values.count) + 0.5 * Double(all.count)) }
    }

    /// The bin of a value.
    public func bin(of value: Double) -> Int { edges.count { $0 <= value } }

    /// The population stability index of other counts of the same bins, Σ (a - b) ln(a / b): above 0.25 the two are held to differ.
    public func stabilityIndex(_ counts: [Int]) -> Double {
      let total = Double(counts.reduce(0, +)) + 0.5 * Double(counts.count)
      let live = counts.map { (Double($0) + 0.5) / total }
      return zip(live, shares).map { ($0 - $1) * log($0 / $1) }.sum
    }

    fileprivate var json: JSONValue { ["edges": edges.json, "shares": shares.json] }

    fileprivate init(_ reader: JSONReader) throws(JSONError) {
      try reader.allowOnly("edges", "shares")
      (edges, shares) = (try reader.numbers("edges"), try reader.numbers("shares"))
      guard shares.count == edges.count + 1, edges.isStrictlyAscending, shares.allSatisfy({ $0 > 0 && $0 <= 1 }),
        abs(shares.sum - 1) < 1e-6
      else {
        throw reader.error("'edges' must ascend, and one more of 'shares', each above 0, must add up to 1")
      }
    }
  }

  /// What there is of each number.
  public let histograms: [Number: Histogram]

  init(_ values: [Number: [Double]]) {
    histograms = values.filter { !$0.value.isEmpty }.mapValues { Histogram(of: $0) }
  }

  var json: JSONValue {
    .object(
      JSONObject(Number.allCases.compactMap { number in histograms[number].map { (number.rawValue, $0.json) } }))
  }

  init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly(Number.allCases.map(\.rawValue))
    var histograms: [Number: Histogram] = [:]
    for number in Number.allCases {
      if let field = reader[number.rawValue] { histograms[number] = try Histogram(field) }
    }
    self.histograms = histograms
  }
}
