extension PairedScores {
  /// The share of pairs of rows that both sides order alike, a tie counting as an order of its own (Deutsch, Foster and Freitag 2023:
  /// acc_eq, which unlike Kendall's tau does not reward or punish ties). In n log n.
  public var pairwiseAccuracy: Estimate {
    Estimate { () throws(Undefined) in
      try require(count, atLeast: 2, "rows")
      let pairs = pairCounts
      return (pairs.concordant + pairs.tiedBoth) / pairs.all
    }
  }

  /// The most rows for which every pair is looked at.
  public static let mostRowsForTies = 2000

  /// The best ``pairwiseAccuracy`` that calling close scores of the judge tied can give, and how close is close enough: differences up to
  /// `tolerance` are ties (acc*_eq of the same paper). Judges of continuous scores never tie otherwise, and people do. The tolerance is chosen
  /// on the rows it is judged on: it is a ceiling, and no estimate for other rows.
  public func tieCalibratedAccuracy() -> (accuracy: Estimate, tolerance: Double?) {
    guard count >= 2 else { return (.undefined(.tooFew(of: "rows", has: count, needs: 2)), nil) }
    guard count <= Self.mostRowsForTies else {
      return (.undefined(.tooMany(of: "rows", has: count, most: Self.mostRowsForTies)), nil)
    }
    // Each pair is right as a tie, as an order, or not at all; it turns from the one to the other at the distance of its scores.
    var right = 0.0
    var turns: [(distance: Double, gain: Double)] = []
    for a in 0..<count {
      for b in (a + 1)..<max(a + 1, count) {
        let (judged, wanted) = (judge[a] - judge[b], human[a] - human[b])
        let isOrdered = judged != 0 && wanted != 0 && (judged > 0) == (wanted > 0)
        if isOrdered { right += 1 }
        turns.append((abs(judged), (wanted == 0 ? 1 : 0) - (isOrdered ? 1 : 0)))
      }
    }
    let pairs = Double(turns.count)
    turns.sort { $0.distance < $1.distance }
    var best = (right: -1.0, tolerance: 0.0)
    if turns[0].distance > 0 { best = (right, 0) }
    for ties in turns.chunked(by: { $0.distance == $1.distance }) {
      right += ties.map(\.gain).sum
      if right > best.right { best = (right, ties[ties.startIndex].distance) }
    }
    return (.value(best.right / pairs), best.tolerance)
  }

  /// Pairs of rows by how the two sides order them.
  var pairCounts: (all: Double, concordant: Double, discordant: Double, tiedBoth: Double) {
    let ties = tieCounts
    let discordant = Double(exchanges)
    let concordant = ties.all - ties.judge - ties.human + ties.both - discordant
    return (ties.all, concordant, discordant, ties.both)
  }

  /// Pairs of rows that either side ties.
  var tieCounts: (all: Double, judge: Double, human: Double, both: Double) {
    func pairs(_ sizes: [Int]) -> Double { sizes.map { Double($0) * Double($0 - 1) / 2 }.sum }
    let order = orderedRows
    return (
      pairs([count]), pairs(order.chunked { judge[$0] == judge[$1] }.map(\.count)),
      pairs(human.sorted().chunked(by: ==).map(\.count)),
      pairs(order.chunked { judge[$0] == judge[$1] && human[$0] == human[$1] }.map(\.count))
    )
  }

  /// Knight 1966: discordant pairs are the exchanges of a merge sort, n log n in all.
  private var exchanges: Int {
    var sorted = orderedRows.map { human[$0] }
    return sorted.mergeSortCountingExchanges()
  }

  private var orderedRows: [Int] {
    judge.indices.sorted { (judge[$0], human[$0]) < (judge[$1], human[$1]) }
  }
}
