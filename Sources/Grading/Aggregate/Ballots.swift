import Wire

/// The votes of a side-by-side judgment: which responses each verdict put first.
struct Ballots {
  struct Ballot {
    let order: [Int]
    /// Responses that this verdict held equally best; never empty.
    let best: Set<Int>
  }

  let responses: Int
  let ballots: [Ballot]

  /// The comparison they add up to.
  ///
  /// - Parameter scores: the combined scores, which decide winner and ranking where there are any; else the votes do.
  /// - Parameter byOrder: who wins in each order by itself, in the order of the plan.
  func comparison(scores: [Double]?, byOrder: [Set<Int>]) -> Judgment.Comparison {
    let preference = preference()
    let ranking = Self.ranking(scores ?? preference)
    let best = Set(ranking[0])
    return Judgment.Comparison(
      winner: best.count == 1 ? best.first : nil, preference: preference, ranking: ranking,
      confidence: Double(ballots.count { $0.best == best }) / Double(ballots.count),
      positionConsistent: byOrder.count > 1 ? Set(byOrder).count == 1 : nil)
  }

  /// The responses that lead when only these ballots count.
  func leaders() -> Set<Int> { Set(Self.ranking(preference())[0]) }

  private func preference() -> [Double] {
    var share = Array(repeating: 0.0, count: responses)
    for ballot in ballots {
      for response in ballot.best { share[response] += 1 / Double(ballot.best.count) / Double(ballots.count) }
    }
    return share
  }

  /// Indices in groups of equal value, highest first. Values that differ by less than 1e-9 are equal.
  static func ranking(_ values: [Double]) -> [[Int]] {
    var groups: [[Int]] = []
    for index in values.indices.sorted(by: { (-values[$0], $0) < (-values[$1], $1) }) {
      if let last = groups.last?.first, abs(values[last] - values[index]) < 1e-9 {
        groups[groups.count - 1].append(index)
      } else {
        groups.append([index])
      }
    }
    return groups.map { $0.sorted() }
  }

  /// The indices of the highest values.
  static func best(_ values: [Double]) -> Set<Int> { Set(ranking(values)[0]) }
}
