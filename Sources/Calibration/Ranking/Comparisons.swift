/// Who beat whom: pairs of systems, as people or a judge compared them.
public struct Comparisons: Sendable, Hashable {
  /// How one comparison ended.
  public enum Outcome: Sendable, Hashable {
    case left, right, tie
  }

  /// One comparison.
  public struct Row: Sendable, Hashable {
    /// Places in ``Comparisons/systems``, of the two that were compared.
    public let left, right: Int
    /// Who was better.
    public let outcome: Outcome
    /// What else may decide, such as length: above 0 where the left one has more of it. One number for each name in
    /// ``Comparisons/features``.
    public let features: [Double]

    /// A comparison.
    public init(_ left: Int, _ right: Int, _ outcome: Outcome, features: [Double] = []) {
      (self.left, self.right, self.outcome, self.features) = (left, right, outcome, features)
    }
  }

  /// What was compared.
  public let systems: [String]
  /// Names of the features of each row.
  public let features: [String]
  /// In the order in which they were made.
  public let rows: [Row]

  /// Refuses a system compared with itself, places that are none, and rows without a finite number for each feature.
  public init(systems: [String], features: [String] = [], rows: [Row]) throws(CalibrationError) {
    for (place, row) in rows.enumerated() {
      guard systems.indices.contains(row.left), systems.indices.contains(row.right) else {
        throw CalibrationError("rows[\(place)] names a system that is none; accepted: 0 to \(systems.count - 1)")
      }
      guard row.left != row.right else {
        throw CalibrationError("rows[\(place)] compares '\(systems[row.left])' with itself")
      }
      try requireSameCount(row.features.count, "rows[\(place)].features", features.count, "features")
      try requireFinite(row.features, "rows[\(place)].features")
    }
    (self.systems, self.features, self.rows) = (systems, features, rows)
  }

  init(checked systems: [String], _ features: [String], _ rows: [Row]) {
    (self.systems, self.features, self.rows) = (systems, features, rows)
  }

  /// The comparisons at `places`, in their order; a place may occur several times.
  public func rows(_ places: [Int]) -> Comparisons {
    Comparisons(checked: systems, features, places.map { rows[$0] })
  }

  /// The difference of two counts relative to their sum, from -1 to 1: 0 where there is nothing on either side. What style control takes
  /// of lengths, headings and the like.
  public static func contrast(_ left: Double, _ right: Double) -> Double {
    left + right == 0 ? 0 : (left - right) / (left + right)
  }

  /// With every feature shifted and scaled to mean 0 and variance 1 over the rows; one that does not vary becomes 0.
  public func standardised() -> Comparisons {
    let columns = features.indices.map { feature -> [Double] in
      let column = rows.map { $0.features[feature] }
      guard !column.isEmpty, !column.isConstant else { return column.map { _ in 0 } }
      let deviation = column.variance(ddof: 0).squareRoot()
      return column.deviations.map { $0 / deviation }
    }
    let changed = rows.enumerated().map { place, row in
      Row(row.left, row.right, row.outcome, features: columns.map { $0[place] })
    }
    return Comparisons(checked: systems, features, changed)
  }

  /// A system is only placed if it both won and lost, directly or through others: throws which ones were not.
  func requireConnected() throws(Undefined) {
    var (above, below) = (systems.map { _ in Set<Int>() }, systems.map { _ in Set<Int>() })
    for row in rows {
      if row.outcome != .right { above[row.right].insert(row.left) }
      if row.outcome != .left { above[row.left].insert(row.right) }
    }
    for (loser, winners) in above.enumerated() { for winner in winners { below[winner].insert(loser) } }
    func reached(_ edges: [Set<Int>]) -> Set<Int> {
      var (seen, open): (Set<Int>, [Int]) = ([0], [0])
      while let place = open.popLast() {
        for next in edges[place] where seen.insert(next).inserted { open.append(next) }
      }
      return seen
    }
    for (edges, what) in [(above, "never beat"), (below, "never lost to")] {
      let seen = reached(edges)
      let rest = systems.indices.filter { !seen.contains($0) }
      guard rest.isEmpty else {
        let names = rest.map { systems[$0] }.joined(separator: ", ")
        throw .separated("\(names) \(what) any of \(seen.sorted().map { systems[$0] }.joined(separator: ", "))")
      }
    }
  }
}
