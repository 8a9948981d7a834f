import JSON

/// A constant in each bin of probabilities. An edge belongs to the bin above it.
public struct Steps: Sendable, Hashable {
  /// Between the bins: one fewer than ``values``, strictly ascending.
  public let edges: [Double]
  /// One for each bin, ascending.
  public let values: [Double]

  init(edges: [Double], values: [Double]) { (self.edges, self.values) = (edges, values) }

  /// The value of the bin that `place` falls into.
  public func callAsFunction(_ place: Double) -> Double { values[edges.count { $0 <= place }] }

  init(_ reader: JSONReader) throws(JSONError) {
    let (edges, values) = (try reader.numbers("edges"), try reader.numbers("values"))
    guard values.count == edges.count + 1 else {
      throw reader.error("\(edges.count) edges need \(edges.count + 1) values, not \(values.count)")
    }
    guard edges.isStrictlyAscending, values.isAscending else {
      throw reader.error("'edges' must ascend strictly and 'values' must never fall")
    }
    guard (edges + values).allSatisfy((0...1).contains) else {
      throw reader.error("'edges' and 'values' are probabilities; accepted: 0 to 1")
    }
    self.init(edges: edges, values: values)
  }
}
